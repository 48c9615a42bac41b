//! So many files come in at once, so many of one person: nobody takes all the places by sending slowly.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use print_core::PersonId;

/// Forms with files that are read at the same time.
const ALL_MAX: usize = 64;
/// Of one person.
const PERSON_MAX: usize = 4;

/// The places, and who has them.
#[derive(Debug, Clone, Default)]
pub struct Places(Arc<Mutex<HashMap<PersonId, usize>>>);

impl Places {
    /// A place for one more form of this person; none when all are taken, or this person has enough.
    pub fn take(&self, person: PersonId) -> Option<Place> {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let here = taken.get(&person).copied().unwrap_or(0);
        if here >= PERSON_MAX || taken.values().sum::<usize>() >= ALL_MAX {
            return None;
        }
        taken.insert(person, here + 1);
        Some(Place { places: self.clone(), person })
    }
}

/// One place; it is free again when this is dropped.
#[derive(Debug)]
pub struct Place {
    places: Places,
    person: PersonId,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(here) = taken.get_mut(&self.person) {
            *here -= 1;
            if *here == 0 {
                taken.remove(&self.person);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_has_some_places_and_leaves_the_others_to_others() {
        let places = Places::default();
        let (anna, bo) = (PersonId::new(), PersonId::new());
        let mut hers: Vec<_> = (0..PERSON_MAX).map_while(|_| places.take(anna)).collect();
        assert_eq!(hers.len(), PERSON_MAX);
        assert!(places.take(anna).is_none() && places.take(bo).is_some());
        hers.pop();
        assert!(places.take(anna).is_some());
    }

    #[test]
    fn the_house_has_so_many_places_and_gets_each_back() {
        let places = Places::default();
        let all: Vec<_> = (0..=ALL_MAX).map_while(|_| places.take(PersonId::new())).collect();
        assert_eq!(all.len(), ALL_MAX);
        drop(all);
        assert!(places.take(PersonId::new()).is_some());
        assert!(places.0.lock().unwrap().is_empty());
    }
}
