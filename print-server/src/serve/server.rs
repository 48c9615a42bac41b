//! Puts the server together, runs it, and takes it apart again in the right order.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use print_core::{Clock, SystemClock, Timestamp};
use store::Store;
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use tracing::{info, warn};

use crate::catalogue::Catalogue;
use crate::certificates::authority::{Authority, Identity};
use crate::certificates::validity;
use crate::changes::Changes;
use crate::config::{self, Config};
use crate::delivery::{Deliveries, DeliveryParts, DeliverySettings};
use crate::directory::Directory;
use crate::discovery::announcer::Announcer;
use crate::doors::{Doors, Pace, Seldom, Tickets};
use crate::inspect::{Inspector, InspectorParts, inspector};
use crate::intake::allowance::{Allowance, Allowances};
use crate::intake::arrivals::Arrivals;
use crate::intake::doubts::Doubts;
use crate::intake::{Intake, IntakeParts};
use crate::ipp::places::HostNames;
use crate::ipp::{Front, FrontParts};
use crate::keys::Keys;
use crate::listeners::admission::Admission;
use crate::listeners::connection::Patience;
use crate::listeners::manage::{self, Manage};
use crate::listeners::pages::PagesListener;
use crate::listeners::print::PrintListener;
use crate::listeners::station::{StationHouse, StationListener};
use crate::listeners::tls;
use crate::metrics::Metrics;
use crate::notices::letter::Letterhead;
use crate::notices::transport::Transport;
use crate::notices::{Mailer, MailerParts};
use crate::release::{Hurry, PinsAtHand, ReleaseParts};
use crate::serve::desk::ServerDesk;
use crate::serve::doorway::Ports;
use crate::serve::elsewhere::SignInElsewhere;
use crate::serve::notify::Supervisor;
use crate::serve::state::{self, State};
use crate::serve::{identity, names};
use crate::spool::Spool;
use crate::upkeep::lease;
use crate::upkeep::requests::Requests;
use crate::upkeep::sweeper::Sweeper;

/// Documents that are arriving when the server stops may take so long.
const INTAKE_GRACE: Duration = Duration::from_secs(30);
/// Documents that are on their way to a printer may take so long.
const DELIVERY_GRACE: Duration = Duration::from_secs(60);
/// Stations and browsers come back by themselves.
const SESSION_GRACE: Duration = Duration::from_secs(2);

/// Two servers would take each other's jobs for their own.
const SAME_NODE: &str =
    "another print server has started with the same entry \"node\"; each needs a name of its own";

const PART_ENDED: &str = "a part of the print server ended by itself; the log says which";

/// Why the server cannot run. Each text says what to do.
pub type ServeError = Box<dyn std::error::Error + Send + Sync>;

/// Runs the server until `stopped` completes, then stops it gracefully. `supervisor` is told of both.
///
/// # Errors
/// When it cannot start: the text names the entry of the configuration or the file.
pub async fn serve(
    config: Config,
    supervisor: Arc<Supervisor>,
    stopped: impl Future<Output = ()>,
) -> Result<(), ServeError> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    // Ports first: a second server on the same ports must not touch anything else.
    let ports = Ports::open(&config.listeners)?;
    let State { store, keys, spool, hold } = state::open(&config, Arc::clone(&clock)).await?;
    let (stop, stopping) = watch::channel(false);
    let server = Server::assemble(config, clock, store, keys, spool, stopping).await?;
    let Ports { print, web, station, manage } = ports;
    let mut to_the_last = server.start_to_the_last(manage);
    let mut tasks = server.start(print, web, station).await?;
    let told = Arc::clone(&supervisor);
    to_the_last.spawn(async move {
        told.keep_told().await;
        PART_ENDED
    });
    supervisor.ready();
    server.started.store(true, Ordering::Release);
    let listeners = &server.config.listeners;
    info!(
        print = %listeners.print.address,
        web = %listeners.web.address,
        station = %listeners.station.address,
        manage = %listeners.manage.address,
        "The print server is ready"
    );
    let ended: Result<(), ServeError> = tokio::select! {
        () = stopped => {
            info!("The print server is asked to stop");
            Ok(())
        }
        Some(ended) = tasks.join_next() => {
            warn!(?ended, "A part of the print server ended by itself");
            Err(PART_ENDED.into())
        }
        Some(ended) = to_the_last.join_next() => Err(ended.unwrap_or(PART_ENDED).into()),
    };
    supervisor.stopping();
    // An error means that nobody is left to be told.
    let _ = stop.send(true);
    while tasks.join_next().await.is_some() {}
    server.deliveries.stop(DELIVERY_GRACE).await;
    to_the_last.shutdown().await;
    server.store.close().await;
    drop(hold);
    info!("The print server has stopped");
    // Whoever started us is to know that nobody asked for the end, and start us again.
    ended
}

