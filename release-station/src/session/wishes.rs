//! What is to be different with a job: chosen at the screen one touch after the other, priced by the server,
//! and said with the choice.

use station_protocol::{
    ColorMode, Id, JobCard, JobOptions, Line, PageSpan, Pin, PrinterOffers, Sentence, Sides,
    StationMessage,
};

use super::active::Active;

/// One touch on the options of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// One copy more.
    MoreCopies,
    /// One copy less.
    FewerCopies,
    /// Both sides, or one.
    TwoSided,
    /// Black and white, or as it is.
    BlackAndWhite,
    /// From one page later on.
    FirstLater,
    /// From one page earlier on.
    FirstEarlier,
    /// Until one page later.
    LastLater,
    /// Until one page earlier.
    LastEarlier,
    /// With a staple, or without.
    Staple,
    /// Kept, or not.
    Keep,
}

/// A job whose options are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Editing {
    /// What is wanted so far.
    pub options: JobOptions,
    /// What the server said about that.
    pub quote: Option<Quote>,
    /// Whether it is asked if the job is to be deleted.
    pub is_deleting: bool,
}

/// What the server says about a wish.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Quote {
    /// What it would cost.
    pub price: Option<Line>,
    /// Why it is not possible.
    pub refused: Option<Sentence>,
}

/// A wish that goes with the choice, and what it costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// What is wanted.
    pub options: JobOptions,
    /// What the server said that it costs.
    pub price: Option<Line>,
}

/// A job as it would come out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outline {
    /// How many copies.
    pub copies: u32,
    /// Whether on both sides.
    pub two_sided: bool,
    /// Colour.
    pub color: ColorMode,
    /// Which pages, when not all of them.
    pub pages: Option<PageSpan>,
    /// Whether it is stapled.
    pub staple: bool,
    /// Whether it is held again when it is out.
    pub keep: bool,
}

impl Outline {
    /// The job as its owner asked for it, with what is wanted here.
    pub fn of(job: &JobCard, options: Option<&JobOptions>) -> Self {
        let wanted = options.cloned().unwrap_or_else(|| JobOptions::of(job.id.clone()));
        Self {
            copies: wanted.copies.unwrap_or(job.copies),
            two_sided: wanted.sides.unwrap_or(job.sides) != Sides::OneSided,
            color: wanted.color.unwrap_or(job.color),
            pages: wanted.pages,
            staple: wanted.staple.unwrap_or(job.terms.staple),
            keep: wanted.keep,
        }
    }
}

impl Active {
    /// The job of this name, held or come out a moment ago.
    pub fn card(&self, job: &Id) -> Option<&JobCard> {
        self.held().chain(&self.session.recent).find(|card| card.id == *job)
    }

    /// The job whose options are shown.
    pub fn edited_job(&self) -> Option<&JobCard> {
        self.card(&self.editing.as_ref()?.options.job)
    }

    /// What the chosen printer offers.
    pub fn offers(&self) -> PrinterOffers {
        let printers = &self.session.printers;
        let chosen = printers.iter().find(|printer| Some(&printer.id) == self.printer.as_ref());
        chosen.map(|printer| printer.offers).unwrap_or_default()
    }

    /// Shows the options of a job that has some.
    pub(super) fn edit(&mut self, job: &Id) -> Option<StationMessage> {
        let card = self.card(job)?;
        if !card.terms.can_change && !card.terms.can_delete {
            return None;
        }
        let wish = self.wishes.get(job).map(|wish| wish.options.clone());
        let options = wish.unwrap_or_else(|| JobOptions::of(job.clone()));
        self.notice = None;
        self.editing = Some(Editing { options, quote: None, is_deleting: false });
        self.ask_price()
    }

    /// Takes one touch.
    pub(super) fn change(&mut self, change: Change) -> Option<StationMessage> {
        let job = self.edited_job()?.clone();
        let most = self.offers().copies_max.max(1);
        let editing = self.editing.as_mut()?;
        let outline = Outline::of(&job, Some(&editing.options));
        let options = &mut editing.options;
        match change {
            Change::MoreCopies => options.copies = Some((outline.copies + 1).min(most)),
            Change::FewerCopies => options.copies = Some(outline.copies.saturating_sub(1).max(1)),
            Change::TwoSided if outline.two_sided => options.sides = Some(Sides::OneSided),
            Change::TwoSided => options.sides = Some(Sides::TwoSidedLongEdge),
            Change::BlackAndWhite if outline.color == ColorMode::Monochrome => {
                let asked = Some(job.color).filter(|color| *color != ColorMode::Monochrome);
                options.color = Some(asked.unwrap_or(ColorMode::Auto));
            }
            Change::BlackAndWhite => options.color = Some(ColorMode::Monochrome),
            Change::Staple => options.staple = Some(!outline.staple),
            Change::Keep => options.keep = !options.keep && job.terms.can_keep,
            Change::FirstLater | Change::FirstEarlier | Change::LastLater | Change::LastEarlier => {
                options.pages = moved(&job, outline.pages, change)
            }
        }
        back_to_what_was_asked(&job, options);
        editing.quote = None;
        self.ask_price()
    }

    fn ask_price(&self) -> Option<StationMessage> {
        let job = self.edited_job().filter(|job| job.terms.can_change)?;
        let (editing, printer) = (self.editing.as_ref()?, self.printer.clone()?);
        let again = self.printed_at(&job.id);
        let options = JobOptions { again, ..editing.options.clone() };
        Some(StationMessage::Price { tap: self.source.tap, printer, options })
    }

