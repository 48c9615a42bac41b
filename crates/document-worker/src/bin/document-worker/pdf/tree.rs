//! Our own walk of the page tree, ISO 32000-2 section 7.7.3.2.
//!
//! Readers disagree about broken trees: one believes `/Count`, another counts what it finds, a third
//! prints a page as often as it is listed. So this walk does not mend what it finds, it names it: a
//! document with anything to name is irregular and is never printed as it is.

use std::collections::{BTreeSet, HashSet};

use document_worker::{Flag, TREE_NODES_MAX};
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::object::{Array, Dict, MaybeRef, Name, ObjectIdentifier};
use hayro::hayro_syntax::xref::XRef;

/// A branch that is being walked.
struct Branch {
    kids: std::vec::IntoIter<Kid>,
    declared: Option<i32>,
    pages_before: u32,
}

/// What a branch lists.
#[derive(Clone, Copy)]
enum Kid {
    Object(ObjectIdentifier),
    Direct,
}

/// What is irregular about the page tree of a document in which the library found so many pages.
pub fn flags(pdf: &Pdf, pages: u32) -> BTreeSet<Flag> {
    let mut walk = Walk { xref: pdf.xref(), flags: BTreeSet::new(), pages: 0 };
    walk.whole_tree();
    if walk.pages != pages {
        walk.flags.insert(Flag::WalkDiffers);
    }
    walk.flags
}

struct Walk<'a> {
    xref: &'a XRef,
    flags: BTreeSet<Flag>,
    pages: u32,
}

impl<'a> Walk<'a> {
    fn whole_tree(&mut self) {
        let catalog = self.xref.get::<Dict<'a>>(self.xref.root_id());
        let Some(root) = catalog.and_then(|catalog| catalog.get_ref("Pages")) else {
            self.flags.insert(Flag::NoTree);
            return;
        };
        let root = ObjectIdentifier::from(root);
        let Some(branch) = self.branch(root) else {
            self.flags.insert(Flag::NoTree);
            return;
        };
        let mut open = vec![branch];
        let mut seen = HashSet::from([root]);
        while let Some(branch) = open.last_mut() {
            let Some(kid) = branch.kids.next() else {
                self.close(branch.declared, branch.pages_before);
                open.pop();
                continue;
            };
            let Kid::Object(id) = kid else {
                self.flags.insert(Flag::DirectPage);
                continue;
            };
            if !seen.insert(id) {
                self.flags.insert(Flag::ObjectUsedTwice);
                continue;
            }
            if seen.len() > TREE_NODES_MAX {
                self.flags.insert(Flag::TreeTooLarge);
                return;
            }
            open.extend(self.enter(id));
        }
    }

    /// Counts a page, or gives the branch to walk next.
    fn enter(&mut self, id: ObjectIdentifier) -> Option<Branch> {
        let Some(node) = self.xref.get::<Dict<'a>>(id) else {
            self.flags.insert(Flag::MissingNode);
            return None;
        };
        match node.get::<Name<'_>>("Type").as_deref() {
            Some(b"Page") => {
                self.pages += 1;
                None
            }
            Some(b"Pages") => self.branch(id),
            _ => {
                self.flags.insert(Flag::UntypedNode);
                None
            }
        }
    }

    fn branch(&mut self, id: ObjectIdentifier) -> Option<Branch> {
        let node = self.xref.get::<Dict<'a>>(id)?;
        if node.get::<Name<'_>>("Type").as_deref() != Some(b"Pages") {
            return None;
        }
        let kids = node.get::<Array<'_>>("Kids").map(|kids| {
            let kids = kids.raw_iter().take(TREE_NODES_MAX);
            let kids = kids.map(|kid| match kid {
                MaybeRef::Ref(id) => Kid::Object(id.into()),
                MaybeRef::NotRef(_) => Kid::Direct,
            });
            kids.collect::<Vec<_>>()
        });
        Some(Branch {
            kids: kids.unwrap_or_default().into_iter(),
            declared: node.get::<i32>("Count"),
            pages_before: self.pages,
        })
    }

    /// Leaves a branch, comparing what it said about itself with what was found: some readers skip
    /// branches by these numbers.
    fn close(&mut self, declared: Option<i32>, pages_before: u32) {
        let below = self.pages - pages_before;
        if declared.and_then(|declared| u32::try_from(declared).ok()) != Some(below) {
            self.flags.insert(Flag::CountDiffers);
        }
    }
}
