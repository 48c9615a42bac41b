//! Glewlwyd, an OpenID Connect provider: people sign in on its own pages, and it signs tokens.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use rcgen::{KeyPair, PKCS_RSA_SHA256, PublicKeyData as _};
use serde_json::{Value, json};

use crate::certificates::Authority;
use crate::folder::Folder;
use crate::ports;
use crate::process::{Process, Stop};
use crate::programs;

const START_LIMIT: Duration = Duration::from_secs(30);
/// No answer of the set-up takes longer.
const ANSWER_LIMIT: Duration = Duration::from_secs(20);
/// What the package brings: the tables with an administrator, and the pages.
const TABLES: &str = "/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3";
const PAGES: &str = "/usr/share/glewlwyd/webapp";
const PAGES_SETTINGS: &str = "/usr/share/glewlwyd/templates/config.json";
const MODULES: &str = "/usr/lib/glewlwyd";
/// The administrator of the tables that the package brings.
const ADMINISTRATOR: [&str; 2] = ["admin", "password"];
/// The types of its pages' files.
const TYPES: [(&str, &str); 6] = [
    ("html", "text/html"),
    ("css", "text/css"),
    ("js", "application/javascript"),
    ("json", "application/json"),
    ("png", "image/png"),
    ("woff2", "font/woff2"),
];

/// What the provider calls the service that asks it.
pub const CLIENT: &str = "print-pages";
/// The secret of that service.
pub const CLIENT_SECRET: &str = "a-secret-of-tests";
/// For whom access tokens are made.
pub const AUDIENCE: &str = "follow-me-print";
/// Everybody's password with the provider.
pub const PASSWORD: &str = "provider-password-1";

/// A running provider on loopback, under TLS.
#[derive(Debug)]
pub struct Glewlwyd {
    process: Process,
    port: u16,
    authority: Authority,
    folder: Folder,
}

impl Glewlwyd {
    /// Starts a provider that knows these people by their login names and sends them back to this address.
    ///
    /// # Panics
    /// When glewlwyd or sqlite3 is not installed, or it does not start.
    pub fn start(people: &[&str], back: &str) -> Glewlwyd {
        programs::find("glewlwyd", "glewlwyd");
        let folder = Folder::new("glewlwyd");
        let authority = Authority::new("Test provider authority");
        authority.write_to(folder.path(), "ca.pem");
        authority.server().write_to(folder.path(), "server");
        copy_pages(&folder);
        let tables = fs::read_to_string(TABLES).unwrap_or_else(|error| {
            panic!("{TABLES}: {error}: apt-get install glewlwyd dbconfig-sqlite3")
        });
        let scope = "INSERT INTO g_scope (gs_name, gs_password_required) VALUES ";
        sql(&folder, &format!("{tables}\n{scope} ('{AUDIENCE}', 0);"));
        let port = ports::free();
        // What tells it who is there must be asked without TLS: these tests have no client for it here.
        let mut process = launch(&folder, port, false);
        set_up(port, people, back);
        process.stop();
        let subject = |login: &&str| format!("('oidc', '{login}', '{login}')");
        let subjects: Vec<String> = people.iter().map(subject).collect();
        let names = "gposi_plugin_name, gposi_username, gposi_sub";
        let table = "INSERT INTO gpo_subject_identifier";
        sql(&folder, &format!("{table} ({names}) VALUES {};", subjects.join(", ")));
        let process = launch(&folder, port, true);
        Glewlwyd { process, port, authority, folder }
    }

