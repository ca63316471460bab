//! Runs the program and lets one of its system calls fail; `tests/faults/injector.c` does it and says how.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use crate::harness::Ran;

/// What happens at a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// Nothing; calls that write are counted.
    None,
    /// The process is killed.
    Kill,
    /// The disk is full, this once.
    Full,
    /// This call and every later one that writes fails.
    Broken,
    /// This call and every later one that reads fails; calls that read are counted.
    Unread,
}

impl Fault {
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Kill => "kill",
            Self::Full => "full",
            Self::Broken => "broken",
            Self::Unread => "unread",
        }
    }
}

/// A fault at one call of a run, counted from 1.
#[derive(Clone, Copy, Debug)]
pub struct Point {
    pub fault: Fault,
    pub at: usize,
}

/// A run with a fault.
pub struct Faulty {
    pub ran: Ran,
    /// Calls that were counted, as `NUMBER CALL PATH`.
    pub calls: Vec<String>,
}

impl Faulty {
    /// The call at which the fault happened, if the run came so far.
    pub fn struck(&self, point: Point) -> Option<&str> {
        self.calls.get(point.at.checked_sub(1)?).map(String::as_str)
    }
}

/// Returns a command that runs `command` with a fault in what it does to files at or below `folder`. The process is
/// killed when standard input ends.
pub fn with_fault(command: &Command, folder: &Path, point: Point, log: &Path) -> Command {
    let mut faulty = Command::new(injector());
    faulty.arg(folder).arg(point.fault.name()).arg(point.at.to_string()).arg(log);
    faulty.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => faulty.env(name, value),
            None => faulty.env_remove(name),
        };
    }
    if let Some(current) = command.get_current_dir() {
        faulty.current_dir(current);
    }
    faulty.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    faulty
}

/// Runs `command` with a fault to its end.
pub fn run(command: &Command, folder: &Path, point: Point, log: &Path) -> Faulty {
    let mut child = with_fault(command, folder, point, log).spawn().unwrap();
    let input = child.stdin.take();
    let ran = Ran::from(child.wait_with_output().unwrap());
    drop(input);
    assert_ne!(ran.status, 125, "{}", ran.stderr);
    Faulty { ran, calls: calls(log) }
}

/// Reads the calls that were counted so far.
pub fn calls(log: &Path) -> Vec<String> {
    fs::read_to_string(log).unwrap_or_default().lines().map(str::to_owned).collect()
}

/// Compiles the injector, once in a run of the tests.
fn injector() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/injector.c");
        let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
        // Another run of the tests may be using what was built before.
        let (mine, built) =
            (target.join(format!("injector-{}", std::process::id())), target.join("injector"));
        let mut compiler = Command::new("cc");
        compiler.args(["-O1", "-Wall", "-Wextra", "-Werror", "-o"]).arg(&mine).arg(source);
        match compiler.output() {
            Ok(output) => {
                assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            }
            Err(error) => panic!(
                "`cc` cannot be run ({error}): faults are injected by tests/faults/injector.c; install a C compiler \
                 (Debian: apt-get install gcc libc6-dev)"
            ),
        }
        fs::rename(mine, &built).unwrap();
        built
    })
}
