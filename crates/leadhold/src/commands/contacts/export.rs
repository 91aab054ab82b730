//! `leadhold contacts export`.

use std::io::{ErrorKind, Write};

use super::super::runtime;
use super::Remote;
use crate::fault::Fault;

#[derive(clap::Args)]
pub struct Export {
    #[command(flatten)]
    remote: Remote,

    /// Only those in whose name, address, number or company this is found
    #[arg(long, value_name = "WORDS")]
    query: Option<String>,

    /// Begin with the mark by which Excel knows UTF-8
    #[arg(long)]
    bom: bool,
}

impl Export {
    pub fn run(self) -> Result<(), Fault> {
        let mut query = Vec::new();
        query.extend(self.query.as_deref().map(|words| ("query", words)));
        query.extend(self.bom.then_some(("bom", "true")));
        let path = self.remote.path("/leadhold/v1/contacts/export", &query);
        let server = self.remote.server()?;
        runtime()?.block_on(async {
            let mut file = server.open(&path).await?;
            let mut out = std::io::stdout().lock();
            loop {
                let piece = file.next().await;
                let piece = piece.map_err(|why| Fault::failed(format!("the file is not whole: {why}")))?;
                let Some(piece) = piece else { break };
                match out.write_all(&piece) {
                    Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(()), // a reader that has seen enough
                    written => written.map_err(cannot_write)?,
                }
            }
            out.flush().map_err(cannot_write)
        })
    }
}

#[expect(clippy::needless_pass_by_value, reason = "map_err gives it away")]
fn cannot_write(error: std::io::Error) -> Fault {
    Fault::failed(format!("cannot write to standard output: {error}"))
}