    /// What it calls itself.
    pub fn issuer(&self) -> String {
        issuer(self.port)
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The certificate of the authority that signed its own.
    pub fn authority_file(&self) -> PathBuf {
        self.folder.join("ca.pem")
    }

    /// The authority that signed its certificate.
    pub fn authority(&self) -> &Authority {
        &self.authority
    }

    /// The path and the form of a question for an access token for printing, as a print client of this
    /// person asks it. The service's name and secret go with it.
    pub fn token_question(&self, login: &str) -> (String, String) {
        let form = format!(
            "grant_type=password&username={login}&password={PASSWORD}&scope={AUDIENCE}\
             &client_id={CLIENT}&client_secret={CLIENT_SECRET}"
        );
        ("/api/oidc/token".to_owned(), form)
    }

    /// What it has noted so far.
    pub fn log(&self) -> String {
        self.process.log()
    }

    /// Ends the provider; what it knows stays.
    pub fn take_down(&mut self) {
        self.process.stop();
    }

    /// Starts it again.
    ///
    /// # Panics
    /// When it does not start.
    pub fn bring_up(&mut self) {
        self.process.stop();
        self.process = launch(&self.folder, self.port, true);
    }
}

fn issuer(port: u16) -> String {
    format!("https://127.0.0.1:{port}/api/oidc")
}

/// The pages with their settings, which the package keeps where a site would change them.
fn copy_pages(folder: &Folder) {
    let pages = folder.join("pages");
    programs::run(Command::new("cp").arg("-rL").arg(PAGES).arg(&pages));
    let settings = pages.join("config.json");
    if settings.is_dir() {
        fs::remove_dir_all(&settings).expect("the copy is ours");
    }
    fs::copy(PAGES_SETTINGS, &settings).expect("the package has the settings");
}

fn sql(folder: &Folder, statements: &str) {
    let mut command = Command::new(programs::find("sqlite3", "sqlite3"));
    command.arg("-bail").arg(folder.join("provider.db")).stdin(Stdio::piped());
    let mut child = command.spawn().expect("sqlite3 starts");
    let mut input = child.stdin.take().expect("its input is a pipe");
    input.write_all(statements.as_bytes()).expect("sqlite3 reads");
    drop(input);
    assert!(child.wait().expect("sqlite3 ends").success(), "sqlite3 refused: {statements:.200}");
}

fn launch(folder: &Folder, port: u16, tls: bool) -> Process {
    let settings = folder.write("glewlwyd.conf", configuration(folder.path(), port, tls));
    let mut command = Command::new(programs::find("glewlwyd", "glewlwyd"));
    command.arg(format!("--config-file={}", settings.display()));
    let log = folder.join("glewlwyd.log");
    let mut process = Process::start("glewlwyd", command, &log, Stop::Terminate);
    process.wait_until(START_LIMIT, || ports::answers(port));
    process
}

fn configuration(folder: &Path, port: u16, tls: bool) -> String {
    let folder = folder.display();
    let kind = |(end, kind): &(&str, &str)| {
        format!("{{ extension = \".{end}\", mime_type = \"{kind}\" }}")
    };
    let types: Vec<String> = TYPES.iter().map(kind).collect();
    format!(
        r#"port = {port}
bind_address = "127.0.0.1"
external_url = "https://127.0.0.1:{port}"
login_url = "login.html"
api_prefix = "api"
static_files_path = "{folder}/pages/"
static_files_mime_types = ( {types} )
log_mode = "console"
log_level = "INFO"
cookie_secure = 0
session_expiration = 3600
session_key = "PROVIDER_SESSION"
admin_scope = "g_admin"
profile_scope = "g_profile"
login_api_enabled = true
user_module_path = "{MODULES}/user"
client_module_path = "{MODULES}/client"
user_auth_scheme_module_path = "{MODULES}/scheme"
plugin_module_path = "{MODULES}/plugin"
use_secure_connection = {tls}
secure_connection_key_file = "{folder}/server.key"
secure_connection_pem_file = "{folder}/server.pem"
hash_algorithm = "SHA512"
database = {{ type = "sqlite3"; path = "{folder}/provider.db"; }}
"#,
        types = types.join(", "),
    )
}

/// Tells it everything that an administrator would, and everybody's consent.
fn set_up(port: u16, people: &[&str], back: &str) {
    let [name, password] = ADMINISTRATOR;
    let administrator = Session::begin(port, name, password);
    administrator.tell("POST", "mod/plugin/", &plugin(port));
    let scopes = json!(["openid", AUDIENCE]);
    for login in people {
        let person = json!({
            "username": login, "name": login, "password": PASSWORD, "scope": scopes, "enabled": true,
        });
        administrator.tell("POST", "user", &person);
    }
    let client = json!({
        "client_id": CLIENT, "name": "Print", "confidential": true, "password": CLIENT_SECRET,
        "enabled": true, "redirect_uri": [back], "scope": [],
        "authorization_type": ["code", "password"],
        "token_endpoint_auth_method": ["client_secret_basic", "client_secret_post"],
    });
    administrator.tell("POST", "client", &client);
    for login in people {
        let consent = json!({ "scope": format!("openid {AUDIENCE}") });
        let person = Session::begin(port, login, PASSWORD);
        person.tell("PUT", &format!("auth/grant/{CLIENT}"), &consent);
    }
}

fn plugin(port: u16) -> Value {
    let key = KeyPair::generate_for(&PKCS_RSA_SHA256).expect("the machine gives random bytes");
    let mut parameters = json!({
        "iss": issuer(port), "jwt-type": "rsa", "jwt-key-size": "256",
        "key": key.serialize_pem(), "cert": pem_of(&key), "jwks-show": true,
        "access-token-duration": 3600, "refresh-token-duration": 3600, "code-duration": 600,
        "subject-type": "public", "allowed-scope": ["openid", AUDIENCE],
        "name-claim": "no", "email-claim": "no", "scope-claim": "no",
        "claims": [{
            "name": "preferred_username", "user-property": "username", "type": "string",
            "on-demand": false, "mandatory": true, "scope": ["openid"],
        }],
    });
    for (entry, value) in [
        ("allow-non-oidc", true),
        ("auth-type-code-enabled", true),
        ("auth-type-code-revoke-replayed", true),
        ("auth-type-token-enabled", false),
        ("auth-type-id-token-enabled", true),
        ("auth-type-password-enabled", true),
        ("auth-type-client-enabled", false),
        ("auth-type-refresh-enabled", false),
        ("refresh-token-rolling", false),
        ("pkce-allowed", true),
        ("pkce-required", true),
        ("pkce-method-plain-allowed", false),
    ] {
        parameters[entry] = value.into();
    }
    json!({
        "module": "oidc", "name": "oidc", "display_name": "Provider", "order_rank": 0,
        "readonly": false, "parameters": parameters,
    })
}

fn pem_of(key: &KeyPair) -> String {
    use base64::Engine as _;
    let text = base64::prelude::BASE64_STANDARD.encode(key.subject_public_key_info());
    format!("-----BEGIN PUBLIC KEY-----\n{text}\n-----END PUBLIC KEY-----\n")
}

/// Somebody who is signed in to its interface for programs.
struct Session {
    port: u16,
    cookie: String,
}

impl Session {
    fn begin(port: u16, login: &str, password: &str) -> Session {
        let stranger = Session { port, cookie: String::new() };
        let question = json!({ "username": login, "password": password });
        let head = stranger.tell("POST", "auth/", &question);
        let cookie = head.lines().find_map(|line| line.strip_prefix("Set-Cookie: "));
        let cookie = cookie.and_then(|cookie| cookie.split(';').next()).expect("a session");
        Session { port, cookie: cookie.to_owned() }
    }

    /// Gives the head of the answer, which must be a good one.
    fn tell(&self, method: &str, path: &str, what: &Value) -> String {
        let (port, cookie, body) = (self.port, &self.cookie, what.to_string());
        let request = format!(
            "{method} /api/{path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let mut stream = TcpStream::connect_timeout(&address, ANSWER_LIMIT).expect("it listens");
        stream.set_read_timeout(Some(ANSWER_LIMIT)).expect("the limit is not zero");
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers with text");
        assert!(answer.starts_with("HTTP/1.1 200"), "{method} {path}: {answer}");
        answer
    }
}
