//! Where everything of one benchmark is: the programs, and one folder that is removed at the end.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use real_parts::folder::Folder;

/// The ground of one benchmark.
pub struct Ground {
    programs: PathBuf,
    number: Cell<u32>,
    /// What ended but has files that must stay for now. Dropped before the folder.
    kept: RefCell<Vec<Box<dyn Any>>>,
    folder: Folder,
}

impl Ground {
    /// The ground with this folder. The programs are those beside this one.
    ///
    /// # Errors
    /// When this program cannot tell where it is.
    pub fn new(folder: Folder) -> Result<Ground, String> {
        let own = env::current_exe().map_err(|error| error.to_string())?;
        let programs = own.parent().map(Path::to_owned).ok_or("this program is nowhere")?;
        let ground = Ground { programs, number: Cell::new(0), kept: RefCell::default(), folder };
        for program in ["print-server", "virtual-mfp", "release-station"] {
            ground.program(program)?;
        }
        Ok(ground)
    }

    /// The folder of the programs.
    pub fn programs(&self) -> &Path {
        &self.programs
    }

    /// One of our programs.
    ///
    /// # Errors
    /// When it was not built.
    pub fn program(&self, name: &str) -> Result<PathBuf, String> {
        let path = self.programs.join(name);
        let is_there = path.is_file();
        is_there
            .then_some(path)
            .ok_or_else(|| format!("{name} was not built: make bench builds it"))
    }

    /// A new, empty folder for a server.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn new_folder(&self, name: &str) -> Result<PathBuf, String> {
        self.number.set(self.number.get() + 1);
        let path = self.folder.join(&format!("{name}-{}", self.number.get()));
        fs::create_dir(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(path)
    }

    /// Keeps a server that was stopped, with its files, until everything is measured.
    pub fn keep(&self, stopped: impl Any) {
        self.kept.borrow_mut().push(Box::new(stopped));
    }
}

impl std::fmt::Debug for Ground {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Ground").field("folder", &self.folder).finish_non_exhaustive()
    }
}
