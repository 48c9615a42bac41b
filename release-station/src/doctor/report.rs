//! What was found: a line each, and below what is wrong, what to do about it.

use std::fmt;

/// What was found.
#[derive(Debug, Default)]
pub struct Report {
    findings: Vec<Finding>,
    place: Option<String>,
}

#[derive(Debug)]
struct Finding {
    text: String,
    advice: Option<String>,
}

impl Report {
    /// What follows is about this place.
    pub fn of_place(&mut self, place: Option<&str>) {
        self.place = place.map(str::to_owned);
    }

    /// Something is as it should be.
    pub fn good(&mut self, text: impl Into<String>) {
        self.add(text.into(), None);
    }

    /// Something is not, and what to do about it.
    pub fn wrong(&mut self, text: impl Into<String>, advice: impl Into<String>) {
        self.add(text.into(), Some(advice.into()));
    }

    /// Whether nothing is wrong.
    pub fn is_well(&self) -> bool {
        self.findings.iter().all(|finding| finding.advice.is_none())
    }

    fn add(&mut self, text: String, advice: Option<String>) {
        let text = match &self.place {
            Some(place) => format!("{place}: {text}"),
            None => text,
        };
        self.findings.push(Finding { text, advice });
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.findings {
            match &finding.advice {
                None => writeln!(formatter, "good   {}", finding.text)?,
                Some(advice) => {
                    writeln!(formatter, "WRONG  {}\n       {advice}", finding.text)?;
                }
            }
        }
        let wrong = self.findings.iter().filter(|finding| finding.advice.is_some()).count();
        match wrong {
            0 => writeln!(formatter, "Nothing is wrong."),
            1 => writeln!(formatter, "One thing is wrong."),
            wrong => writeln!(formatter, "{wrong} things are wrong."),
        }
    }
}
