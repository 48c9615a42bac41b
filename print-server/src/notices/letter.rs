//! A notice as a mail: in its reader's language, without the title of a document, and with no address in it
//! that does anything without a sign-in.

use std::time::{Duration, SystemTime};

use lettre::message::Mailbox;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::{Address, Message};
use store::{MailToSend, NoticeKind, Person};
use texts::Language;
use texts::sentences::{
    at_reader, card_added, delegate_added, delegate_printed, expires_soon, identity_notice,
    job_refused, link_notice, notice_subject, pin_locked,
};

/// What stands in every mail of this installation.
#[derive(Debug, Clone)]
pub struct Letterhead {
    /// The address that mail comes from.
    pub from: Address,
    /// The address of the page "My prints", which asks for a sign-in.
    pub page: String,
    /// Whose printing this is.
    pub organisation: String,
    /// Whom people ask for help.
    pub contact: String,
}

impl Letterhead {
    /// The mail that tells `person`. Tried again it is the same mail with the same Message-ID (RFC 5322
    /// section 3.6.4), so that one which comes twice is known as such. Nothing when the person has no
    /// address that can be written to.
    #[must_use]
    pub fn letter(&self, mail: &MailToSend, person: &Person) -> Option<Message> {
        let address = person.mail.as_ref()?.trim().parse().ok()?;
        let language = language(person);
        let micros = u64::try_from(mail.at.micros()).unwrap_or_default();
        let message = Message::builder()
            .from(Mailbox::new(Some(self.organisation.clone()), self.from.clone()))
            .to(Mailbox::new(None, address))
            .subject(notice_subject(language))
            .message_id(Some(format!("<{}@{}>", mail.id, self.from.domain())))
            .date(SystemTime::UNIX_EPOCH + Duration::from_micros(micros))
            // RFC 3834 section 5: nobody's holiday answers to it.
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".into(),
            ))
            .header(ContentType::TEXT_PLAIN);
        message.body(self.text(mail.kind, language)).ok()
    }

    fn text(&self, kind: NoticeKind, language: Language) -> String {
        let sentence = match kind {
            NoticeKind::JobRefused(why) => job_refused(why.as_str(), language),
            NoticeKind::ExpiresSoon => expires_soon(language),
            NoticeKind::CardAdded => card_added(language),
            NoticeKind::AtReader(what) => at_reader(what.as_str(), language),
            NoticeKind::DelegateAdded => delegate_added(language),
            NoticeKind::DelegatePrinted => delegate_printed(language),
            NoticeKind::LinkMade | NoticeKind::LinkRevoked | NoticeKind::LinkInClear => {
                link_notice(kind.as_str(), language)
            }
            NoticeKind::OwnCardAdded
            | NoticeKind::PinSet
            | NoticeKind::PinGiven
            | NoticeKind::PinRemoved
            | NoticeKind::CodeMade
            | NoticeKind::CodeUsed
            | NoticeKind::OwnPinLocked => identity_notice(kind.as_str(), language),
            NoticeKind::PinLocked => pin_locked(language),
        };
        let page = language.pick("Mina utskrifter", "My prints");
        let Self { page: address, organisation, contact, .. } = self;
        format!("{sentence}\n\n{page}: {address}\n\n{organisation}\n{contact}\n")
    }
}

fn language(person: &Person) -> Language {
    match person.language {
        store::Language::Swedish => Language::Swedish,
        store::Language::English => Language::English,
    }
}
