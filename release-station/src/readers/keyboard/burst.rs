//! Which keys are a card: digits in quick succession, ended by Enter, as no hand types them.

use std::time::Duration;

use super::events::Pressed;

/// From one key to the next a reader takes a few milliseconds, a hand more than this.
const GAP: Duration = Duration::from_millis(100);
/// A card's number has at least so many digits.
const DIGITS_MIN: usize = 4;
/// It has at most so many; the rest is no card.
const DIGITS_MAX: usize = 64;

/// The keys of digits and letters, in the order of their numbers, with what they are. Their places are the same on
/// every keyboard that readers imitate, so that the layout of the system does not matter.
const DIGITS: [(u16, u8); 26] = [
    (2, b'1'),
    (3, b'2'),
    (4, b'3'),
    (5, b'4'),
    (6, b'5'),
    (7, b'6'),
    (8, b'7'),
    (9, b'8'),
    (10, b'9'),
    (11, b'0'),
    (18, b'E'),
    (30, b'A'),
    (32, b'D'),
    (33, b'F'),
    (46, b'C'),
    (48, b'B'),
    (71, b'7'),
    (72, b'8'),
    (73, b'9'),
    (75, b'4'),
    (76, b'5'),
    (77, b'6'),
    (79, b'1'),
    (80, b'2'),
    (81, b'3'),
    (82, b'0'),
];
/// Enter, and Enter of the number pad.
const ENTER: [u16; 2] = [28, 96];
/// Keys that change nothing: both Shift keys, Caps Lock, and the separators between digits (Space, `-`, `.` and `;`,
/// which is `:` with Shift), whatever a layout makes of them.
const IGNORED: [u16; 7] = [42, 54, 58, 57, 12, 52, 39];

/// The keys so far.
#[derive(Debug, Default)]
pub struct Burst {
    digits: Vec<u8>,
    last: Option<Duration>,
    /// A key came that no card has, or the number is too long.
    is_spoilt: bool,
}

impl Burst {
    /// Takes a key; gives the digits of the card that it ends.
    pub fn press(&mut self, key: Pressed) -> Option<Vec<u8>> {
        let is_slow = self.last.is_some_and(|last| key.at.saturating_sub(last) > GAP);
        if is_slow {
            // A hand began, or a reader stopped in the middle: what follows begins anew.
            self.clear();
        }
        self.last = Some(key.at);
        if ENTER.contains(&key.code) {
            let is_card = !self.is_spoilt && self.digits.len() >= DIGITS_MIN;
            let digits = std::mem::take(&mut self.digits);
            self.clear();
            return is_card.then_some(digits);
        }
        match DIGITS.iter().find(|(code, _)| *code == key.code) {
            Some((_, digit)) if self.digits.len() < DIGITS_MAX => self.digits.push(*digit),
            None if IGNORED.contains(&key.code) => {}
            Some(_) | None => self.is_spoilt = true,
        }
        None
    }

    fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::super::events::{EVENT_BYTES, EventStream};
    use super::*;

    /// What the kernel writes for a key: down, "that is all", up, "that is all".
    fn recorded(text: &str, gap_ms: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut millis = 1_700_000_000_000_u64;
        for letter in text.chars() {
            let code = match letter {
                '\n' => 28,
                '^' => 42,
                ':' => 39,
                'x' => 45,
                digit => {
                    let digit = digit as u8;
                    DIGITS.iter().find(|(_, known)| *known == digit).expect("a digit").0
                }
            };
            for (kind, code, value) in [(1, code, 1), (0, 0, 0), (1, code, 0), (0, 0, 0)] {
                let micros = millis % 1_000 * 1_000;
                for word in [millis / 1_000, micros] {
                    bytes.extend(usize::try_from(word).unwrap().to_ne_bytes());
                }
                let (kind, code, value): (u16, u16, i32) = (kind, code, value);
                bytes.extend(kind.to_ne_bytes());
                bytes.extend(code.to_ne_bytes());
                bytes.extend(value.to_ne_bytes());
            }
            millis += gap_ms;
        }
        bytes
    }

    fn cards(parts: &[&[u8]]) -> Vec<String> {
        let (mut stream, mut burst) = (EventStream::default(), Burst::default());
        let mut cards = Vec::new();
        for part in parts {
            let keys = stream.push(part);
            cards.extend(keys.into_iter().filter_map(|key| burst.press(key)));
        }
        cards.into_iter().map(|digits| String::from_utf8(digits).unwrap()).collect()
    }

    #[test]
    fn a_quick_number_ended_by_enter_is_a_card_wherever_the_bytes_are_cut() {
        let bytes = recorded("^04A1:B2C3\n3536403172\n", 8);
        for cut in 0..=bytes.len() {
            let (one, two) = bytes.split_at(cut);
            assert_eq!(cards(&[one, two]), ["04A1B2C3", "3536403172"], "{cut}");
        }
        assert_eq!(bytes.len() % EVENT_BYTES, 0);
    }

    #[test]
    fn what_a_hand_types_is_no_card() {
        assert!(cards(&[&recorded("04A1B2C3\n", 150)]).is_empty());
    }

    #[test]
    fn what_is_no_number_is_no_card_and_does_not_spoil_the_next() {
        let long = "1".repeat(DIGITS_MAX + 1);
        for text in ["04A1x2C3\n", "123\n", "\n", &format!("{long}\n")] {
            let bytes = [recorded(text, 8), recorded("04A1B2C3\n", 8)].concat();
            assert_eq!(cards(&[&bytes]), ["04A1B2C3"], "{text:?}");
        }
    }

    #[test]
    fn half_a_number_before_a_pause_is_not_put_before_the_next() {
        let mut bytes = recorded("0000", 8);
        bytes.extend(recorded("04A1B2C3\n", 8));
        // The second recording begins at the same second as the first, so earlier: no time has gone by.
        assert_eq!(cards(&[&bytes]), ["000004A1B2C3"]);
        let (mut stream, mut burst) = (EventStream::default(), Burst::default());
        let early = stream.push(&recorded("0000", 8));
        assert!(early.into_iter().all(|key| burst.press(key).is_none()));
        let late = stream.push(&recorded("04A1B2C3\n", 8)).into_iter();
        let late = late.map(|key| Pressed { at: key.at + Duration::from_secs(1), ..key });
        let cards: Vec<_> = late.filter_map(|key| burst.press(key)).collect();
        assert_eq!(cards, [b"04A1B2C3"]);
    }
}
