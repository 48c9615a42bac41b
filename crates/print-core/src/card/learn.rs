//! Finds how a site's list writes its cards, from cards that were read and looked up in the list.

use std::collections::HashSet;

use super::form::CardForm;
use super::reading::CardReading;

/// Fewer cards prove nothing: one or two may fit several forms by chance.
pub const SAMPLES_MIN: usize = 3;

/// What the samples say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Learnt {
    /// This one form fits all.
    One(CardForm),
    /// All of these fit; another card decides.
    Several(Vec<CardForm>),
    /// No form fits all. Where exactly one form fits all but one sample, that is likely a slip: the form, and
    /// the sample's place.
    None(Option<(CardForm, usize)>),
    /// There are fewer than [`SAMPLES_MIN`] different cards.
    TooFew,
}

/// The form in which the list has these cards: pairs of what a reader read and what the list says.
#[must_use]
pub fn learn(samples: &[(CardReading, &str)]) -> Learnt {
    let cards: HashSet<_> = samples.iter().map(|(reading, _)| reading).collect();
    if cards.len() < SAMPLES_MIN {
        return Learnt::TooFew;
    }
    let longest = samples.iter().map(|(reading, _)| reading.bytes().len()).max().unwrap_or(0);
    // A part as long as the longest number would be the whole number by another name.
    let is_shorter = |form: &CardForm| form.part_bytes().is_none_or(|bytes| bytes < longest);
    let missed = |form: CardForm| {
        let fits = |(reading, text): &(CardReading, &str)| {
            form.read(text).is_ok_and(|number| form.of(reading) == Some(number))
        };
        let missed: Vec<usize> = (0..samples.len()).filter(|at| !fits(&samples[*at])).collect();
        (form, missed)
    };
    let tried: Vec<_> = CardForm::all().filter(is_shorter).map(missed).collect();
    let all: Vec<_> =
        tried.iter().filter(|(_, missed)| missed.is_empty()).map(|(form, _)| *form).collect();
    match all.as_slice() {
        [] => {
            let nearly = tried.iter().filter(|(_, missed)| missed.len() == 1);
            let nearly: Vec<_> = nearly.map(|(form, missed)| (*form, missed[0])).collect();
            Learnt::None(if let [one] = nearly.as_slice() { Some(*one) } else { None })
        }
        [one] => Learnt::One(*one),
        _ => Learnt::Several(all),
    }
}
