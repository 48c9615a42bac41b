//! The table that the person's cards, links and delegates share.

use maud::{Markup, html};

use super::words::MineWords;
use crate::components::table::plain_heading;
use crate::security::viewer::Viewer;
use crate::words::Words;

/// One row for each thing: what it is, two times of it, its state, and the buttons that `acts` names to those
/// who cannot see the column.
pub(super) fn table(
    viewer: &Viewer,
    [what, first, second]: [MineWords; 3],
    acts: MineWords,
    rows: impl Iterator<Item = Markup>,
) -> Markup {
    let language = viewer.ask.language;
    let word = |word: MineWords| word.text(language);
    html! {
        table.rows {
            thead {
                tr {
                    (plain_heading(word(what), false))
                    (plain_heading(word(first), true))
                    (plain_heading(word(second), true))
                    (plain_heading(Words::State.text(language), false))
                    th.fixed scope="col" { span.hidden { (word(acts)) } }
                }
            }
            tbody { @for row in rows { (row) } }
        }
    }
}
