//! Documents with a few bytes changed: whatever comes of them, it has a name, and never one that
//! means a mistake of ours.

use document_worker::{Failure, Flag};
use real_parts::documents::{Paper, pdf};

use crate::asking::ask;
use real_parts::made::for_each;
use real_parts::made::jpeg;

/// A small generator of numbers, the same in every run (Knuth's MMIX).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % bound
    }
}

fn mutants(seed: &[u8], count: usize) -> Vec<Vec<u8>> {
    let mut numbers = Numbers(seed.len() as u64);
    let mutate = |_| {
        let mut mutant = seed.to_vec();
        for _ in 0..=numbers.below(4) {
            let place = numbers.below(mutant.len());
            mutant[place] = u8::try_from(numbers.below(256)).expect("a byte");
        }
        mutant
    };
    (0..count).map(mutate).collect()
}

#[test]
fn changed_documents_have_a_result_with_a_name() {
    let picture = jpeg(64, &[90, 120, 90].repeat(64 * 64), &[]);
    let mut raster = b"UNIRAST\0\0\0\0\x01".to_vec();
    raster.extend([24, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 1, 44]);
    raster.extend([0; 8]);
    raster.extend([2, 1, 255, 0, 0]);
    for (kind, seed) in [("PDF", pdf(2, Paper::A4, "mutant")), ("JPEG", picture), ("URF", raster)] {
        let mutants = mutants(&seed, 150);
        let results = for_each(&mutants, |mutant| ask(mutant.clone()).0);
        let accepted = results.iter().filter(|result| result.is_ok()).count();
        println!("{kind}: {accepted} of {} mutants are read", mutants.len());
        assert!(accepted > 0, "{kind}: a test in which everything is refused tests nothing");
        for result in results {
            match result {
                Ok(facts) => assert_eq!(facts.cut_short, None, "{kind}"),
                Err(failure) => assert!(
                    !matches!(
                        failure,
                        Failure::Crashed
                            | Failure::Blocked
                            | Failure::Source
                            | Failure::Unavailable
                            | Failure::TooComplex(_)
                    ),
                    "{kind}: {failure:?}"
                ),
            }
        }
    }
    // The unchanged picture has its end.
    let whole = ask(jpeg(8, &[9, 9, 9].repeat(64), &[])).0.unwrap();
    assert!(!whole.counted.flags.contains(&Flag::Truncated));
}
