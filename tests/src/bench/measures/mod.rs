//! What is measured, and against what.

mod attributes;
mod counting;
mod depth;
mod intake;
mod large;
mod phones;
mod raster;
mod taps;

use super::report::Report;
use super::servers::Ground;

/// What a run shall measure.
#[derive(Debug)]
pub struct Plan {
    /// These, in any order.
    pub wanted: Vec<Measure>,
    /// How often each.
    pub rounds: u32,
    /// How many taps.
    pub taps: u32,
}

impl Plan {
    /// Whether one of these is wanted.
    fn wants(&self, any: &[Measure]) -> bool {
        any.iter().any(|measure| self.wanted.contains(measure))
    }

    /// Whether everything is measured, so that the tables get their further rows.
    fn is_full(&self) -> bool {
        self.wanted.len() == Measure::ALL.len()
    }
}

/// Which way a measure is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Good {
    /// The higher the better.
    High,
    /// The lower the better.
    Low,
}

macro_rules! measures {
    ($($variant:ident, $name:literal, $unit:literal, $good:ident, $promise:expr, $reference:literal;)*) => {
        /// A measure whose name others know. Its ratio is ours by the reference.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Measure {
            $(
                #[doc = concat!("`", $name, "`, against ", $reference, ".")]
                $variant,
            )*
        }

        impl Measure {
            /// All, in the order in which they are shown.
            pub const ALL: &'static [Measure] = &[$(Measure::$variant),*];

            /// The name, as it stands in the results.
            pub fn name(self) -> &'static str {
                match self { $(Measure::$variant => $name),* }
            }

            /// The unit of both figures.
            pub fn unit(self) -> &'static str {
                match self { $(Measure::$variant => $unit),* }
            }

            /// Which way it is good.
            pub fn good(self) -> Good {
                match self { $(Measure::$variant => Good::$good),* }
            }

            /// What we promise of the ratio, if anything.
            pub fn promise(self) -> Option<f64> {
                match self { $(Measure::$variant => $promise),* }
            }

            /// What ours is compared with.
            pub fn reference(self) -> &'static str {
                match self { $(Measure::$variant => $reference),* }
            }
        }
    };
}

measures! {
    IntakeVsCupsd, "intake_c64_vs_cupsd", "jobs/s", High, Some(1.0), "cupsd as Debian installs it";
    IntakeVsCupsdSync, "intake_c64_vs_cupsd_sync", "jobs/s", High, Some(2.0), "cupsd that syncs";
    IntakeVsHandlerSync, "intake_c64_vs_handler_sync", "jobs/s", High, Some(0.6), "bare server that syncs";
    IntakeBasicTls, "intake_c64_basic_tls", "jobs/s", High, None, "ours without TLS and password";
    IntakeCounted, "intake_c64_counted_vs_not", "jobs/s", High, Some(0.8), "ours, pages not counted";
    Counting, "pages_counted_documents_per_s", "documents/s", High, Some(1.0), "50 documents a second";
    IntakeDepth, "intake_depth20k_vs_empty", "jobs/s", High, Some(0.9), "ours with no job held";
    LargeDocuments, "large_documents_rss_mib", "MiB", Low, Some(1.0), "limit";
    TapP50, "tap_first_byte_p50_ms", "ms", Low, Some(1.0), "cupsd's Release-Job";
    TapP99, "tap_first_byte_p99_ms", "ms", Low, Some(1.0), "40 ms, or 10 x two commits' p99";
    TapVsCupsd, "tap_first_byte_vs_cupsd", "ms", Low, Some(1.0), "cupsd's Release-Job";
    TwoCommits, "two_durable_commits_p99_ms", "ms", Low, None, "itself, for the taps";
    PrinterAttributes, "printer_attributes_p99_ms", "ms", Low, Some(1.0), "limit";
    Phones, "phones_1000_attributes_p99_ms", "ms", Low, Some(1.0), "limit";
    IntakeBesidePhones, "intake_c64_beside_1000_phones", "jobs/s", High, Some(0.9), "ours without phones";
    Raster, "raster_300dpi_pages_per_s", "pages/s", High, Some(1.0), "15 pages a second";
    Restart, "restart_20k_ms", "ms", Low, Some(1.0), "limit";
}

impl Measure {
    /// The measure with this name.
    pub fn named(name: &str) -> Option<Measure> {
        Measure::ALL.iter().copied().find(|measure| measure.name() == name)
    }
}

/// Takes the measures.
///
/// # Errors
/// When a server cannot be set up, or refuses what it is measured by: then nothing was measured.
pub fn take(plan: &Plan, ground: &Ground, report: &mut Report) -> Result<(), String> {
    use Measure as M;
    if plan.wants(&[
        M::IntakeVsCupsd,
        M::IntakeVsCupsdSync,
        M::IntakeVsHandlerSync,
        M::IntakeBasicTls,
        M::IntakeCounted,
    ]) {
        intake::take(plan, ground, report)?;
    }
    if plan.wants(&[M::Counting]) {
        counting::take(plan, ground, report)?;
    }
    if plan.wants(&[M::PrinterAttributes]) {
        attributes::take(plan, ground, report)?;
    }
    if plan.wants(&[M::Phones, M::IntakeBesidePhones]) {
        phones::take(plan, ground, report)?;
    }
    if plan.wants(&[M::LargeDocuments]) {
        large::take(plan, ground, report)?;
    }
    if plan.wants(&[M::Raster]) {
        raster::take(plan, ground, report)?;
    }
    if plan.wants(&[M::IntakeDepth, M::Restart]) {
        depth::take(plan, ground, report)?;
    }
    if plan.wants(&[M::TapP50, M::TapP99, M::TapVsCupsd, M::TwoCommits]) {
        taps::take(plan, ground, report)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_measure_is_found_by_its_own_name() {
        for measure in Measure::ALL {
            assert_eq!(Measure::named(measure.name()), Some(*measure));
        }
        assert_eq!(Measure::named("intake"), None);
    }
}
