//! A file that somebody sends by the pages becomes a job by the checks, the intake and the order of
//! Print-Job: whoever sends it is not asked for a password, because the session says who it is.

use std::sync::Arc;

use admin_ui::{FileKind, NewUpload, UploadQueue};
use print_core::policy::expires_at;
use print_core::{JobId, JobName, JobNumber, OwnerId, PrintColorMode, Sides, Ticket};
use store::{Door, NewJob, Queue};

use super::answer::Refusal;
use super::front::Front;
use super::offer::Abilities;
use super::offer::description::{defaults, holds};
use super::operations::{Sender, arrived, may_send};
use crate::doors::Identity;
use crate::intake::source::Posted;
use crate::listeners::connection::Peer;

impl Front {
    /// The queues that take files from the pages: those that hold them for their owners and whose
    /// administrator has not closed that way. Queues that print at once are for labels and applications.
    #[must_use]
    pub fn queues_for_files(&self, size_max_bytes: u64) -> Vec<UploadQueue> {
        let queues = self.parts.catalogue.queues();
        let open = queues.iter().filter(|queue| queue.enabled && takes_files(queue));
        let described = open.map(|queue| {
            let offer = self.offer(queue);
            described(queue, &offer.abilities, size_max_bytes)
        });
        described.filter(|queue| !queue.kinds.is_empty()).collect()
    }

    /// Takes a file in as a job. It is held, durable, when this returns its number.
    ///
    /// # Errors
    /// [`Refusal`]; nothing of the document is left, and no job waits.
    pub async fn post_job(
        &self,
        upload: NewUpload,
        document: &mut dyn admin_ui::Document,
    ) -> Result<JobNumber, Refusal> {
        let peer = Peer { address: upload.address, tls: true };
        let taken = self.take_posted(upload, peer, document).await;
        if let Err(refusal) = &taken {
            self.note(refusal, peer);
        }
        taken
    }

    async fn take_posted(
        &self,
        upload: NewUpload,
        peer: Peer,
        document: &mut dyn admin_ui::Document,
    ) -> Result<JobNumber, Refusal> {
        let queue = self.parts.catalogue.named(&upload.queue).filter(|queue| takes_files(queue));
        let queue = queue.ok_or(Refusal::NoSuchQueue)?;
        let owner = OwnerId::Person(upload.person);
        let login = upload.login.clone();
        let door = Door::Web;
        let identity = Identity { owner, login, verified: true, door, claimed_name: None };
        let sender = Sender { peer, language: upload.language, counts: true };
        let share = may_send(self, &queue, &identity, sender).await?;
        let job = self.posted_job(&queue, &upload, &identity);
        // What the browser says of the kind is not even looked at: the first bytes decide.
        let accepted = self.parts.intake.take_job(job, None, &mut Posted(document), &share).await?;
        arrived(self, &queue, owner, accepted.id).await;
        Ok(accepted.number)
    }

    fn posted_job(&self, queue: &Arc<Queue>, upload: &NewUpload, by: &Identity) -> NewJob {
        let now = self.now();
        let offer = self.offer(queue);
        NewJob {
            id: JobId::new(),
            queue: queue.id,
            owner: by.owner(),
            title: JobName::from_client(&upload.file_name),
            claimed_name: None,
            door: by.door,
            verified: by.verified,
            ticket: ticket(queue, &offer.abilities, upload),
            client_hold: None,
            password: None,
            created_at: now,
            expires_at: expires_at(now, queue.hold_hours, &self.parts.zone, &self.free_days()),
        }
    }
}

/// Queues that print at once take none, whatever their row says.
fn takes_files(queue: &Queue) -> bool {
    holds(queue) && queue.door_uploads
}

fn copies_max(abilities: &Abilities) -> u16 {
    u16::try_from(abilities.copies_max).unwrap_or(1).max(1)
}

/// What is asked for, where the queue can do it. Who leaves the queue's sides as they stand did not ask for
/// them.
fn ticket(queue: &Queue, abilities: &Abilities, upload: &NewUpload) -> Ticket {
    let (sides, color) = defaults(queue, abilities);
    let asked = upload.sides.filter(|asked| abilities.sides.contains(&asked.as_str()));
    let mode = upload.color_mode.filter(|mode| abilities.color_modes.contains(&mode.as_str()));
    Ticket {
        copies: upload.copies.clamp(1, copies_max(abilities)),
        sides: asked.unwrap_or(sides),
        sides_by_default: asked.is_none_or(|asked| asked == sides),
        print_color_mode: mode.unwrap_or(color),
        ..Ticket::default()
    }
}