    /// Takes what the server says about a wish; whether it is the one that is shown.
    pub fn quoted(&mut self, options: &JobOptions, quote: Quote) -> bool {
        let Some(editing) = &mut self.editing else { return false };
        let is_this = JobOptions { again: None, ..options.clone() } == editing.options;
        if is_this {
            editing.quote = Some(quote);
        }
        is_this
    }

    /// The owner wants it so. What the printer cannot do stays on the screen.
    pub(super) fn settle(&mut self) {
        let Some(editing) = &self.editing else { return };
        let quote = editing.quote.clone().unwrap_or_default();
        if quote.refused.is_some() {
            return;
        }
        let options = editing.options.clone();
        self.editing = None;
        if options == JobOptions::of(options.job.clone()) {
            self.wishes.remove(&options.job);
            return;
        }
        // Whoever says how a job is to be wants it; but where it needs a PIN, that comes first.
        let job = options.job.clone();
        if self.card(&job).is_some_and(|card| card.pin.is_none()) {
            self.chosen.insert(job.clone());
        }
        self.wishes.insert(job, Wish { options, price: quote.price });
    }

    /// Asks whether the job is to be deleted, or takes the question back.
    pub(super) fn ask_delete(&mut self, is_deleting: bool) {
        let may = self.edited_job().is_some_and(|job| job.terms.can_delete);
        if let Some(editing) = &mut self.editing {
            editing.is_deleting = is_deleting && may;
        }
    }

    /// Deletes the job that was asked about; where it needs a PIN, that is asked for first.
    pub(super) fn delete(&mut self) -> Option<StationMessage> {
        let editing = self.editing.take_if(|editing| editing.is_deleting)?;
        let job = editing.options.job;
        if self.card(&job)?.pin.is_none() {
            return Some(self.delete_with(job, None));
        }
        let typed = self.pins.get(&job).cloned().or_else(|| self.own_pin(&job));
        if typed.is_none() {
            self.ask_pin_to_delete(&job, None);
            return None;
        }
        Some(self.delete_with(job, typed))
    }

    /// Says that the job is to be deleted, with the PIN that was typed for it.
    pub(super) fn delete_with(&mut self, job: Id, pin: Option<Pin>) -> StationMessage {
        self.chosen.remove(&job);
        self.wishes.remove(&job);
        self.pins.remove(&job);
        self.deleting = pin.is_some().then(|| job.clone());
        StationMessage::Delete { tap: self.source.tap, job, pin }
    }

    /// When a job came out that did a moment ago.
    fn printed_at(&self, job: &Id) -> Option<i64> {
        let recent = self.session.recent.iter().find(|recent| recent.id == *job);
        recent.and_then(|recent| recent.terms.printed_at)
    }

    /// What goes with the choice of these jobs.
    pub(super) fn take_wishes(&mut self, jobs: &[Id]) -> Vec<JobOptions> {
        let mut wishes = std::mem::take(&mut self.wishes);
        let named = self.session.jobs.iter().filter(|card| card.terms.named);
        let named: Vec<&Id> = named.map(|card| &card.id).collect();
        let wish = |job: &Id| {
            let again = self.printed_at(job);
            // What is to be named is named by it, also where nothing is different.
            let is_named = again.is_some() || named.contains(&job);
            let wish = wishes.remove(job).map(|wish| wish.options);
            let wish = wish.or_else(|| is_named.then(|| JobOptions::of(job.clone())))?;
            Some(JobOptions { again, ..wish })
        };
        jobs.iter().filter_map(wish).collect()
    }

    /// The choice was refused: what was wanted with it stays wanted.
    pub(super) fn give_back_wishes(&mut self, wishes: Vec<JobOptions>) {
        for wish in wishes {
            let options = JobOptions { again: None, ..wish };
            if options != JobOptions::of(options.job.clone()) {
                self.wishes.insert(options.job.clone(), Wish { options, price: None });
            }
        }
    }

    /// Forgets what was wanted of jobs that are no longer there.
    pub(super) fn forget_wishes(&mut self) {
        let there: Vec<Id> =
            self.held().chain(&self.session.recent).map(|job| job.id.clone()).collect();
        self.wishes.retain(|job, _| there.contains(job));
        self.editing.take_if(|editing| !there.contains(&editing.options.job));
    }
}

/// Where nothing is different any more, nothing is said.
fn back_to_what_was_asked(job: &JobCard, options: &mut JobOptions) {
    options.copies.take_if(|copies| *copies == job.copies);
    options.sides.take_if(|sides| (*sides == Sides::OneSided) == (job.sides == Sides::OneSided));
    options.color.take_if(|color| *color == job.color);
    options.staple.take_if(|staple| *staple == job.terms.staple);
}

/// The pages after one touch: none when they are all of them.
fn moved(job: &JobCard, span: Option<PageSpan>, change: Change) -> Option<PageSpan> {
    let all = PageSpan { first: 1, last: job.pages? };
    let PageSpan { first, last } = span.unwrap_or(all);
    let span = match change {
        Change::FirstLater => PageSpan { first: (first + 1).min(last), last },
        Change::FirstEarlier => PageSpan { first: first.saturating_sub(1).max(1), last },
        Change::LastLater => PageSpan { first, last: (last + 1).min(all.last) },
        Change::LastEarlier => PageSpan { first, last: last.saturating_sub(1).max(first) },
        _ => PageSpan { first, last },
    };
    (span != all).then_some(span)
}
