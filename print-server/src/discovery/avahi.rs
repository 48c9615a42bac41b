//! Avahi, the responder of the local network, over D-Bus: the few calls of its interface that we use.

use std::time::Duration;

use zbus::Connection;
use zbus::OwnedObjectPath;
use zbus::connection::Builder;

use super::announcement::Announcement;

const AVAHI: &str = "org.freedesktop.Avahi";
const SERVER: &str = "org.freedesktop.Avahi.Server";
const GROUP: &str = "org.freedesktop.Avahi.EntryGroup";

/// A daemon that takes longer is not there.
const PATIENCE: Duration = Duration::from_secs(5);
/// Both of the internet's protocols (`AVAHI_PROTO_UNSPEC`).
const EVERY_PROTOCOL: i32 = -1;
/// No flags: names are probed for, and records have their usual life.
const NO_FLAGS: u32 = 0;
/// The daemon's own domain: `local`.
const DOMAIN: &str = "";

/// On which of the machine's networks something is announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// On all that Avahi uses.
    Everywhere,
    /// On this machine only: nobody else could connect.
    Loopback,
}

impl Reach {
    /// The number of the interface (`AVAHI_IF_UNSPEC`, or Linux's number of the loopback).
    fn interface(self) -> i32 {
        match self {
            Self::Everywhere => -1,
            Self::Loopback => 1,
        }
    }
}

/// Where a group of services stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupState {
    /// Being probed for, or announced: nothing to do.
    Good,
    /// Somebody else has the name.
    Collision,
    /// The daemon gave up.
    Failed,
}

/// A connection to the daemon.
#[derive(Debug)]
pub struct Avahi {
    bus: Connection,
}

/// The services of one queue, announced together.
#[derive(Debug)]
pub struct Group {
    path: OwnedObjectPath,
}

impl Avahi {
    /// Connects to the bus at `address`, or to the system's.
    ///
    /// # Errors
    /// When there is no bus.
    pub async fn connect(address: Option<&str>) -> zbus::Result<Self> {
        let builder = address.map_or_else(Builder::system, Builder::address);
        let connected = tokio::time::timeout(PATIENCE, builder.method_timeout(PATIENCE).build());
        let bus = connected.await.map_err(|_| std::io::Error::from(std::io::ErrorKind::TimedOut));
        Ok(Self { bus: bus?? })
    }

    async fn ask<B>(
        &self,
        path: &str,
        face: &str,
        method: &str,
        body: &B,
    ) -> zbus::Result<zbus::Message>
    where
        B: serde::Serialize + zbus::DynamicType,
    {
        self.bus.call_method(Some(AVAHI), path, Some(face), method, body).await
    }

    /// The name by which the daemon calls this machine; it changes when somebody else had it.
    ///
    /// # Errors
    /// When the daemon does not answer.
    pub async fn host_name(&self) -> zbus::Result<String> {
        self.ask("/", SERVER, "GetHostNameFqdn", &()).await?.body().deserialize()
    }

    /// Another name for a service whose name is taken: `Name #2`.
    ///
    /// # Errors
    /// When the daemon does not answer.
    pub async fn alternative(&self, name: &str) -> zbus::Result<String> {
        self.ask("/", SERVER, "GetAlternativeServiceName", &(name,)).await?.body().deserialize()
    }

    /// Announces the services under `instance`, all or none.
    ///
    /// # Errors
    /// When the daemon does not take them.
    pub async fn publish(
        &self,
        what: &Announcement,
        instance: &str,
        reach: Reach,
    ) -> zbus::Result<Group> {
        let made = self.ask("/", SERVER, "EntryGroupNew", &()).await?;
        let group = Group { path: made.body().deserialize()? };
        let host = what.host.as_deref().unwrap_or_default();
        let interface = reach.interface();
        for service in &what.services {
            let text: Vec<&[u8]> = service.text.iter().map(String::as_bytes).collect();
            let kind = service.kind;
            let body = (
                interface,
                EVERY_PROTOCOL,
                NO_FLAGS,
                instance,
                kind,
                DOMAIN,
                host,
                service.port,
                text,
            );
            self.ask(&group.path, GROUP, "AddService", &body).await?;
            for subtype in service.subtypes {
                let subtype = format!("{subtype}._sub.{kind}");
                let body =
                    (interface, EVERY_PROTOCOL, NO_FLAGS, instance, kind, DOMAIN, subtype.as_str());
                self.ask(&group.path, GROUP, "AddServiceSubtype", &body).await?;
            }
        }
        self.ask(&group.path, GROUP, "Commit", &()).await?;
        Ok(group)
    }

    /// Where the group stands.
    ///
    /// # Errors
    /// When the daemon does not know it: it was started anew.
    pub async fn state(&self, group: &Group) -> zbus::Result<GroupState> {
        let state: i32 =
            self.ask(&group.path, GROUP, "GetState", &()).await?.body().deserialize()?;
        Ok(match state {
            3 => GroupState::Collision,
            4 => GroupState::Failed,
            _ => GroupState::Good,
        })
    }

    /// Says goodbye for the group's services.
    ///
    /// # Errors
    /// When the daemon does not answer; then it says goodbye when it notices that we are gone.
    pub async fn withdraw(&self, group: &Group) -> zbus::Result<()> {
        self.ask(&group.path, GROUP, "Free", &()).await.map(drop)
    }
}
