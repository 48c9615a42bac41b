//! The demo: a house on fixed ports that a newcomer prints into, taps at and looks at.
//!
//! | in the environment | what it changes |
//! |---|---|
//! | `FOLLOWME_DEMO_STATE` | the folder that keeps everything (`./demo-state`) |
//! | `FOLLOWME_DEMO_PORT_BASE` | the first of nine ports in a row |
//! | `FOLLOWME_DEMO_PRINT_PORT` and the like | a single port |

use std::env;
use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;

use real_parts::waiting;
use tokio::signal::unix::{Signal, SignalKind, signal};
use toml::Table;

use crate::house::furnish::{hash_password, write};
use crate::house::people::{ADMIN_GROUP, FINANCE_GROUP};
use crate::house::plan::{ANNA_CARD, BO_CARD, PRINTERS, QUEUE, UNKNOWN_CARD};
use crate::house::ports::{BASE_VARIABLE, VARIABLES};
use crate::house::{Database, House, Person, Plan, Ports, Result, programs};

const STATE_VARIABLE: &str = "FOLLOWME_DEMO_STATE";
/// The card of the person who runs the demo.
const OWN_CARD: &str = "04C0FFEE010203";
/// How often it is looked whether every part still runs.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How long the parts of a demo that was killed may take to end.
const AFTER_CRASH: Duration = Duration::from_secs(15);
/// Letters and digits that nobody mistakes for others.
const PASSWORD_LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789A";

/// Runs the demo until Ctrl-C.
#[must_use]
pub fn main() -> ExitCode {
    match demo() {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("demo: {sentence}");
            ExitCode::FAILURE
        }
    }
}

fn demo() -> Result<()> {
    for program in ["print-server", "release-station", "virtual-mfp"] {
        programs::ours(program)?;
    }
    let ports = Ports::from_environment(|name| env::var(name).ok())?;
    let state =
        env::var_os(STATE_VARIABLE).map_or_else(|| PathBuf::from("demo-state"), PathBuf::from);
    let state =
        std::path::absolute(&state).map_err(|error| format!("{}: {error}", state.display()))?;
    fs::create_dir_all(&state).map_err(|error| format!("{}: {error}", state.display()))?;
    let Some(_lock) = lock(&state)? else {
        let seen = fs::read_to_string(state.join("lines")).unwrap_or_default();
        say(&format!(
            "The demo is running already, with its state in {}.\n\n{seen}",
            state.display()
        ));
        return Ok(());
    };
    await_free_ports(&ports, &state)?;
    let (mut house, passwords) = house(&state, ports)?;
    house.start()?;
    let lines = lines(&house, &passwords);
    write(&state.join("lines"), &lines)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    // Whoever is told how to end it may do so at once.
    let ends = runtime.block_on(async { Ends::listen() })?;
    say(&format!("{lines}\nCtrl-C ends everything; the state stays in {}.", state.display()));
    let outcome = runtime.block_on(ends.wait(&mut house));
    say("\nEnding the demo.");
    drop(house);
    // It is gone when everything has ended: the next start then needs not wait for anything.
    let _ = fs::remove_file(state.join("lines"));
    outcome
}

/// Says something; that nobody listens any more ends nothing.
fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Holds the state for this process; the system lets go of it however the process ends. `None`: another
/// one holds it.
fn lock(state: &Path) -> Result<Option<File>> {
    let path = state.join("lock");
    let told = |error: std::io::Error| format!("{}: {error}", path.display());
    let file =
        File::options().create(true).write(true).truncate(false).open(&path).map_err(told)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(fs::TryLockError::WouldBlock) => Ok(None),
        Err(fs::TryLockError::Error(error)) => Err(told(error)),
    }
}

/// Waits for the ports where an earlier demo was killed: its parts are just being ended.
fn await_free_ports(ports: &Ports, state: &Path) -> Result<()> {
    let limit = if state.join("lines").exists() { AFTER_CRASH } else { Duration::ZERO };
    waiting::poll(limit, || look_for_free_ports(ports).ok())
        .map_or_else(|| look_for_free_ports(ports), Ok)
}

