//! What the pages ask for who stands at a station: codes, offered cards, personal PINs.

use admin_ui::{AddedCard, Answer, CodeWish, Codes, OfferedCard, PinFault, ShownCode};
use print_core::PersonId;
use store::StoreError;

use super::ServerDesk;
use crate::proofs::offers::Taken;
use crate::proofs::own_pins::{self, BadOwnPin};
use crate::proofs::{codes, offers};

impl ServerDesk {
    async fn new_pin(&self, person: PersonId, pin: &str) -> Result<(), PinFault> {
        let people = self.store.count_people().await?;
        own_pins::check(pin, people).map_err(|bad| match bad {
            BadOwnPin::Digits(min) => PinFault::Digits { min, max: own_pins::DIGITS_MAX },
            BadOwnPin::Steps => PinFault::Steps,
        })?;
        let verifier = own_pins::sealed(&self.keys, person, pin).await.ok_or(StoreError::Busy)?;
        Ok(self.store.set_own_pin(person, &verifier, &format!("person:{person}")).await?)
    }
}

impl Codes for ServerDesk {
    fn make_code(&self, wish: CodeWish) -> Answer<'_, Result<ShownCode, StoreError>> {
        Box::pin(async move {
            let CodeWish { person, station, purpose } = wish;
            let now = self.clock.now();
            let made = codes::make(&self.store, &self.keys, person, station, purpose, now).await?;
            Ok(ShownCode::new(made.digits, made.expires_at))
        })
    }

    fn offered_card<'a>(
        &'a self,
        code: &'a str,
        person: PersonId,
    ) -> Answer<'a, Result<Option<OfferedCard>, StoreError>> {
        Box::pin(async move {
            let now = self.clock.now();
            let found = offers::find(&self.store, &self.keys, code, person, now).await?;
            let Some(offered) = found else { return Ok(None) };
            let place = self.store.station(offered.station).await?.name;
            Ok(Some(OfferedCard { place, last4: offered.last4, ticket: offered.ticket }))
        })
    }

    fn add_offered_card<'a>(
        &'a self,
        ticket: &'a str,
        person: PersonId,
    ) -> Answer<'a, Result<AddedCard, StoreError>> {
        Box::pin(async move {
            let now = self.clock.now();
            let taken = offers::take(&self.store, &self.keys, ticket, person, now).await?;
            Ok(match taken {
                Taken::Added => AddedCard::Added,
                Taken::Foreign => AddedCard::Foreign,
                Taken::Over => AddedCard::Over,
            })
        })
    }

    fn set_pin<'a>(&'a self, person: PersonId, pin: &'a str) -> Answer<'a, Result<(), PinFault>> {
        Box::pin(self.new_pin(person, pin))
    }

    fn pin_digits(&self) -> Answer<'_, Result<usize, StoreError>> {
        Box::pin(async { Ok(own_pins::digits_min(self.store.count_people().await?)) })
    }
}
