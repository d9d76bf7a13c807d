//! CSV in any dialect: encoding and delimiter are found out, and said.

use csv::{ReaderBuilder, StringRecord, Terminator};

use super::cell::{Cells, Row};
use crate::json::Refusal;

/// A text of rows.
#[derive(Debug)]
pub struct Delimited {
    text: String,
    delimiter: u8,
    /// Lines before the text: `sep=;`.
    skipped: u64,
}

/// Delimiters that are tried, the commonest first.
const DELIMITERS: [(u8, &str); 4] = [(b',', "comma"), (b';', "semicolon"), (b'\t', "tab"), (b'|', "vertical bar")];
/// Rows that are looked at to find the delimiter.
const LOOKED_AT: usize = 200;

impl Delimited {
    pub(super) fn read(file: &str, bytes: &[u8], stated: Option<u8>) -> Result<(Delimited, Vec<String>), Refusal> {
        let (text, encoding) = decoded(file, bytes)?;
        let mut detected: Vec<String> = encoding.into_iter().collect();
        let mut text = text;
        let mut skipped = 0;
        let mut delimiter = stated;
        // Lines of the oldest Macs.
        if !text.contains('\n') {
            text = text.replace('\r', "\n");
        }
        // Excel's own way to say it.
        if let Some(named) = text.strip_prefix("sep=").and_then(|rest| rest.bytes().next())
            && let Some(end) = text.find('\n')
            && end <= 6
        {
            delimiter = delimiter.or(Some(named));
            text.drain(..=end);
            skipped = 1;
        }
        if text.trim().is_empty() {
            return Err(Refusal::whole_file(file, "E101", "the file is empty", "export the table again"));
        }
        let delimiter = delimiter.unwrap_or_else(|| most_likely(&text));
        if delimiter != b',' {
            let name = DELIMITERS.iter().find(|(known, _)| *known == delimiter).map_or("other", |(_, name)| name);
            detected.push(format!("columns are separated by a {name}"));
        }
        let delimited = Delimited { text, delimiter, skipped };
        delimited.refuse_open_quotes(file)?;
        Ok((delimited, detected))
    }

    fn records(&self) -> csv::Reader<&[u8]> {
        reader(self.delimiter).from_reader(self.text.as_bytes())
    }

    pub(super) fn for_each(&self, each: &mut impl FnMut(Row<'_>) -> bool) {
        let mut records = self.records();
        let mut record = StringRecord::new();
        // The text is UTF-8 and rows may have any length: there is nothing that could fail.
        while let Ok(true) = records.read_record(&mut record) {
            let number = self.skipped + record.position().map_or(0, csv::Position::line);
            let row = Row { number, cells: Cells::Record(&record) };
            if !row.is_blank() && !each(row) {
                break;
            }
        }
    }

    /// A quote that is never closed makes one cell of the rows up to the next quote, or of the rest of the file: behind a
    /// closing quote there must be the end of the cell.
    fn refuse_open_quotes(&self, file: &str) -> Result<(), Refusal> {
        let bytes = self.text.as_bytes();
        if !bytes.contains(&b'"') {
            return Ok(());
        }
        let refuse = |row: u64, cell: u64, problem: &str| {
            let problem = format!("a quote in row {}, column {}, {problem}", self.skipped + row, cell + 1);
            Err(Refusal::whole_file(file, "E503", problem, "write quotes inside of cells twice, or close this one"))
        };
        let (mut at, mut row, mut cell, mut is_start) = (0, 1, 0, true);
        while at < bytes.len() {
            match bytes[at] {
                b'"' if is_start => {
                    let opened = row;
                    loop {
                        at += 1;
                        match bytes.get(at) {
                            None => return refuse(opened, cell, "is never closed"),
                            Some(b'\n') => row += 1,
                            Some(b'"') if bytes.get(at + 1) == Some(&b'"') => at += 1,
                            Some(b'"') => break,
                            Some(_) => {}
                        }
                    }
                    let behind = bytes[at + 1..].iter().find(|byte| !matches!(byte, b' ' | b'\r'));
                    if behind.is_some_and(|&byte| byte != b'\n' && byte != self.delimiter) {
                        return refuse(opened, cell, &format!("is closed within a cell in row {}", self.skipped + row));
                    }
                    is_start = false;
                }
                b'\n' => (row, cell, is_start) = (row + 1, 0, true),
                byte if byte == self.delimiter => (cell, is_start) = (cell + 1, true),
                _ => is_start = false,
            }
            at += 1;
        }
        Ok(())
    }
}

/// The text of a file, and what is to be said of its encoding.
fn decoded(file: &str, bytes: &[u8]) -> Result<(String, Option<String>), Refusal> {
    let refuse = |problem: &str, remedy: &str| Err(Refusal::whole_file(file, "E104", problem, remedy));
    if bytes.starts_with(&[0x1f, 0x8b]) {
        return refuse("is a gzip file", "unpack it first");
    }
    if bytes.starts_with(b"%PDF") {
        return refuse("is a PDF", "export the table as CSV or XLSX");
    }
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return refuse(
            "is a workbook of the old kind (XLS), or one with a password",
            "save it as XLSX without a password",
        );
    }
    for (mark, encoding) in [([0xff, 0xfe], encoding_rs::UTF_16LE), ([0xfe, 0xff], encoding_rs::UTF_16BE)] {
        if bytes.starts_with(&mark) {
            let (text, damaged) = encoding.decode_without_bom_handling(&bytes[2..]);
            if damaged {
                return refuse("is UTF-16 with broken characters", "export the table again, as UTF-8");
            }
            return Ok((text.into_owned(), Some("UTF-16".to_owned())));
        }
    }
    if let Some(at) = bytes.iter().position(|&byte| byte == 0) {
        return refuse(&format!("is no text: byte {} is zero", at + 1), "export the table as CSV in UTF-8, or as XLSX");
    }
    let plain = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
    let Err(error) = std::str::from_utf8(plain) else {
        let text = String::from_utf8_lossy(plain).into_owned();
        return Ok((text, None));
    };
    // Not UTF-8, so an older encoding; but not where other rows are UTF-8, or the bytes mean nothing in it.
    let row_of = |at: usize| plain[..at].iter().filter(|&&byte| byte == b'\n').count() + 1;
    let mut utf8 = None;
    let mut start = 0;
    for line in plain.split_inclusive(|&byte| byte == b'\n') {
        if !line.is_ascii() && std::str::from_utf8(line).is_ok() {
            utf8 = Some(start);
            break;
        }
        start += line.len();
    }
    if let Some(start) = utf8 {
        let problem =
            format!("mixes encodings: row {} is UTF-8, row {} is not", row_of(start), row_of(error.valid_up_to()));
        return refuse(&problem, "export both parts in UTF-8, then join them");
    }
    if let Some(at) = plain.iter().position(|byte| matches!(byte, 0x81 | 0x8d | 0x8f | 0x90 | 0x9d)) {
        let problem = format!("is neither UTF-8 nor Windows-1252: row {} has byte 0x{:02x}", row_of(at), plain[at]);
        return refuse(&problem, "save the file as UTF-8");
    }
    let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(plain);
    Ok((text.into_owned(), Some("Windows-1252".to_owned())))
}

