//! A CSV file as chunks of rows: encoding and separator are found out.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use leadhold_kernel::Error;
use leadhold_store::json_text;

/// Rows that one transaction does.
pub(super) const CHUNK: usize = 100;
/// Rows of one file.
pub(super) const MOST_ROWS: usize = 250_000;
/// Columns of one file.
pub(super) const MOST_COLUMNS: usize = 500;
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Rows that are looked at to find the separator.
const SAMPLE: usize = 20;

/// A file that was read.
#[derive(Debug)]
pub(super) struct File {
    pub(super) encoding: &'static str,
    pub(super) separator: u8,
    pub(super) header: Vec<String>,
    pub(super) chunks: Vec<Chunk>,
    pub(super) total: usize,
}

/// Some of its rows.
#[derive(Debug)]
pub(super) struct Chunk {
    /// The number of its first row, from 1.
    pub(super) first_row: usize,
    /// `[[line, [cell, …]], …]`
    pub(super) content: String,
}

/// Reads a file. An encoding or separator that is given is believed.
///
/// # Errors
/// 400 when there is no header, no row, or more than fits; and when a character is no text.
pub(super) fn read(
    bytes: &[u8],
    encoding: Option<&'static Encoding>,
    separator: Option<u8>,
) -> Result<File, Error> {
    let (text, encoding) = decode(bytes, encoding);
    if text.contains('\0') {
        return Err(Error::bad_request("The file must not contain the character U+0000."));
    }
    let text = text.replace("\r\n", "\n"); // a record's line is told right only so
    let separator = separator.unwrap_or_else(|| find_separator(&text));
    let mut reader = reader(&text, separator);
    let header = reader.headers().map_err(unreadable)?.iter().map(|name| name.trim().to_owned()).collect();
    let header: Vec<String> = header;
    if header.iter().all(String::is_empty) {
        return Err(Error::bad_request("The file has no header: its first row must name the columns."));
    }
    if header.len() > MOST_COLUMNS {
        return Err(Error::bad_request(format!("The file has more than {MOST_COLUMNS} columns.")));
    }
    let (chunks, total) = chunks(&text, reader)?;
    Ok(File { encoding, separator, header, chunks, total })
}

fn reader(text: &str, separator: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().delimiter(separator).flexible(true).from_reader(text.as_bytes())
}

fn unreadable(error: csv::Error) -> Error {
    Error::bad_request(format!("The file cannot be read as CSV: {error}"))
}

fn chunks(text: &str, mut reader: csv::Reader<&[u8]>) -> Result<(Vec<Chunk>, usize), Error> {
    let (mut chunks, mut total) = (Vec::new(), 0);
    let mut open: Vec<(u64, Vec<String>)> = Vec::with_capacity(CHUNK);
    let mut close = |open: &mut Vec<_>, total: usize| {
        if !open.is_empty() {
            chunks.push(Chunk { first_row: total - open.len() + 1, content: json_text(open) });
            open.clear();
        }
    };
    for record in reader.records() {
        let record = record.map_err(unreadable)?;
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue; // what spreadsheets leave at the end
        }
        total += 1;
        if total > MOST_ROWS {
            return Err(Error::bad_request(format!("The file has more than {MOST_ROWS} rows. Divide it.")));
        }
        let line = record.position().map_or(0, |position| line(text, position));
        open.push((line, record.iter().map(str::to_owned).collect()));
        if open.len() == CHUNK {
            close(&mut open, total);
        }
    }
    close(&mut open, total);
    if total == 0 {
        return Err(Error::bad_request("The file has no row beneath its header."));
    }
    Ok((chunks, total))
}

/// The line at which a record begins; its position is before the empty lines above it.
fn line(text: &str, position: &csv::Position) -> u64 {
    let begin = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let above =
        text.as_bytes().get(begin..).unwrap_or_default().iter().take_while(|byte| **byte == b'\n').count();
    position.line() + above as u64
}

