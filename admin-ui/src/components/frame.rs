//! The page around the content.

use axum::response::Html;
use maud::{DOCTYPE, Markup, html};
use store::Role;
use texts::Language;

use crate::address::Address;
use crate::routes::UPLOAD_PATH;
use crate::security::posted::TOKEN_FIELD;
use crate::security::viewer::{Ask, Viewer};
use crate::site::Site;
use crate::words::Words;

/// A place in the menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    Overview,
    Jobs,
    Usage,
    ToCheck,
    MyPrints,
    Print,
    Start,
    /// Pages that the menu does not list.
    Elsewhere,
}

impl Section {
    const MENU: [Self; 7] = [
        Self::Overview,
        Self::Jobs,
        Self::Usage,
        Self::ToCheck,
        Self::MyPrints,
        Self::Print,
        Self::Start,
    ];

    fn label(self) -> Words {
        match self {
            Self::Overview => Words::Overview,
            Self::Jobs => Words::Jobs,
            Self::Usage => Words::Usage,
            Self::ToCheck => Words::ToCheck,
            Self::Print => Words::PrintFile,
            Self::Start => Words::Start,
            Self::MyPrints | Self::Elsewhere => Words::MyPrints,
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::Overview => "/overview",
            Self::Jobs => "/jobs",
            Self::Usage => "/usage",
            Self::ToCheck => "/to-check",
            Self::Print => UPLOAD_PATH,
            Self::Start => "/start",
            Self::MyPrints | Self::Elsewhere => "/my-prints",
        }
    }

    fn is_for(self, viewer: &Viewer) -> bool {
        match self {
            Self::Overview | Self::Jobs => viewer.is_helpdesk(),
            Self::Usage | Self::ToCheck => viewer.is_finance(),
            Self::MyPrints | Self::Print | Self::Start => true,
            Self::Elsewhere => false,
        }
    }

    /// The page where this person begins.
    pub fn first_for(viewer: &Viewer) -> &'static str {
        let found = Self::MENU.into_iter().find(|section| section.is_for(viewer));
        found.unwrap_or(Self::MyPrints).path()
    }
}

/// Everything around a page's content.
#[derive(Debug)]
pub struct Frame<'a> {
    pub site: &'a Site,
    pub language: Language,
    pub address: Option<&'a Address>,
    pub viewer: Option<&'a Viewer>,
    pub section: Section,
    pub title: String,
}

impl<'a> Frame<'a> {
    /// The frame of a page for somebody who is signed in.
    pub fn of(site: &'a Site, viewer: &'a Viewer, section: Section, title: String) -> Self {
        Self { viewer: Some(viewer), ..Self::open(site, &viewer.ask, section, title) }
    }

    /// The frame of a page for whoever looks.
    pub fn open(site: &'a Site, ask: &'a Ask, section: Section, title: String) -> Self {
        let address = Some(&ask.address);
        Self { site, language: ask.language, address, viewer: None, section, title }
    }

    /// The whole page.
    pub fn page(&self, content: &Markup) -> Html<String> {
        let word = |word: Words| word.text(self.language);
        let product = &self.site.parts.product;
        let page = html! {
            (DOCTYPE)
            html lang=(self.language.tag()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (self.title) " – " (product.name) }
                    link rel="stylesheet" href=(self.site.assets.style());
                    link rel="icon" type="image/svg+xml" href=(self.site.assets.icon());
                    script src=(self.site.assets.script()) defer {}
                }
                body {
                    a.skip href="#content" { (word(Words::SkipToContent)) }
                    header.top {
                        a.brand href="/" { (product.name) }
                        span.organisation { (product.organisation) }
                        div.who { (self.who()) }
                    }
                    div.frame {
                        @if let Some(viewer) = self.viewer { (self.menu(viewer)) }
                        main #content tabindex="-1" { (content) }
                    }
                    footer {
                        span { (word(Words::HelpFrom)) " " (product.contact) }
                        a href="/accessibility" { (word(Words::Accessibility)) }
                    }
                }
            }
        };
        Html(page.into_string())
    }

    /// The other language, and who is signed in.
    fn who(&self) -> Markup {
        let other = self.language.other();
        html! {
            @if let Some(address) = self.address {
                a lang=(other.tag()) hreflang=(other.tag())
                    href=(address.clone().with("lang", other.tag())) { (other.own_name()) }
            }
            @if self.viewer.is_none() && self.section == Section::Start {
                a href="/sign-in?next=/start" { (Words::SignIn.text(self.language)) }
            }
            @if let Some(viewer) = self.viewer {
                span.person {
                    (viewer.person.name)
                    @if let Some(role) = role(viewer, self.language) { " · " (role) }
                }
                form method="post" action="/sign-out" {
                    (token(viewer))
                    button.plain type="submit" { (Words::SignOut.text(self.language)) }
                }
            }
        }
    }

    /// The menu; on a phone it is folded until the box before it is ticked, which needs no script.
    fn menu(&self, viewer: &Viewer) -> Markup {
        let here = |section| (section == self.section).then_some("page");
        let mine = Section::MENU.into_iter().filter(|section| section.is_for(viewer));
        html! {
            nav.menu aria-label=(Words::Menu.text(self.language)) {
                input.unfold #unfold type="checkbox";
                label.unfold for="unfold" { (Words::Menu.text(self.language)) }
                ul {
                    @for section in mine {
                        li {
                            a href=(section.path()) aria-current=[here(section)] {
                                (section.label().text(self.language))
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The widest of the person's roles, in a word.
fn role(viewer: &Viewer, language: Language) -> Option<&'static str> {
    let word = if viewer.roles.contains(&Role::Admin) {
        Words::RoleAdmin
    } else if viewer.roles.contains(&Role::Finance) {
        Words::RoleFinance
    } else if viewer.roles.contains(&Role::Helpdesk) {
        Words::RoleHelpdesk
    } else {
        return None;
    };
    Some(word.text(language))
}

/// The field that every form which changes something carries.
pub fn token(viewer: &Viewer) -> Markup {
    html! { input type="hidden" name=(TOKEN_FIELD) value=(viewer.session.csrf); }
}