fn look_for_free_ports(ports: &Ports) -> Result<()> {
    for (port, variable) in ports.all().into_iter().zip(VARIABLES) {
        if let Err(error) = std::net::TcpListener::bind(("127.0.0.1", port)) {
            return Err(format!(
                "port {port} cannot be used ({error}); choose another with {variable}=PORT, or all \
                 nine with {BASE_VARIABLE}=FIRST"
            ));
        }
    }
    Ok(())
}

/// The passwords of the demo's people: logins and what they sign in with.
type Passwords = Vec<(String, String)>;

/// The house in the state's folder: taken up, or made and seeded when there is none. It is made beside
/// and renamed, so that a house in its place is a whole one.
fn house(state: &Path, ports: Ports) -> Result<(House, Passwords)> {
    let folder = state.join("house");
    let making = state.join("making");
    let told = |error: std::io::Error| format!("{}: {error}", making.display());
    if !folder.exists() {
        if making.exists() {
            fs::remove_dir_all(&making).map_err(told)?;
        }
        say(&format!("Setting up the demo in {} …", state.display()));
        let plan = plan(making.clone(), ports, &new_people()?)?;
        drop(House::furnish(plan)?);
        fs::rename(&making, &folder).map_err(told)?;
    }
    let people = known_people(&folder)?;
    let plan = plan(folder, ports, &people)?;
    let passwords = people.into_iter().map(|(person, password)| (person.login, password));
    let passwords = passwords.collect();
    Ok((House::take_up(plan)?, passwords))
}