/// A reader of rows of any length. Rows end at line feeds, so that lines are counted as editors count them; a carriage
/// return before one is a blank at the end of a cell.
fn reader(delimiter: u8) -> ReaderBuilder {
    let mut reader = ReaderBuilder::new();
    reader.delimiter(delimiter).has_headers(false).flexible(true).terminator(Terminator::Any(b'\n'));
    reader
}

/// The delimiter that cuts most of the first rows into equally many cells, more than one.
fn most_likely(text: &str) -> u8 {
    let score = |delimiter: u8| {
        let reader = reader(delimiter).from_reader(text.as_bytes());
        let widths: Vec<usize> =
            reader.into_records().take(LOOKED_AT).filter_map(Result::ok).map(|record| record.len()).collect();
        let mut counted: Vec<(usize, usize)> = Vec::new();
        for &width in widths.iter().filter(|&&width| width > 1) {
            match counted.iter_mut().find(|(known, _)| *known == width) {
                Some((_, count)) => *count += 1,
                None => counted.push((width, 1)),
            }
        }
        counted.into_iter().map(|(width, count)| (count, width)).max().unwrap_or((0, 0))
    };
    let scored = DELIMITERS.iter().map(|&(delimiter, _)| (score(delimiter), delimiter));
    // Of equals the first.
    scored.rev().max_by_key(|(score, _)| *score).map_or(b',', |(_, delimiter)| delimiter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(bytes: &[u8]) -> Result<Vec<(u64, Vec<String>)>, String> {
        let (table, _) = Delimited::read("f.csv", bytes, None).map_err(|refusal| refusal.to_string())?;
        let mut rows = Vec::new();
        table.for_each(&mut |row| {
            rows.push((row.number, (0..row.len()).map(|at| row.cell(at).text().into_owned()).collect()));
            true
        });
        Ok(rows)
    }

    #[test]
    fn delimiters_and_encodings_are_found_out() {
        let expected =
            vec![(1, vec!["id".to_owned(), "name".to_owned()]), (2, vec!["1".to_owned(), "Müller".to_owned()])];
        let utf16: Vec<u8> =
            [0xff, 0xfe].into_iter().chain("id;name\n1;Müller".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        for bytes in [
            "id,name\n1,Müller\n".as_bytes(),
            "\u{feff}id;name\r\n1;Müller\r\n".as_bytes(),
            b"id;name\n1;M\xfcller\n",
            "id\tname\n1\t\"Müller\"\n\n".as_bytes(),
            "id|name\n1|Müller".as_bytes(),
            &utf16,
        ] {
            assert_eq!(rows(bytes).unwrap(), expected);
        }
        assert_eq!(rows("sep=|\nid|name\n1|Müller".as_bytes()).unwrap()[1].0, 3);
    }

    #[test]
    fn a_comma_in_names_or_numbers_does_not_make_it_the_delimiter() {
        assert_eq!(rows(b"id;value\n1;5,5\n2;7,5\n").unwrap()[1].1, ["1", "5,5"]);
        assert_eq!(rows(b"id,value\n1,\"a;b\"\n2,\"c;d\"\n").unwrap()[1].1, ["1", "a;b"]);
    }

    #[test]
    fn what_cannot_be_read_rightly_is_refused() {
        assert!(
            rows(
                "id,name\n1,Müller\n2,M".as_bytes().iter().copied().chain([0xfc, b'\n']).collect::<Vec<_>>().as_slice()
            )
            .unwrap_err()
            .contains("row 2 is UTF-8, row 3 is not")
        );
        assert!(rows(b"id,name\n1,M\x81\n").unwrap_err().contains("0x81"));
        assert!(rows(b"id,name\n1,\"open\n2,b\n3,c\n").unwrap_err().contains("row 2, column 2, is never closed"));
        assert!(rows(b" \n").unwrap_err().contains("empty"));
        assert!(rows(b"id\0").unwrap_err().contains("no text"));
    }
}