/// A byte order mark decides; else what is valid UTF-8 is UTF-8, and anything else what Windows writes.
fn decode<'b>(
    bytes: &'b [u8],
    given: Option<&'static Encoding>,
) -> (std::borrow::Cow<'b, str>, &'static str) {
    let assumed = given.unwrap_or(if std::str::from_utf8(bytes).is_ok() { UTF_8 } else { WINDOWS_1252 });
    let (text, used, _) = assumed.decode(bytes);
    (text, used.name())
}

/// The separator that divides the first rows into the most columns, and all of them into as many as the header.
fn find_separator(text: &str) -> u8 {
    let columns = |separator: u8| {
        let mut reader = reader(text, separator);
        let header = reader.headers().map_or(0, csv::StringRecord::len);
        let same = reader.records().take(SAMPLE).flatten().filter(|record| record.len() == header).count();
        if header > 1 { (same, header) } else { (0, 0) }
    };
    // Of equals the first is meant, and `max_by_key` takes the last.
    SEPARATORS.into_iter().rev().max_by_key(|separator| columns(*separator)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(bytes: &[u8]) -> String {
        match read(bytes, None, None) {
            Ok(file) => {
                let rows: Vec<_> = file.chunks.iter().map(|chunk| chunk.content.as_str()).collect();
                format!(
                    "{} {:?} {:?} {}",
                    file.encoding,
                    char::from(file.separator),
                    file.header,
                    rows.join(" ")
                )
            }
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn encodings_and_separators_are_found_out() {
        let utf16: Vec<u8> = [0xFF, 0xFE]
            .into_iter()
            .chain("a\tb\r\n1\t\u{fc}".encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        let files: [&[u8]; 6] = [
            b"\xEF\xBB\xBFName,E-Mail\r\nAda,\"a,b\"\r\n",
            b"Name;Ort\nJ\xF6rg;K\xF6ln\n",
            &utf16,
            "Name|Größe\nx|\"zwei\nZeilen\"\ny|1\n".as_bytes(),
            b"Name\nAda\n,,\n\nGrace\n",
            b"a;b\n1,5;2,5\n1,6;2,6\n",
        ];
        let all: Vec<String> = files.into_iter().map(shown).collect();
        insta::assert_snapshot!(all.join("\n"), @r#"
        UTF-8 ',' ["Name", "E-Mail"] [[2,["Ada","a,b"]]]
        windows-1252 ';' ["Name", "Ort"] [[2,["Jörg","Köln"]]]
        UTF-16LE '\t' ["a", "b"] [[2,["1","ü"]]]
        UTF-8 '|' ["Name", "Größe"] [[2,["x","zwei\nZeilen"]],[4,["y","1"]]]
        UTF-8 ',' ["Name"] [[2,["Ada"]],[5,["Grace"]]]
        UTF-8 ';' ["a", "b"] [[2,["1,5","2,5"]],[3,["1,6","2,6"]]]
        "#);
    }

    #[test]
    fn what_is_no_table_is_refused() {
        let all: Vec<String> =
            [&b""[..], b"\n\n", b"Name\n", b",\nx,y", b"a\0b\nc"].into_iter().map(shown).collect();
        insta::assert_snapshot!(all.join("\n"), @"
        The file has no header: its first row must name the columns.
        The file has no header: its first row must name the columns.
        The file has no row beneath its header.
        The file has no header: its first row must name the columns.
        The file must not contain the character U+0000.
        ");
    }

    #[test]
    fn rows_come_in_chunks_that_know_where_they_begin() {
        let text = format!("Name\n{}", "Ada\n".repeat(2 * CHUNK + 1));
        let file = read(text.as_bytes(), None, None).unwrap();
        let begins: Vec<_> = file.chunks.iter().map(|chunk| chunk.first_row).collect();
        assert_eq!((file.total, begins), (201, vec![1, 101, 201]));
        assert_eq!(file.chunks[2].content, r#"[[202,["Ada"]]]"#);
    }
}
