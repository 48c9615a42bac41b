//! Places with a reader and nothing else: each its own station, with its own certificate, connection and reader, so that
//! one that hangs keeps no other waiting. One process serves them all.
//!
//! - `status`: how each place is.
//! - `page`: the same as a page and as JSON, on loopback only.

pub mod page;
pub mod status;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tracing::{Instrument as _, info, info_span, warn};

use self::status::{Board, Status};
use crate::config::{Place, Places};
use crate::link::Target;
use crate::readers::network::Switchboard;
use crate::session::{Machine, View};
use crate::station::{self, Core, StartError};

/// A place that cannot start, or that failed, is started again after this time.
const AGAIN: Duration = Duration::from_secs(2);
/// An orderly end takes at most so long.
const END: Duration = Duration::from_secs(5);

/// Serves the places until `stop` turns true. `ready` is told where the page listens.
///
/// # Errors
/// The page's address or a port for readers cannot be had. A place that cannot start is shown and tried again.
pub async fn run(
    places: Places,
    mut stop: watch::Receiver<bool>,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), StartError> {
    let (listener, address) = station::bind_page(places.page).await?;
    let mut hubs = JoinSet::new();
    let plans = places.places.iter().map(|place| &place.reader);
    let switchboards = Arc::new(station::listen_for_readers(plans, &mut hubs).await?);
    let mut tasks = JoinSet::new();
    let language = places.places.first().map_or_else(Default::default, |p| p.station.language);
    let mut boards = Vec::new();
    for place in places.places {
        let board = Board::new(Status::new(&place.name));
        boards.push(board.clone());
        let span = info_span!("place", name = %place.name);
        let serving = serve(place, board, Arc::clone(&switchboards), stop.clone());
        tasks.spawn(serving.instrument(span));
    }
    tasks.spawn(page::serve(listener, page::Desk::new(boards, address, language), stop.clone()));
    ready(address);
    // An error means that nobody is left who could stop us.
    let _ = stop.wait_for(|stop| *stop).await;
    info!("Stopping");
    if timeout(END, async { while tasks.join_next().await.is_some() {} }).await.is_err() {
        warn!("Some places did not end in time");
    }
    Ok(())
}

/// One place, started again whenever it could not start or failed.
async fn serve(
    place: Place,
    board: Board,
    switchboards: Arc<HashMap<SocketAddr, Switchboard>>,
    mut stop: watch::Receiver<bool>,
) {
    while !*stop.borrow() {
        match start(&place, &switchboards, &stop) {
            Ok(core) => {
                board.change(|status| status.trouble = None);
                let mut views = core.views();
                views.mark_changed();
                // A place of its own task: what fails in it ends it and nothing else.
                let mut running = JoinSet::new();
                let run = core.run(stop.clone());
                running.spawn(run.instrument(tracing::Span::current()));
                loop {
                    tokio::select! {
                        Ok(()) = views.changed() => show(&board, &views.borrow_and_update()),
                        _ = running.join_next() => break,
                    }
                }
            }
            Err(error) => {
                if board.change(|status| status.trouble = Some(error.to_string())) {
                    warn!(%error, "The place cannot start; trying again");
                }
            }
        }
        board.change(Status::go_away);
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = sleep(AGAIN) => {}
        }
    }
}

fn start(
    place: &Place,
    switchboards: &HashMap<SocketAddr, Switchboard>,
    stop: &watch::Receiver<bool>,
) -> Result<Core, StartError> {
    let target = Target::new(&place.station)?;
    let boot_id = station::boot_id()?;
    let machine = Machine::new(boot_id, place.station.language, Vec::new()).reader_only();
    Core::start(target, machine, &place.reader, switchboards, stop)
}

fn show(board: &Board, view: &View) {
    board.change(|status| status.see(view));
}