fn described(queue: &Queue, abilities: &Abilities, size_max_bytes: u64) -> UploadQueue {
    let (sides, color) = defaults(queue, abilities);
    let all_sides = abilities.sides.iter().filter_map(|word| Sides::from_keyword(word));
    let all_modes =
        abilities.color_modes.iter().filter_map(|word| PrintColorMode::from_keyword(word));
    // Where nothing comes out in colour, there is nothing to choose.
    let all_modes = all_modes.filter(|mode| abilities.color || *mode == color);
    let kind = |format: &&str| match *format {
        "application/pdf" => Some(FileKind::Pdf),
        "image/jpeg" => Some(FileKind::Jpeg),
        // Devices make the others, people have no such files.
        _ => None,
    };
    UploadQueue {
        name: queue.name.clone(),
        title: if queue.info.is_empty() { &queue.name } else { &queue.info }.clone(),
        sides: first(sides, all_sides),
        color_modes: first(color, all_modes),
        copies_max: copies_max(abilities),
        kinds: abilities.formats.iter().filter_map(kind).collect(),
        size_max_bytes,
    }
}

/// This one, and then the others.
fn first<T: PartialEq + Copy>(one: T, all: impl Iterator<Item = T>) -> Vec<T> {
    std::iter::once(one).chain(all.filter(|other| *other != one)).collect()
}

#[cfg(test)]
mod tests {
    use print_core::{Login, PersonId, QueueId};
    use store::{QueueOffer, ReleaseMode};
    use texts::Language;

    use super::*;

    fn queue(sides: Sides) -> Queue {
        Queue {
            id: QueueId::new(),
            name: "followme".into(),
            info: String::new(),
            release: ReleaseMode::Tap,
            hold_hours: 72,
            door_basic: false,
            door_negotiate: false,
            door_bearer: false,
            door_uploads: true,
            claimed_networks: Vec::new(),
            enabled: true,
            offer: QueueOffer { sides, ..QueueOffer::default() },
        }
    }

    fn upload(copies: u16, sides: Option<Sides>, color_mode: Option<PrintColorMode>) -> NewUpload {
        NewUpload {
            person: PersonId::new(),
            login: Login::parse("anna").unwrap(),
            address: ([127, 0, 0, 1], 1).into(),
            language: Language::Swedish,
            queue: "followme".into(),
            file_name: "a.pdf".into(),
            copies,
            sides,
            color_mode,
        }
    }

    #[test]
    fn what_is_asked_for_is_done_where_the_queue_can_and_its_habits_hold_elsewhere() {
        let two = Sides::TwoSidedLongEdge;
        let (queue, abilities) = (queue(two), Abilities::assumed());
        let made = ticket(&queue, &abilities, &upload(3, None, None));
        assert_eq!((made.copies, made.sides, made.sides_by_default), (3, two, true));
        let made = ticket(&queue, &abilities, &upload(1, Some(two), None));
        assert!(made.sides_by_default, "the queue's sides were left as they stood");
        let one = Some(Sides::OneSided);
        let made = ticket(&queue, &abilities, &upload(0, one, Some(PrintColorMode::Monochrome)));
        assert_eq!((made.copies, made.sides), (1, Sides::OneSided));
        assert!(!made.sides_by_default);
        assert_eq!(made.print_color_mode, PrintColorMode::Monochrome);
        let simple = Abilities { sides: vec!["one-sided"], copies_max: 1, ..abilities };
        let made = ticket(&queue, &simple, &upload(9, Some(two), None));
        assert_eq!((made.copies, made.sides), (1, Sides::OneSided), "no printer can");
    }

    #[test]
    fn files_go_to_queues_that_hold_them_and_let_them_in() {
        let open = queue(Sides::OneSided);
        assert!(takes_files(&open));
        assert!(!takes_files(&Queue { door_uploads: false, ..open.clone() }));
        let at_once = ReleaseMode::AtOnce(print_core::PrinterId::new());
        assert!(!takes_files(&Queue { release: at_once, ..open }));
    }

    #[test]
    fn the_page_offers_what_people_have_and_the_printers_can() {
        let shown = described(&queue(Sides::OneSided), &Abilities::assumed(), 7);
        assert_eq!(shown.kinds, [FileKind::Pdf, FileKind::Jpeg]);
        assert_eq!((shown.sides[0], shown.sides.len()), (Sides::OneSided, 3));
        assert_eq!((shown.title.as_str(), shown.size_max_bytes), ("followme", 7));
        let grey = Abilities { color: false, formats: vec!["image/urf"], ..Abilities::assumed() };
        let shown = described(&queue(Sides::OneSided), &grey, 7);
        assert_eq!((shown.color_modes.len(), shown.kinds.len()), (1, 0));
    }
}
