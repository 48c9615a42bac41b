//! The rules of the house that a compiler does not hold.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use toml::Table;

/// What each of our packages may import of ours; a package that is not here fails the test. Imports
/// for tests only (`dev-dependencies`) are free.
const IMPORTS: [(&str, &[&str]); 14] = [
    ("print-core", &[]),
    ("store", &["print-core"]),
    ("ipp-codec", &[]),
    ("station-protocol", &[]),
    ("texts", &[]),
    ("document-worker", &[]),
    ("kerberos-worker", &[]),
    ("virtual-mfp", &["ipp-codec", "print-core"]),
    ("test-reader", &[]),
    ("real-parts", &["test-reader"]),
    ("admin-ui", &["print-core", "store", "texts"]),
    (
        "print-server",
        &[
            "admin-ui",
            "document-worker",
            "ipp-codec",
            "kerberos-worker",
            "print-core",
            "station-protocol",
            "store",
            "texts",
        ],
    ),
    ("release-station", &["station-protocol", "texts"]),
    // The programs are started as processes, never imported.
    ("e2e", &["ipp-codec", "print-core", "real-parts", "station-protocol", "store"]),
];

/// Rules and formats know no sockets and no databases, so that they can be tested as plain functions.
const WITHOUT_IO: [&str; 3] = ["print-core", "ipp-codec", "station-protocol"];
const IO: [&str; 7] = ["axum", "hyper", "hyper-util", "ldap3", "sqlx", "tokio", "tokio-rustls"];

/// Small files can bring down any reader of documents. Only the program that locks itself in may have
/// one, and the printer in software, which reads what tests send.
const READERS: [&str; 3] = ["hayro", "hayro-syntax", "zune-jpeg"];
const MAY_READ: [&str; 2] = ["document-worker", "virtual-mfp"];

/// One TLS library only: two in one program end in a panic, `rsa` has an open advisory, and the
/// system's library would have to be there.
const FORBIDDEN: [&str; 4] = ["native-tls", "openssl-sys", "ring", "rsa"];

/// The one package that must talk to C, and says so in its own manifest.
const UNSAFE: [&str; 1] = ["test-reader"];

const LINES_MAX: usize = 500;

/// What must not stand in the project: notes to oneself, and paths of somebody's machine.
const LEFTOVERS: [&str; 5] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("/ho", "me/"),
    concat!("/ro", "ot/"),
    concat!("/Use", "rs/"),
];

/// Kinds of text files that are read for leftovers.
const TEXT_FILES: [&str; 10] =
    ["conf", "css", "js", "md", "rs", "service", "sh", "sql", "toml", "yml"];

fn root() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().expect("the tests are a folder of the project").to_owned()
}

fn manifest(folder: &Path) -> Table {
    let path = folder.join("Cargo.toml");
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    text.parse().unwrap_or_else(|error| panic!("{path:?}: {error}"))
}

fn table<'a>(parent: &'a Table, name: &str) -> Option<&'a Table> {
    parent.get(name)?.as_table()
}

/// The packages of the workspace by name.
fn packages() -> BTreeMap<String, Table> {
    let workspace = manifest(&root());
    let members = table(&workspace, "workspace").and_then(|table| table.get("members")?.as_array());
    let members = members.expect("the workspace lists its members");
    let manifests = members.iter().map(|member| {
        let manifest = manifest(&root().join(member.as_str().expect("a member is a folder")));
        let name = table(&manifest, "package").and_then(|package| package.get("name")?.as_str());
        (name.expect("a package has a name").to_owned(), manifest)
    });
    manifests.collect()
}

/// What a package imports outside of its tests.
fn imports(manifest: &Table) -> BTreeSet<String> {
    let for_targets = table(manifest, "target").into_iter().flat_map(Table::values);
    let places = for_targets.filter_map(|target| target.as_table()).chain([manifest]);
    places
        .flat_map(|place| [table(place, "dependencies"), table(place, "build-dependencies")])
        .flatten()
        .flat_map(Table::keys)
        .cloned()
        .collect()
}

/// Every file of the project, without what is built, fetched or Git's own.
fn files() -> Vec<PathBuf> {
    let mut folders = vec![root()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the folder was just seen").flatten() {
            let (path, name) = (entry.path(), entry.file_name());
            let skipped = ["target", ".git", "node_modules", "corpus", "artifacts", "demo-state"];
            if skipped.iter().any(|skipped| name == *skipped) {
                continue;
            }
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}

fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    path.extension().and_then(|kind| kind.to_str()).is_some_and(|kind| extensions.contains(&kind))
}

/// The path as one reads it, from the project's folder on.
fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

