//! What the person at the screen wants with the jobs that are shown: to have them, to know what they cost
//! then, or to be rid of them.

use station_protocol::{RefusedReason, Sentence, ServerMessage, StationMessage, TapNumber};
use texts::sentences::{Refusal, WishRefusal};

use super::{Conversation, End};

impl Conversation {
    /// Does what was asked for in a session, where the station may go on. What another session asks for is out of
    /// order.
    pub(super) async fn wish(
        &mut self,
        tap: TapNumber,
        message: StationMessage,
    ) -> Result<(), End> {
        if let Err(closed) = self.gate().await {
            return self.closed(tap, closed).await;
        }
        let Some(session) = self.session_of(tap) else {
            return self.refuse(Some(tap), RefusedReason::Protocol, Refusal::TryAgain).await;
        };
        let done = match message {
            StationMessage::Choose { printer, jobs, options, .. } => {
                session.choose(&printer, &jobs, &options).await
            }
            StationMessage::Price { printer, options, .. } => {
                match session.price(&printer, &options).await {
                    Ok(quote) => return self.send(&quote).await,
                    Err(error) => Err(error),
                }
            }
            StationMessage::Delete { job, pin, .. } => session.delete(&job, pin.as_ref()).await,
            // Everything else is no wish.
            _ => Ok(()),
        };
        self.obeyed(Some(tap), done).await
    }

    /// Says why something is not possible so, in words that fit it.
    pub(super) async fn refuse_wish(
        &mut self,
        tap: Option<TapNumber>,
        reason: RefusedReason,
        why: WishRefusal,
    ) -> Result<(), End> {
        let sentence = Sentence::cut(why.sentence(self.language()));
        self.send(&ServerMessage::Refused { tap, reason, job: None, sentence }).await
    }
}