/// All parts, put together.
struct Server {
    config: Config,
    clock: Arc<dyn Clock>,
    store: Store,
    keys: Arc<Keys>,
    spool: Spool,
    directory: Arc<Directory>,
    catalogue: Catalogue,
    arrivals: Arc<Arrivals>,
    doubts: Arc<Doubts>,
    inspector: Arc<Inspector>,
    hurry: Hurry,
    changes: Changes,
    deliveries: Arc<Deliveries>,
    metrics: Arc<Metrics>,
    admission: Admission,
    authority: Authority,
    wake_requests: Arc<Notify>,
    elsewhere: SignInElsewhere,
    started: Arc<AtomicBool>,
    stopping: watch::Receiver<bool>,
}

impl Server {
    async fn assemble(
        config: Config,
        clock: Arc<dyn Clock>,
        store: Store,
        keys: Arc<Keys>,
        spool: Spool,
        stopping: watch::Receiver<bool>,
    ) -> Result<Self, ServeError> {
        let directory = Directory::new(
            &config.directories,
            store.clone(),
            Arc::clone(&keys),
            Arc::clone(&clock),
        )?;
        let refusals = config.limits.refusals_per_address_minute;
        let directory = directory.with_limits(refusals, config.networks.clone());
        let catalogue = Catalogue::load(store.clone(), Arc::clone(&clock)).await?;
        let metrics = Arc::new(Metrics::new());
        let changes = Changes::new();
        let counted = Arc::clone(&metrics);
        let deliveries = Deliveries::new(DeliveryParts {
            store: store.clone(),
            spool: spool.clone(),
            keys: Arc::clone(&keys),
            renderer: crate::delivery::renderer(),
            clock: Arc::clone(&clock),
            zone: config.zone(),
            changes: changes.clone(),
            settings: DeliverySettings {
                trust: config.printers.trust()?,
                reach: config.printers.reach(&config.listeners),
                ..DeliverySettings::default()
            },
            observe: Arc::new(move |outcome| counted.delivered(outcome)),
        })?;
        let hurry = Hurry::default();
        let inspector = Inspector::new(InspectorParts {
            store: store.clone(),
            spool: spool.clone(),
            keys: Arc::clone(&keys),
            changes: changes.clone(),
            metrics: Arc::clone(&metrics),
            hurry: hurry.clone(),
            workplace: inspector::workplace(config.documents.at_once),
        });
        let limits = &config.limits;
        let admission = Admission::with_networks(
            limits.connections_max,
            limits.connections_per_address_max,
            config.networks.clone(),
            config.listeners.print.trusted_proxies.clone(),
        );
        let authority = Authority::open(&config.listeners.station.authority)?;
        Ok(Self {
            clock,
            store,
            keys,
            spool,
            directory: Arc::new(directory),
            catalogue,
            arrivals: Arc::default(),
            doubts: Arc::default(),
            inspector: Arc::new(inspector),
            hurry,
            changes,
            deliveries,
            metrics,
            admission,
            authority,
            wake_requests: Arc::default(),
            elsewhere: SignInElsewhere::of(&config)?,
            started: Arc::default(),
            stopping,
            config,
        })
    }

    /// Starts every part. What an earlier run left open is taken up before anybody can ask for more.
    async fn start(
        &self,
        print: TcpListener,
        web: TcpListener,
        station: TcpListener,
    ) -> Result<JoinSet<()>, ServeError> {
        let recovered = self.deliveries.recover().await?;
        if recovered > 0 {
            info!(recovered, "Took up what an earlier run left open");
        }
        let mut tasks = JoinSet::new();
        let directory = Arc::clone(&self.directory);
        let stopping = self.stopping.clone();
        tasks.spawn(async move { directory.keep_in_step(stopping).await });
        self.elsewhere.start(&mut tasks, self.stopping.clone());
        let front = Arc::new(self.front()?);
        self.start_intake(&mut tasks, print, Arc::clone(&front))?;
        self.start_pages(&mut tasks, web, front)?;
        self.start_stations(&mut tasks, station)?;
        self.start_upkeep(&mut tasks);
        self.start_mail(&mut tasks)?;
        if self.config.discovery.enabled {
            let announcer = Announcer {
                catalogue: self.catalogue.clone(),
                place: names::announced_place(&self.config),
                bus: self.config.discovery.bus.clone(),
                reach: names::reach(&self.config),
            };
            tasks.spawn(announcer.run(self.stopping.clone()));
        }
        Ok(tasks)
    }