fn plan(folder: PathBuf, ports: Ports, people: &[(Person, String)]) -> Result<Plan> {
    if !folder.exists() {
        fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    let mut secrets = Table::new();
    for (person, password) in people {
        let entry = [
            ("password", password.as_str()),
            ("hash", person.password_hash.as_deref().unwrap_or_default()),
        ];
        let entry = entry.map(|(key, text)| (key.to_owned(), text.into()));
        secrets.insert(person.login.clone(), toml::Value::Table(entry.into_iter().collect()));
    }
    write(&folder.join("passwords.toml"), &secrets.to_string())?;
    let administrator = people.iter().find(|(person, _)| person.groups.contains(&ADMIN_GROUP));
    let administrator =
        administrator.map(|(person, password)| (person.login.clone(), password.clone()));
    let people: Vec<_> = people.iter().map(|(person, _)| person.clone()).collect();
    let mut buttons: Vec<_> = people
        .iter()
        .take(2)
        .map(|person| (person.name.clone(), person.cards[0].to_owned()))
        .collect();
    buttons.push(("Okänt kort · unknown card".into(), UNKNOWN_CARD.into()));
    Ok(Plan {
        folder,
        ports,
        database: Database::Sqlite,
        people,
        buttons,
        // 20 ms a printed side: slow enough to watch, fast enough to wait for.
        pages_per_minute: 3_000,
        administrator,
        more_configuration: String::new(),
    })
}

/// Whoever runs the demo, Anna of finance, and Bo. Somebody who is called Anna already is Anna.
fn staff() -> Result<Vec<Person>> {
    let mut own = Command::new(programs::system("id", "coreutils")?);
    let login = programs::run(own.arg("-un"), "")?.trim().to_owned();
    let mut you = Person::new(&login, &format!("{login} (du · you)"), "K8", OWN_CARD);
    you.groups = vec![ADMIN_GROUP, FINANCE_GROUP];
    let mut anna = Person::new("anna", "Anna Berg", "K2", ANNA_CARD);
    anna.groups = vec![FINANCE_GROUP];
    let mut bo = Person::new("bo", "Bo Ek", "UF", BO_CARD);
    bo.language = "en";
    let others = [anna, bo].into_iter().filter(|person| person.login != login);
    Ok([you].into_iter().chain(others).collect())
}

fn new_people() -> Result<Vec<(Person, String)>> {
    let with_password = |mut person: Person| {
        let password = random_password()?;
        person.password_hash = Some(hash_password(&password)?);
        Ok((person, password))
    };
    staff()?.into_iter().map(with_password).collect()
}

/// The people of a house that is there; whoever is new to it gets a password now.
fn known_people(folder: &Path) -> Result<Vec<(Person, String)>> {
    let path = folder.join("passwords.toml");
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let secrets: Table = text.parse().map_err(|error| format!("{}: {error}", path.display()))?;
    let with_password = |mut person: Person| {
        let entry = secrets.get(&person.login).and_then(toml::Value::as_table);
        let known = |key: &str| entry?.get(key)?.as_str().map(str::to_owned);
        let password = match (known("password"), known("hash")) {
            (Some(password), Some(hash)) => {
                person.password_hash = Some(hash);
                password
            }
            _ => {
                let password = random_password()?;
                person.password_hash = Some(hash_password(&password)?);
                password
            }
        };
        Ok((person, password))
    };
    staff()?.into_iter().map(with_password).collect()
}

fn random_password() -> Result<String> {
    let mut bytes = [0; 12];
    let read = File::open("/dev/urandom").and_then(|mut file| file.read_exact(&mut bytes));
    read.map_err(|error| format!("/dev/urandom: {error}"))?;
    // 32 letters: five bits of each byte choose one without favour.
    Ok(bytes.iter().map(|byte| char::from(PASSWORD_LETTERS[usize::from(byte % 32)])).collect())
}

/// What to type and where to look.
fn lines(house: &House, passwords: &Passwords) -> String {
    let ports = house.plan().ports;
    let tap = tap_command(&ports);
    let [(first, _), (second, _)] = PRINTERS;
    let people = &house.plan().people;
    let you = &people[0].login;
    let mut text = format!(
        "Follow-me print is running.\n\n\
         1. Print something, as {you} (any PDF):\n     \
            lp -h 127.0.0.1:{} -d {QUEUE} FILE\n\
         2. Hold your badge to the station, and let it out at a printer:\n     \
            {tap} {OWN_CARD} --printer {first}\n   \
            or touch one of the three cards at http://127.0.0.1:{}/\n\
         3. See what came out, and what it cost:\n     \
            {}\n     \
            https://127.0.0.1:{}/   (the browser will warn: this certificate was made here)\n\n",
        ports.print,
        ports.page,
        house.plan().folder.join("mfp-1/jobs").display(),
        ports.web,
    );
    for (person, (login, password)) in people.iter().zip(passwords) {
        let can = match person.groups.as_slice() {
            [] => "sees own prints",
            [only] if *only == FINANCE_GROUP => "sees the costs",
            _ => "sees the administration and the costs",
        };
        text += &format!("     {login:12} {password}   {} {can}\n", person.cards[0]);
    }
    text += &format!(
        "     (login, password, card; {UNKNOWN_CARD} is nobody's card. As Anna: lp -U anna …)\n\n\
         Printers: {first} ipp://127.0.0.1:{}/ipp/print, {second} ipp://127.0.0.1:{}/ipp/print\n\
         Health:   http://127.0.0.1:{}/health/ready, /metrics\n",
        ports.mfps[0].ipp, ports.mfps[1].ipp, ports.manage,
    );
    if programs::system("lp", "cups-client").is_err() {
        text += "Missing: lp (apt-get install cups-client)\n";
    }
    text
}

/// The command that taps, as it is typed from where the demo was started.
fn tap_command(ports: &Ports) -> String {
    let program = programs::ours("release-station").unwrap_or_else(|_| "release-station".into());
    let here = env::current_dir().unwrap_or_default();
    let program = program.strip_prefix(&here).unwrap_or(&program).display().to_string();
    if ports.page == crate::house::ports::DEMO.page {
        return format!("{program} tap");
    }
    format!("{program} tap --page http://127.0.0.1:{}", ports.page)
}

/// The ways in which the demo is told to end.
struct Ends {
    interrupt: Signal,
    terminate: Signal,
}

impl Ends {
    /// From here on neither signal ends this process by itself.
    fn listen() -> Result<Ends> {
        let listen = |kind| signal(kind).map_err(|error| error.to_string());
        let (interrupt, terminate) = (SignalKind::interrupt(), SignalKind::terminate());
        Ok(Ends { interrupt: listen(interrupt)?, terminate: listen(terminate)? })
    }

    /// Waits for Ctrl-C or SIGTERM, or for a part that ends by itself.
    async fn wait(mut self, house: &mut House) -> Result<()> {
        loop {
            tokio::select! {
                _ = self.interrupt.recv() => return Ok(()),
                _ = self.terminate.recv() => return Ok(()),
                () = tokio::time::sleep(LOOK_EVERY) => {
                    if let Some(casualty) = house.casualty() {
                        return Err(casualty);
                    }
                }
            }
        }
    }
}