#[test]
fn imports_point_one_way() {
    let packages = packages();
    let ours: BTreeSet<&str> = packages.keys().map(String::as_str).collect();
    let ruled: BTreeSet<&str> = IMPORTS.iter().map(|(name, _)| *name).collect();
    assert_eq!(ours, ruled, "every package needs its line in IMPORTS, and no other line");
    for (name, allowed) in IMPORTS {
        for import in imports(&packages[name]) {
            let stranger = !ours.contains(import.as_str());
            assert!(
                stranger || allowed.contains(&import.as_str()),
                "{name} must not import {import}; it may import {allowed:?}"
            );
        }
    }
}

#[test]
fn rules_and_formats_do_no_input_or_output() {
    let packages = packages();
    for name in WITHOUT_IO {
        let imports = imports(&packages[name]);
        let found: Vec<_> = IO.iter().filter(|io| imports.contains(**io)).collect();
        assert!(found.is_empty(), "{name} must not import {found:?}");
    }
}

#[test]
fn only_the_locked_program_reads_documents() {
    for (name, manifest) in packages() {
        let imports = imports(&manifest);
        let found: Vec<_> = READERS.iter().filter(|reader| imports.contains(**reader)).collect();
        assert!(
            found.is_empty() || MAY_READ.contains(&name.as_str()),
            "{name} must not import {found:?}"
        );
    }
    // The server links the library beside the program.
    let library = root().join("crates/document-worker/src");
    let inside = |path: &Path| path.starts_with(&library) && !path.starts_with(library.join("bin"));
    for path in files().iter().filter(|path| inside(path)) {
        let text = fs::read_to_string(path).expect("source files are text");
        let named = READERS.map(|reader| format!("{}::", reader.replace('-', "_")));
        assert!(!named.iter().any(|name| text.contains(name)), "{} reads documents", shown(path));
    }
}

#[test]
fn every_package_keeps_the_lints_of_the_house() {
    for (name, manifest) in packages() {
        let lints = table(&manifest, "lints").expect("a package has lints");
        let shared = lints.get("workspace").and_then(toml::Value::as_bool) == Some(true);
        assert_eq!(shared, !UNSAFE.contains(&name.as_str()), "the lints of {name}");
    }
    let workspace = manifest(&root());
    let lints = ["workspace", "lints", "rust"]
        .iter()
        .try_fold(&workspace, |parent, name| table(parent, name))
        .expect("the workspace has lints");
    assert_eq!(lints["unsafe_code"].as_str(), Some("forbid"));
}

#[test]
fn forbidden_crates_are_not_in_the_tree() {
    let output = Command::new(env!("CARGO"))
        .current_dir(root())
        .args(["tree", "--workspace", "--all-features", "--edges", "normal,build,dev"])
        .args(["--prefix", "none", "--format", "{p}", "--locked"])
        .output()
        .expect("cargo runs, it started this test");
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let crates: BTreeSet<&str> =
        text.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(crates.contains("print-core"), "cargo tree names our packages:\n{text}");
    for forbidden in FORBIDDEN {
        assert!(
            !crates.contains(forbidden),
            "{forbidden} is in the tree: cargo tree --workspace --all-features -i {forbidden}"
        );
    }
}

#[test]
fn source_files_stay_short() {
    for path in files().iter().filter(|path| has_extension(path, &["rs"])) {
        let text = fs::read_to_string(path).expect("source files are text");
        let lines = text.lines().count();
        assert!(lines <= LINES_MAX, "{} has {lines} lines: split it", shown(path));
    }
}

/// A migration is compiled into the store; one without its line there would never run.
#[test]
fn every_migration_is_in_the_stores_list() {
    let list = fs::read_to_string(root().join("crates/store/src/database/migrate.rs"));
    let list = list.expect("the store lists its migrations");
    for path in files().iter().filter(|path| has_extension(path, &["sql"])) {
        let name = path.file_name().and_then(|name| name.to_str()).expect("a plain name");
        assert!(list.contains(&format!("migrations/{name}\"")), "{name} is not in migrate.rs");
    }
}

#[test]
fn nothing_is_left_over() {
    let makefile = |path: &Path| path.file_name().is_some_and(|name| name == "Makefile");
    for path in files().iter().filter(|path| has_extension(path, &TEXT_FILES) || makefile(path)) {
        let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        for (number, line) in text.lines().enumerate() {
            for leftover in LEFTOVERS {
                assert!(
                    !line.contains(leftover),
                    "{}:{}: \"{leftover}\" must not stand here",
                    shown(path),
                    number + 1
                );
            }
        }
    }
}
