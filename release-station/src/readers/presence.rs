//! Whether a reader's change of state is somebody's tap. Pure, so that each case can be tested.

/// What a reader says about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// It cannot be used: pulled out, or unknown.
    Unavailable,
    /// No card.
    Empty,
    /// A card lies on it.
    Present,
}

/// What that means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// Nothing happened that concerns a person.
    Nothing,
    /// Somebody holds a card to the reader.
    Tap,
    /// A card lies there since before we looked. It must not sign its owner in: they may be gone.
    Stale,
    /// A card came and went between two looks; its number was never read.
    TooShort,
}

/// One reader's past, as far as it matters.
#[derive(Debug, Default)]
pub struct Presence {
    /// It was seen empty, so the next card is a tap.
    armed: bool,
    /// What was seen last and the count of insertions and removals then.
    last: Option<(Seen, u32)>,
}

impl Presence {
    /// Takes what the reader says now. `count` is its count of insertions and removals, which
    /// wraps at 65,536.
    pub fn look(&mut self, now: Seen, count: u32) -> Meaning {
        let last = self.last.replace((now, count));
        // The state alone misses what happened between two looks; the count does not.
        let moved = last.map_or(0, |(_, before)| count.wrapping_sub(before) & 0xFFFF);
        let was = last.map(|(seen, _)| seen);
        match now {
            Seen::Unavailable => {
                self.armed = false;
                Meaning::Nothing
            }
            Seen::Empty => {
                let came_and_went = self.armed && was == Some(Seen::Empty) && moved >= 2;
                self.armed = true;
                if came_and_went { Meaning::TooShort } else { Meaning::Nothing }
            }
            // Present before and now, and moved: removed and put back between two looks.
            Seen::Present if was == Some(Seen::Present) && moved >= 2 => {
                self.armed = false;
                Meaning::Tap
            }
            Seen::Present if was == Some(Seen::Present) => Meaning::Nothing,
            Seen::Present if self.armed => {
                self.armed = false;
                Meaning::Tap
            }
            Seen::Present => Meaning::Stale,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Meaning::{Nothing, Stale, Tap, TooShort};
    use super::Seen::{Empty, Present, Unavailable};
    use super::*;

    /// A name, and what is seen with its count and what that means, step by step.
    type Case = (&'static str, &'static [(Seen, u32, Meaning)]);

    const TABLE: &[Case] = &[
        ("an ordinary tap", &[(Empty, 0, Nothing), (Present, 1, Tap), (Empty, 2, Nothing)]),
        (
            "a card that stays counts once",
            &[(Empty, 0, Nothing), (Present, 1, Tap), (Present, 1, Nothing), (Present, 1, Nothing)],
        ),
        (
            "a card that lay there at the start",
            &[(Present, 1, Stale), (Present, 1, Nothing), (Empty, 2, Nothing), (Present, 3, Tap)],
        ),
        (
            "removed and put back between two looks",
            &[(Empty, 0, Nothing), (Present, 1, Tap), (Present, 3, Tap)],
        ),
        (
            "the stale card is lifted and put back between two looks",
            &[(Present, 1, Stale), (Present, 3, Tap)],
        ),
        ("came and went between two looks", &[(Empty, 0, Nothing), (Empty, 2, TooShort)]),
        (
            "pulled out with a card and plugged in again",
            &[
                (Empty, 0, Nothing),
                (Present, 1, Tap),
                (Unavailable, 1, Nothing),
                (Present, 1, Stale),
                (Empty, 2, Nothing),
                (Present, 3, Tap),
            ],
        ),
        (
            "pulled out and back empty is no short tap",
            &[(Empty, 0, Nothing), (Unavailable, 0, Nothing), (Empty, 2, Nothing)],
        ),
        ("the count wraps", &[(Empty, 65_534, Nothing), (Present, 65_535, Tap), (Present, 1, Tap)]),
    ];

    #[test]
    fn only_empty_then_present_is_a_tap() {
        for (name, steps) in TABLE {
            let mut presence = Presence::default();
            for (number, (seen, count, meaning)) in steps.iter().enumerate() {
                assert_eq!(presence.look(*seen, *count), *meaning, "{name}, step {number}");
            }
        }
    }
}
