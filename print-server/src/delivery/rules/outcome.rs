//! How an attempt ended, and why, in words that machines compare and faces turn into sentences.

use std::time::Duration;

use print_core::{AttemptId, JobId, PrinterId, Usage};

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $keyword:literal;)*) => {
        /// Why a job was not simply printed. The attempt's row keeps the keyword.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Reason {
            $($(#[$doc])* $name,)*
        }

        impl Reason {
            /// Every reason there is.
            #[cfg(test)]
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The word that the attempt's row keeps.
            pub const fn keyword(self) -> &'static str {
                match self {
                    $(Self::$name => $keyword,)*
                }
            }
        }
    };
}

reasons! {
    /// It refused every connection, or stayed silent, for as long as we wait for one to wake up.
    PrinterAsleep = "printer-asleep";
    /// Its name or its address leads nowhere.
    PrinterUnreachable = "printer-unreachable";
    /// Its address is none where printers may be.
    PrinterForbidden = "printer-forbidden";
    /// It was busy with the jobs of others for as long as we wait.
    PrinterBusy = "printer-busy";
    /// It says that it takes no jobs.
    PrinterNotAccepting = "printer-not-accepting";
    /// It was stopped already before it got the job.
    PrinterStopped = "printer-stopped";
    /// Its certificate is not the one that was agreed.
    PrinterUntrusted = "printer-untrusted";
    /// Another machine answers at its address, or the address is one that nobody has confirmed.
    PrinterChanged = "printer-changed";
    /// It refused the job with a status that says no more.
    PrinterRefused = "printer-refused";
    /// It does not print this kind of document.
    DocumentFormatNotSupported = "document-format-not-supported";
    /// The document wants a password, or does not permit printing.
    DocumentProtected = "document-protected";
    /// The document is larger than it accepts.
    DocumentTooLarge = "document-too-large";
    /// Our own copy of the document cannot be read.
    DocumentUnreadable = "document-unreadable";
    /// Printers could print other pages of it than were counted, and this one takes no pixels.
    DocumentIrregular = "document-irregular";
    /// It cannot be drawn for a printer that wants pixels.
    DocumentNotDrawn = "document-not-drawn";
    /// It takes pictures only, and several of them would be several jobs.
    SinglePagesOnly = "single-pages-only";
    /// Nothing can be drawn on this server at present.
    DrawingUnavailable = "drawing-unavailable";
    /// It cannot print on both sides as asked.
    SidesNotSupported = "sides-not-supported";
    /// It cannot make that many copies of this kind of document.
    CopiesNotSupported = "copies-not-supported";
    /// It has no colour.
    ColorNotSupported = "color-not-supported";
    /// It cannot be told to leave colour out.
    MonochromeNotSupported = "monochrome-not-supported";
    /// It does not know the paper or the tray.
    MediaNotSupported = "media-not-supported";
    /// It cannot print a part of the pages.
    PageRangesNotSupported = "page-ranges-not-supported";
    /// It cannot staple, punch or fold as asked.
    FinishingsNotSupported = "finishings-not-supported";
    /// It cannot put that many pages on one side.
    NumberUpNotSupported = "number-up-not-supported";
    /// It took the job and said that it would ignore an option that changes paper or price.
    OptionsIgnored = "options-ignored";
    /// It gave the job up by itself.
    PrinterAborted = "printer-aborted";
    /// Somebody cancelled the job at the machine.
    CanceledAtPrinter = "canceled-at-printer";
    /// The machine stopped and its owner went away.
    OwnerAbsent = "owner-absent";
    /// The owner wants to print it elsewhere.
    FinishedElsewhere = "finished-elsewhere";
    /// Its owner tapped at another printer before this one had heard of it.
    TakenElsewhere = "taken-elsewhere";
    /// The owner, or an administrator, cancelled the job.
    CanceledByOwner = "canceled-by-owner";
    /// It took longer than its owner allowed.
    CanceledAfterTimeOut = "job-canceled-after-timeout";
    /// The connection broke while the job was handed over, and nothing came of it.
    SendingInterrupted = "sending-interrupted";
    /// The machine could not be asked any more while it had the job.
    ConnectionLost = "connection-lost";
    /// The machine does not know the job any more.
    PrinterForgot = "printer-forgot";
    /// The machine was switched off and on while it had the job.
    PrinterReset = "printer-reset";
    /// The machine did not end the job although it was asked to.
    CancelUnconfirmed = "cancel-unconfirmed";
    /// This server was being stopped.
    ServerStopping = "server-stopping";
    /// This server was started anew before the machine had the job.
    ServerRestarted = "server-restarted";
}

impl Reason {
    /// Whether another try at the same printer can end better without anybody's doing. It is made only
    /// when nothing was printed and the owner has just tapped.
    pub fn may_pass(self) -> bool {
        matches!(self, Self::PrinterAborted | Self::SendingInterrupted | Self::ServerRestarted)
    }
}

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The printer reported the job as completed.
    Completed,
    /// Nothing was printed: the job is held again.
    HandedBack(Reason),
    /// The owner cancelled it and the printer confirmed.
    Canceled,
    /// The job ended early, with paper: it is booked, and held again.
    Ended(Reason),
    /// Nobody can tell what was printed: the job is held and marked.
    Unknown(Reason),
    /// Somebody else has taken the job over; what we know about it changes nothing.
    FenceLost,
}

/// One ended attempt, for whoever counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// The job.
    pub job: JobId,
    /// The attempt.
    pub attempt: AttemptId,
    /// Where it was tried.
    pub printer: PrinterId,
    /// How it ended.
    pub end: End,
    /// What was booked, if anything was.
    pub usage: Option<Usage>,
    /// From the hand-over by the claim to the first byte of the document on its way.
    pub first_byte_after_claim: Option<Duration>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_a_keyword_of_its_own_and_a_sentence() {
        let keywords: std::collections::BTreeSet<&str> =
            Reason::ALL.iter().map(|reason| reason.keyword()).collect();
        assert_eq!(keywords.len(), Reason::ALL.len());
        let unknown = sentence("no-such-reason");
        for keyword in keywords {
            assert!(print_core::Keyword::parse(keyword).is_ok(), "{keyword}");
            assert_ne!(sentence(keyword), unknown, "{keyword} has no sentence");
        }
    }

    fn sentence(keyword: &str) -> String {
        let sentence =
            texts::sentences::delivery_reason(keyword, "KS-4-17", texts::Language::English);
        sentence.replace(keyword, "")
    }
}
