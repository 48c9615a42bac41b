//! Whom a station believes that has no certificate yet.

use std::process::Stdio;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::{SinkExt, StreamExt};
use rcgen::{CertificateParams, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use station_protocol::Language;
use station_protocol::enrolment::{Der, EnrolmentReply, EnrolmentRequest, Proof};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_tungstenite::accept_async;
use tokio_tungstenite::tungstenite::Message;

use crate::program::{Folder, PROGRAM};
use crate::server::SOON;

/// Somebody between the station and its server, who enrols it in a house of their own.
async fn impostor(listener: TcpListener) {
    let key = KeyPair::generate().expect("a key");
    let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).expect("a name");
    let certificate = params.self_signed(&key).expect("a certificate").der().clone();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .expect("TLS 1.3")
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.clone()],
            PrivateKeyDer::Pkcs8(key.serialize_der().into()),
        )
        .expect("the certificate is good");
    let (tcp, _) = listener.accept().await.expect("a connection");
    let tls = TlsAcceptor::from(Arc::new(config)).accept(tcp).await.expect("a handshake");
    let mut socket = accept_async(tls).await.expect("a WebSocket");
    let own = Der::cut(STANDARD.encode(&certificate));
    let answers = [
        EnrolmentReply::Challenge { salt: Proof::cut(STANDARD.encode([7; 32])) },
        EnrolmentReply::Enrolled {
            certificate: own.clone(),
            authority: own,
            language: Language::En,
            proof: Proof::cut(STANDARD.encode([7; 32])),
        },
    ];
    for answer in answers {
        let Some(Ok(Message::Text(text))) = socket.next().await else { panic!("it says nothing") };
        serde_json::from_str::<EnrolmentRequest>(&text).expect("it speaks the protocol");
        let text = serde_json::to_string(&answer).expect("it is JSON");
        socket.send(Message::text(text)).await.expect("it listens");
    }
}

#[tokio::test]
async fn whoever_does_not_know_the_code_enrols_no_station() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    let impostor = tokio::spawn(impostor(listener));
    let folder = Folder::new();
    let out = folder.0.join("station");
    let mut child = Command::new(PROGRAM)
        .args(["enrol", "hall", "--server", &address, "--out"])
        .arg(&out)
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("the program starts");
    let mut input = child.stdin.take().expect("it reads");
    input.write_all(b"7K3M-9QXT-P2VC\n").await.expect("it reads the code");
    drop(input);
    let output = timeout(SOON, child.wait_with_output()).await.expect("in time").expect("it ends");
    impostor.await.expect("it was asked");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert!(said.contains("does not know the code"), "{said}");
    let left: Vec<_> = std::fs::read_dir(&out).expect("the folder").collect();
    assert!(left.is_empty(), "{left:?}");
}
