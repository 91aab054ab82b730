//! Running other programs: every call names its program, and every failure says what was run.

use std::ffi::{OsStr, OsString};
use std::io::{BufRead, BufReader, IsTerminal, Read};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// What a step gives back; the text says what went wrong and what to do.
pub type Outcome<T> = Result<T, String>;

/// The checkout's top folder.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

/// Where `program` lies on PATH.
pub fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// The time `work` took, for the summary.
#[expect(
    clippy::disallowed_methods,
    reason = "a developer command measures real time and nothing depends on it"
)]
pub fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    (work(), start.elapsed())
}

/// A program about to be run from the checkout's top folder.
pub struct Tool {
    command: Command,
}

impl Tool {
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        let mut command = Command::new(program);
        command.current_dir(root());
        Tool { command }
    }

    pub fn args<A: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.command.args(args);
        self
    }

    pub fn folder(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub fn envs(mut self, vars: &[(&str, OsString)]) -> Self {
        self.command.envs(vars.iter().map(|(name, value)| (name, value)));
        self
    }

    pub fn without_env(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    /// Runs to the end with this terminal's input and output.
    pub fn status(mut self) -> Outcome<ExitStatus> {
        self.command.status().map_err(|error| self.cannot_start(&error))
    }

    /// Runs to the end; anything but success is an error.
    pub fn run(self) -> Outcome<()> {
        let line = self.line();
        let status = self.status()?;
        if status.success() { Ok(()) } else { Err(format!("`{line}` failed ({status})")) }
    }

    /// Runs to the end and gives back standard output; anything but success is an error.
    pub fn capture(mut self) -> Outcome<String> {
        let line = self.line();
        self.command.stdin(Stdio::null()).stderr(Stdio::inherit());
        let output = self.command.output().map_err(|error| self.cannot_start(&error))?;
        if !output.status.success() {
            return Err(format!("`{line}` failed ({})", output.status));
        }
        String::from_utf8(output.stdout).map_err(|_| format!("`{line}` printed something that is not UTF-8"))
    }

    /// True when the program runs and says yes; its output is dropped.
    pub fn succeeds(mut self) -> bool {
        let quiet = self.command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        quiet.status().is_ok_and(|status| status.success())
    }

    /// Runs to the end, shows `stream` as it comes and hands every line of it to `each`, colours removed.
    pub fn watch(mut self, stream: Stream, mut each: impl FnMut(&str)) -> Outcome<ExitStatus> {
        match stream {
            Stream::Stdout => self.command.stdout(Stdio::piped()),
            Stream::Stderr => self.command.stderr(Stdio::piped()),
        };
        let mut child = self.command.spawn().map_err(|error| self.cannot_start(&error))?;
        let pipe: Box<dyn Read> = match stream {
            Stream::Stdout => Box::new(child.stdout.take().expect("standard output was piped above")),
            Stream::Stderr => Box::new(child.stderr.take().expect("standard error was piped above")),
        };
        for line in BufReader::new(pipe).split(b'\n') {
            let line = line.map_err(|error| format!("cannot read from `{}`: {error}", self.line()))?;
            let line = String::from_utf8_lossy(&line);
            match stream {
                Stream::Stdout => println!("{line}"),
                Stream::Stderr => eprintln!("{line}"),
            }
            each(&without_colours(&line));
        }
        child.wait().map_err(|error| format!("cannot wait for `{}`: {error}", self.line()))
    }

    /// Becomes the program, so that signals and the exit code are its own. Returns only when that fails.
    pub fn replace_this_process(mut self) -> String {
        let error = self.command.exec();
        self.cannot_start(&error)
    }

    fn line(&self) -> String {
        let words = std::iter::once(self.command.get_program()).chain(self.command.get_args());
        words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
    }

    fn cannot_start(&self, error: &std::io::Error) -> String {
        format!("cannot run `{}`: {error}", self.line())
    }
}

/// Which of a program's two outputs carries what its caller wants to read along.
#[derive(Clone, Copy)]
pub enum Stream {
    Stdout,
    Stderr,
}

/// `always` on a terminal: a program behind our pipe would otherwise drop its colours.
pub fn colour_choice() -> &'static str {
    if std::io::stderr().is_terminal() { "always" } else { "auto" }
}

fn without_colours(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(start) = rest.find("\x1b[") {
        plain.push_str(&rest[..start]);
        let tail = &rest[start + 2..];
        rest = tail.find(|c: char| c.is_ascii_alphabetic()).map_or("", |end| &tail[end + 1..]);
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_removed_and_text_stays() {
        assert_eq!(without_colours("\x1b[32;1m  PASS\x1b[0m [ 0.1s] a::b"), "  PASS [ 0.1s] a::b");
        assert_eq!(without_colours("plain [x] text"), "plain [x] text");
        assert_eq!(without_colours("cut off \x1b[3"), "cut off ");
    }

    #[test]
    fn a_failing_program_is_named_with_its_arguments() {
        let failure = Tool::new("false").args(["one", "two"]).run().unwrap_err();
        assert_eq!(failure, "`false one two` failed (exit status: 1)");
    }

    #[test]
    fn a_missing_program_is_named() {
        let failure = Tool::new("no-such-program").run().unwrap_err();
        assert!(failure.starts_with("cannot run `no-such-program`: "), "{failure}");
    }

    #[test]
    fn watching_passes_every_line_on() {
        let mut seen = Vec::new();
        let script = "printf 'a\\n\\033[1mb\\033[0m\\nlast'";
        let status =
            Tool::new("sh").args(["-c", script]).watch(Stream::Stdout, |line| seen.push(line.to_owned()));
        assert!(status.unwrap().success());
        assert_eq!(seen, ["a", "b", "last"]);
    }
}
