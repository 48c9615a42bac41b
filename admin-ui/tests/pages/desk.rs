//! The running server, as the pages of the house see it.

use std::net::IpAddr;

use admin_ui::{
    AddedCard, Answer, Asks, CodeWish, Codes, Desk, Document, FileKind, HealthItem, LinkFault,
    LinkWish, NewUpload, OfferedCard, OwnLink, PinFault, PrintPlace, ProfileFile, ProfileKind,
    ShownCode, SignInError, UploadError, UploadQueue,
};
use print_core::{
    CodeId, JobNumber, LinkId, Login, OwnerId, PersonId, PrintColorMode, Sides, Timestamp,
};
use store::{AddedLink, NewLink, NewPersonCode, Store, StoreError};

use crate::house::{FILE_MAX_BYTES, PASSWORD, Taken};

/// A desk that knows the people of the house.
#[derive(Debug)]
pub struct HouseDesk {
    pub store: Store,
    pub taken: Taken,
}

impl Codes for HouseDesk {
    fn make_code(&self, wish: CodeWish) -> Answer<'_, Result<ShownCode, StoreError>> {
        Box::pin(async move {
            let expires_at = Timestamp::from_micros(1_900_000_000_000_000);
            let code = NewPersonCode {
                id: CodeId::new(),
                person: wish.person,
                purpose: wish.purpose,
                station: wish.station,
                lookup: lookup("0471108"),
                expires_at,
            };
            self.store.make_code(&code).await?;
            Ok(ShownCode::new("471108".into(), expires_at))
        })
    }

    fn offered_card<'a>(
        &'a self,
        code: &'a str,
        _: PersonId,
    ) -> Answer<'a, Result<Option<OfferedCard>, StoreError>> {
        let card = OfferedCard {
            place: "Entré <b>".into(),
            last4: "E580".into(),
            ticket: "ticket-1".into(),
        };
        Box::pin(async move { Ok((code == "ABCD2345").then_some(card)) })
    }

    fn add_offered_card<'a>(
        &'a self,
        ticket: &'a str,
        _: PersonId,
    ) -> Answer<'a, Result<AddedCard, StoreError>> {
        let added = if ticket == "ticket-1" { AddedCard::Added } else { AddedCard::Over };
        Box::pin(async move { Ok(added) })
    }

    fn set_pin<'a>(&'a self, person: PersonId, pin: &'a str) -> Answer<'a, Result<(), PinFault>> {
        Box::pin(async move {
            match pin {
                "1234" => Err(PinFault::Steps),
                pin if pin.len() < 4 => Err(PinFault::Digits { min: 4, max: 16 }),
                pin => {
                    let by = format!("person:{person}");
                    Ok(self.store.set_own_pin(person, &format!("verifier of {pin}"), &by).await?)
                }
            }
        })
    }

    fn pin_digits(&self) -> Answer<'_, Result<usize, StoreError>> {
        Box::pin(async { Ok(4) })
    }
}

