//! Documents made to hurt. Each has to end within the limits with a named result, and no trick may
//! make a page cheaper than it is.

use std::time::Duration;

use document_worker::{Facts, Failure, Limits};
use real_parts::hostile::{Expected, cases};

use crate::asking::{ask, letters, percentiles};
use real_parts::made::for_each;

/// A busy machine may take a moment to end a process.
const GRACE: Duration = Duration::from_secs(5);

#[test]
fn hostile_documents_end_within_the_limits_with_a_named_result() {
    let cases = cases();
    let ended = for_each(&cases, |case| ask(case.document.clone()));
    let mut wrong = Vec::new();
    let mut times = Vec::new();
    for (case, (facts, time)) in cases.iter().zip(ended) {
        times.push(time);
        let bytes = case.document.len();
        println!("{:28} {bytes:8} bytes {:6} ms  {}", case.name, time.as_millis(), shown(&facts));
        if time > Limits::FACTS.color_wall + GRACE {
            wrong.push(format!("{} took {time:?}", case.name));
        }
        if let Some(fault) = fault(&case.expected, &facts) {
            wrong.push(format!("{}: {fault}, got {}", case.name, shown(&facts)));
        }
    }
    println!("{} hostile documents; {}", cases.len(), percentiles(&mut times));
    assert_eq!(wrong, Vec::<String>::new());
}

/// What is wrong about a conclusion.
fn fault(expected: &Expected, facts: &Result<Facts, Failure>) -> Option<String> {
    match (expected, facts) {
        (
            Expected::Refused,
            Err(
                Failure::Unreadable
                | Failure::NoPages
                | Failure::TooManyPages
                | Failure::Unsupported
                | Failure::TooComplex(_),
            ),
        ) => None,
        (Expected::Pages { pages, irregular, colors }, Ok(facts)) => {
            let found = letters(&facts.colors);
            let fits = facts.counted.pages == *pages
                && facts.counted.is_irregular() == *irregular
                && found.chars().all(|letter| colors.contains(letter))
                && !matches!(facts.cut_short, Some(Failure::Blocked | Failure::Unavailable));
            let expected = format!("{pages} pages, irregular {irregular}, colours of {colors}");
            (!fits).then_some(expected)
        }
        (Expected::Refused, _) => Some("expected a refusal".to_owned()),
        (Expected::Pages { .. }, Err(_)) => Some("expected a count".to_owned()),
    }
}

fn shown(facts: &Result<Facts, Failure>) -> String {
    match facts {
        Ok(facts) => {
            let mut colors = letters(&facts.colors);
            colors.truncate(8);
            let counted = &facts.counted;
            let cut_short = facts.cut_short;
            format!("{} pages {colors} {:?} {cut_short:?}", counted.pages, counted.flags)
        }
        Err(failure) => format!("{failure:?}"),
    }
}