    /// What goes on until the last delivery has ended: while documents are still being sent, the node holds
    /// its lease, and whoever asks hears that it is stopping. Each says why it ended.
    fn start_to_the_last(&self, manage_port: TcpListener) -> JoinSet<&'static str> {
        let mut tasks = JoinSet::new();
        let store = self.store.clone();
        tasks.spawn(async move {
            lease::keep(store).await;
            SAME_NODE
        });
        let manage = Manage {
            store: self.store.clone(),
            spool: self.spool.clone(),
            metrics: Arc::clone(&self.metrics),
            started: Arc::clone(&self.started),
            stop: self.stopping.clone(),
        };
        tasks.spawn(async move {
            if let Err(error) = manage::run(manage, manage_port).await {
                warn!(%error, "The listener for health and metrics ended");
            }
            PART_ENDED
        });
        tasks
    }

    fn patience(&self) -> Patience {
        let limits = &self.config.limits;
        Patience {
            header: Duration::from_secs(limits.header_seconds),
            rest: Duration::from_secs(limits.idle_seconds),
        }
    }

    fn allowance(&self) -> Allowance {
        let limits = &self.config.limits;
        Allowance {
            jobs: limits.held_jobs_per_owner,
            size_bytes: limits.held_mib_per_owner.saturating_mul(1024 * 1024),
        }
    }

    fn identity(&self, brought: Option<&config::Certificate>) -> Result<Identity, ServeError> {
        Ok(identity::of(&self.authority, brought, &names::host_names(&self.config).known)?)
    }

    /// Takes jobs in, for both faces that documents come by.
    fn front(&self) -> Result<Front, ServeError> {
        let intake = Intake::new(IntakeParts {
            store: self.store.clone(),
            spool: self.spool.clone(),
            keys: Arc::clone(&self.keys),
            clock: Arc::clone(&self.clock),
            zone: self.config.zone(),
            arrivals: Arc::clone(&self.arrivals),
            doubts: Arc::clone(&self.doubts),
            inspector: Arc::clone(&self.inspector),
        });
        Ok(Front::new(FrontParts {
            store: self.store.clone(),
            catalogue: self.catalogue.clone(),
            allowances: Allowances::new(self.store.clone(), self.allowance()),
            doors: Doors::new(
                self.store.clone(),
                Arc::clone(&self.directory),
                Arc::clone(&self.keys),
                Pace::new(self.config.limits, self.config.networks.clone()),
            )
            .with_tickets(self.config.kerberos.as_ref().map(Tickets::open).transpose()?)
            .with_tokens(self.elsewhere.tokens(&self.clock)),
            keys: Arc::clone(&self.keys),
            intake,
            arrivals: Arc::clone(&self.arrivals),
            deliveries: Arc::clone(&self.deliveries),
            changes: self.changes.clone(),
            clock: Arc::clone(&self.clock),
            zone: self.config.zone(),
            names: names::host_names(&self.config),
            house: names::house(&self.config),
            limits: self.config.limits,
            metrics: Arc::clone(&self.metrics),
            wake_requests: Arc::clone(&self.wake_requests),
        }))
    }

    fn start_intake(
        &self,
        tasks: &mut JoinSet<()>,
        port: TcpListener,
        front: Arc<Front>,
    ) -> Result<(), ServeError> {
        let identity = self.identity(self.config.listeners.print.certificate.as_ref())?;
        let listener = PrintListener {
            front,
            tls: tls::for_clients(identity)?,
            admission: self.admission.clone(),
            proxies: Arc::new(self.config.listeners.print.trusted_proxies.clone()),
            keys: Arc::clone(&self.keys),
            patience: self.patience(),
            stop: self.stopping.clone(),
        };
        tasks.spawn(listener.run(port, INTAKE_GRACE));
        Ok(())
    }

    /// The end of the certificates that are served from this start on; our own authority's do not end.
    fn certificate_until(&self) -> Option<Timestamp> {
        let listeners = &self.config.listeners;
        let brought = [&listeners.print.certificate, &listeners.web.certificate];
        brought.into_iter().flatten().filter_map(|pair| validity::until(&pair.chain)).min()
    }

    fn start_pages(
        &self,
        tasks: &mut JoinSet<()>,
        port: TcpListener,
        front: Arc<Front>,
    ) -> Result<(), ServeError> {
        let desk = ServerDesk {
            front,
            document_max_bytes: self.config.spool.document_max_mib.saturating_mul(1024 * 1024),
            directory: Arc::clone(&self.directory),
            store: self.store.clone(),
            spool: self.spool.clone(),
            keys: Arc::clone(&self.keys),
            clock: Arc::clone(&self.clock),
            catalogue: self.catalogue.clone(),
            names: names::host_names(&self.config),
            organisation: self.config.organisation.clone(),
            certificate_until: self.certificate_until(),
            throttled: Seldom::default(),
        };
        let router = admin_ui::router(admin_ui::AdminParts {
            store: self.store.clone(),
            desk: Arc::new(desk),
            elsewhere: self.elsewhere.for_pages(&self.store, &self.keys, &self.clock)?,
            clock: Arc::clone(&self.clock),
            zone: self.config.zone(),
            product: admin_ui::Product {
                name: "Follow-me print".into(),
                organisation: self.config.organisation.clone(),
                contact: self.config.contact.clone(),
            },
        });
        let web = &self.config.listeners.web;
        let (identity, proxies) =
            (self.identity(web.certificate.as_ref())?, web.trusted_proxies.clone());
        let listener = PagesListener {
            router,
            tls: tls::for_clients(identity)?,
            admission: Admission::with_networks(2_000, 500, Vec::new(), proxies.clone()),
            proxies: Arc::new(proxies),
            patience: self.patience(),
            limits: self.config.limits,
            grace: SESSION_GRACE,
            stop: self.stopping.clone(),
        };
        tasks.spawn(listener.run(port, INTAKE_GRACE));
        Ok(())
    }

    fn start_stations(&self, tasks: &mut JoinSet<()>, port: TcpListener) -> Result<(), ServeError> {
        let listener = StationListener {
            tls: tls::for_stations(&self.authority, self.identity(None)?)?,
            authority: self.authority.clone(),
            pages: names::pages(&self.config),
            parts: ReleaseParts {
                store: self.store.clone(),
                keys: Arc::clone(&self.keys),
                directory: Arc::clone(&self.directory),
                deliveries: Arc::clone(&self.deliveries),
                inspector: Arc::clone(&self.inspector),
                changes: self.changes.clone(),
                clock: Arc::clone(&self.clock),
                zone: self.config.zone(),
                metrics: Arc::clone(&self.metrics),
                hurry: self.hurry.clone(),
                pins: PinsAtHand::default(),
                rules: self.catalogue.rules(),
            },
            stop: self.stopping.clone(),
            house: StationHouse::default(),
        };
        tasks.spawn(listener.run(port, SESSION_GRACE));
        Ok(())
    }

    /// Without a mail server, people read their notices on their own page only.
    fn start_mail(&self, tasks: &mut JoinSet<()>) -> Result<(), ServeError> {
        let Some(mail) = &self.config.mail else { return Ok(()) };
        let HostNames { canonical, web_port, .. } = names::host_names(&self.config);
        let host = canonical.rsplit_once(':').map_or("", |(host, _)| host);
        let letterhead = Letterhead {
            from: mail.from.parse().map_err(|error| format!("mail.from: {error}"))?,
            page: format!("https://{host}:{web_port}/my-prints"),
            organisation: self.config.organisation.clone(),
            contact: self.config.contact.clone(),
        };
        let parts = MailerParts {
            store: self.store.clone(),
            transport: Transport::new(mail, host)?,
            letterhead,
            clock: Arc::clone(&self.clock),
            metrics: Arc::clone(&self.metrics),
        };
        tasks.spawn(Mailer::new(parts, self.stopping.clone()).run());
        Ok(())
    }

    fn start_upkeep(&self, tasks: &mut JoinSet<()>) {
        let requests = Requests {
            store: self.store.clone(),
            deliveries: Arc::clone(&self.deliveries),
            changes: self.changes.clone(),
            clock: Arc::clone(&self.clock),
            wake: Arc::clone(&self.wake_requests),
        };
        tasks.spawn(requests.run(self.stopping.clone()));
        tasks.spawn(Arc::clone(&self.deliveries).make_rounds(self.stopping.clone()));
        let patience = u64::from(self.config.limits.multiple_operation_seconds);
        let sweeper = Sweeper {
            store: self.store.clone(),
            spool: self.spool.clone(),
            keys: Arc::clone(&self.keys),
            arrivals: Arc::clone(&self.arrivals),
            doubts: Arc::clone(&self.doubts),
            patience: Duration::from_secs(patience),
            catalogue: self.catalogue.clone(),
            changes: self.changes.clone(),
            clock: Arc::clone(&self.clock),
            zone: self.config.zone(),
            metrics: Arc::clone(&self.metrics),
            admission: self.admission.clone(),
        };
        tasks.spawn(sweeper.run(self.stopping.clone()));
        tasks.spawn(Arc::clone(&self.inspector).run(self.stopping.clone()));
    }
}