impl Desk for HouseDesk {
    fn sign_in<'a>(
        &'a self,
        login: &'a str,
        password: &'a str,
        _: IpAddr,
    ) -> Answer<'a, Result<PersonId, SignInError>> {
        Box::pin(async move {
            match login {
                "throttled" => return Err(SignInError::Throttled),
                "down" => return Err(SignInError::DirectoryDown),
                _ => {}
            }
            let login = Login::parse(login).map_err(|_| SignInError::Wrong)?;
            let person = self.store.person_by_login(&login).await;
            let person =
                person.map_err(|_| SignInError::DirectoryDown)?.ok_or(SignInError::Wrong)?;
            if password == PASSWORD { Ok(person.id) } else { Err(SignInError::Wrong) }
        })
    }

    fn print_places<'a>(&'a self, link: Option<&'a OwnLink>) -> Answer<'a, Vec<PrintPlace>> {
        let own = link.map(|link| format!("/u/{}", link.secret())).unwrap_or_default();
        let place = |queue: &str, title: &str, asks: &[Asks]| PrintPlace {
            queue: queue.into(),
            title: title.into(),
            uri: format!("ipps://print.example.org/ipp/print/{queue}{own}"),
            is_own: link.is_some(),
            asks: if link.is_some() { vec![Asks::Nothing] } else { asks.to_vec() },
        };
        let places = vec![
            place("followme", "Follow-me", &[Asks::Password]),
            place("library", "Library", &[Asks::Nothing]),
            place("provider", "Provider", &[Asks::Account]),
            place("links", "Links", &[]),
        ];
        Box::pin(async { places })
    }

    fn profile<'a>(
        &'a self,
        kind: ProfileKind,
        queue: &'a str,
        link: Option<(PersonId, &'a OwnLink)>,
    ) -> Answer<'a, Result<Option<ProfileFile>, StoreError>> {
        Box::pin(async move {
            let mut content = format!("{kind:?}");
            if let Some((person, link)) = link {
                let found = self.store.find_link(&lookup(link.secret())).await?;
                let owner = OwnerId::Person(person);
                let opens = |link: &store::Link| link.owner == owner && link.revoked_at.is_none();
                if found.filter(opens).is_none() {
                    return Ok(None);
                }
                content.push_str(&format!(" by {}", link.secret()));
            }
            let file = ProfileFile {
                name: format!("{queue}.file"),
                content_type: "application/json",
                content: content.into_bytes(),
            };
            Ok((queue == "followme").then_some(file))
        })
    }

    fn make_link(&self, wish: LinkWish) -> Answer<'_, Result<OwnLink, LinkFault>> {
        Box::pin(async move {
            let secret = format!("5ec3e7{}", LinkId::new().to_string().replace('-', ""));
            let link = NewLink {
                id: wish.id,
                owner: OwnerId::Person(wish.person),
                device: wish.device,
                lookup: lookup(&secret),
                made_by: format!("person:{}", wish.person),
            };
            match self.store.add_link(&link).await? {
                AddedLink::Added => Ok(OwnLink::new(secret)),
                AddedLink::Full => Err(LinkFault::Full),
                AddedLink::Known => Err(LinkFault::Known),
            }
        })
    }

    fn upload_queues(&self) -> Answer<'_, Vec<UploadQueue>> {
        let followme = UploadQueue {
            name: "followme".into(),
            title: "Follow-me".into(),
            sides: vec![Sides::TwoSidedLongEdge, Sides::OneSided],
            color_modes: vec![PrintColorMode::Auto, PrintColorMode::Monochrome],
            copies_max: 99,
            kinds: vec![FileKind::Pdf, FileKind::Jpeg],
            size_max_bytes: FILE_MAX_BYTES,
        };
        let library = UploadQueue {
            name: "library".into(),
            title: "Library".into(),
            sides: vec![Sides::OneSided],
            color_modes: vec![PrintColorMode::Monochrome],
            kinds: vec![FileKind::Pdf],
            ..followme.clone()
        };
        Box::pin(async move { vec![followme, library] })
    }

    fn take<'a>(
        &'a self,
        upload: NewUpload,
        document: &'a mut dyn Document,
    ) -> Answer<'a, Result<JobNumber, UploadError>> {
        Box::pin(async move {
            let mut bytes = Vec::new();
            while let Some(more) = document.next().await? {
                bytes.extend_from_slice(&more);
                if bytes.len() as u64 > FILE_MAX_BYTES {
                    return Err(UploadError::TooLarge(FILE_MAX_BYTES));
                }
            }
            if !bytes.starts_with(b"%PDF-") {
                return Err(UploadError::Kind);
            }
            let mut taken = self.taken.lock().expect("nobody panics with it");
            taken.push((upload, bytes.len()));
            Ok(JobNumber::new(500 + taken.len() as i64).expect("a number"))
        })
    }

    fn health(&self) -> Answer<'_, Vec<HealthItem>> {
        Box::pin(async {
            vec![
                HealthItem::Directory { name: "campus".into(), answers: true },
                HealthItem::Database { writes: true },
                HealthItem::Spool { free_bytes: 41_500_000_000, low: false },
                HealthItem::Certificate { days_left: 62 },
            ]
        })
    }
}

/// What this house's desk finds a link by.
fn lookup(secret: &str) -> [u8; 32] {
    let mut lookup = [0; 32];
    let last = secret.bytes().rev().take(32);
    lookup.iter_mut().zip(last).for_each(|(place, byte)| *place = byte);
    lookup
}
