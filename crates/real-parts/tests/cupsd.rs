//! CUPS's server on its own, fed by its own clients, delivering to ippeveprinter.

use std::time::Duration;

use real_parts::cupsd::Cupsd;
use real_parts::documents::{self, Paper};
use real_parts::folder::Folder;
use real_parts::ippeveprinter::{IppEvePrinter, Model};
use real_parts::{ports, waiting};

fn port(server: &str) -> u16 {
    let (_, port) = server.rsplit_once(':').expect("the server has a port");
    port.parse().expect("a port is a number")
}

#[test]
fn a_job_goes_through_a_queue_without_driver_to_a_printer_with_tls() {
    let printer = IppEvePrinter::start(&Model::default());
    let cupsd = Cupsd::start(false);
    cupsd.add_everywhere_queue("eve", &printer.tls_uri());
    let folder = Folder::new("cupsd-test");
    let file = folder.write("page.pdf", documents::pdf(2, Paper::A4, "Through CUPS"));
    let output = cupsd.lp(&["-d".as_ref(), "eve".as_ref(), file.as_os_str()]);
    assert!(output.status.success(), "{output:?}\n{}", cupsd.log());
    let arrived = waiting::poll(Duration::from_secs(60), || {
        let document = std::fs::read(printer.documents().pop()?).ok()?;
        document.starts_with(b"%PDF").then_some(())
    });
    assert!(arrived.is_some(), "nothing arrived:\n{}\n{}", cupsd.log(), printer.log());
}

#[test]
fn a_held_job_stays_in_the_spool_and_the_server_is_gone_when_dropped() {
    let cupsd = Cupsd::start(true);
    cupsd.add_raw_queue("held", "file:///dev/null");
    let folder = Folder::new("cupsd-test");
    let file = folder.write("page.pdf", documents::pdf(1, Paper::A4, "Held"));
    let mut arguments = ["-d", "held", "-o", "job-hold-until=indefinite"].map(Into::into).to_vec();
    arguments.push(file.into_os_string());
    let output = cupsd.lp(&arguments);
    assert!(output.status.success(), "{output:?}\n{}", cupsd.log());
    let documents = std::fs::read_dir(cupsd.spool()).unwrap().flatten();
    let kept = documents.filter(|entry| entry.file_name().to_string_lossy().starts_with('d'));
    assert_eq!(kept.count(), 1, "{}", cupsd.log());

    let port = port(&cupsd.server());
    drop(cupsd);
    assert!(!ports::answers(port));
}
