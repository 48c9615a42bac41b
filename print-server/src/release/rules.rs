//! What a tap lets go without a question, in memory: settings of queues and printers, beside those of the
//! station. The strictest counts. They are read anew with the queues; what must never go by itself is held by
//! the statements that claim, too.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock};

use print_core::{PrinterId, QueueId};
use store::{JobRecord, QueueRules, Starts, Station, StationPolicy, Store, StoreError, Titles};
use texts::Language;

/// So much of a title is shown where it is cut, in characters.
const TITLE_CUT: usize = 20;

/// The rules, as they were last read.
#[derive(Debug, Clone, Default)]
pub struct Rules(Arc<RwLock<Arc<Known>>>);

#[derive(Debug, Default)]
struct Known {
    queues: HashMap<QueueId, QueueRules>,
    with_list: HashSet<PrinterId>,
}

impl Rules {
    /// Reads them anew.
    ///
    /// # Errors
    /// What the store answers; the copy stays as it was.
    pub async fn refresh(&self, store: &Store) -> Result<(), StoreError> {
        let queues = store.rules_of_queues().await?.into_iter().collect();
        let with_list = store.printers_with_list().await?.into_iter().collect();
        let known = Arc::new(Known { queues, with_list });
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = known;
        Ok(())
    }

    fn known(&self) -> Arc<Known> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// How this queue's jobs are released.
    #[must_use]
    pub fn of_queue(&self, queue: QueueId) -> QueueRules {
        self.known().queues.get(&queue).copied().unwrap_or_default()
    }

    /// What a tap does at this station: one printer beside it that wants a choice is enough for one.
    #[must_use]
    pub fn policy(&self, station: &Station) -> StationPolicy {
        let known = self.known();
        let asks = station.printers.iter().any(|printer| known.with_list.contains(printer));
        if asks { StationPolicy::Choose } else { station.policy }
    }

    /// Whether the job is confidential, by its owner's word or its queue's.
    #[must_use]
    pub fn is_confidential(&self, job: &JobRecord) -> bool {
        job.confidential || self.of_queue(job.queue).confidential
    }

    /// Whether the job goes only when it is named, for another reason than that it may have printed.
    #[must_use]
    pub fn is_to_be_named(&self, job: &JobRecord) -> bool {
        let rules = self.of_queue(job.queue);
        let is_marked = job.confidential || job.kept || job.named_only;
        is_marked || rules.confidential || rules.starts == Starts::ListFirst
    }

    /// The job's title, as far as others at the screen may read it.
    #[must_use]
    pub fn title(&self, job: &JobRecord, language: Language) -> String {
        let title = job.title.as_str();
        match self.of_queue(job.queue).titles {
            Titles::Full => title.to_owned(),
            Titles::Cut if title.chars().count() <= TITLE_CUT => title.to_owned(),
            Titles::Cut => title.chars().take(TITLE_CUT - 1).chain(['…']).collect(),
            Titles::None => format!("{} {}", language.pick("Utskrift", "Print"), job.number),
        }
    }
}
