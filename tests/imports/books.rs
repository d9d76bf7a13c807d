//! Workbooks of the tiny company.

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet};

use crate::base::*;

/// Writes a CSV text into a sheet from a row on: days as days, numbers as numbers, ids as texts.
pub fn fill(sheet: &mut Worksheet, text: &str, first: u32) {
    let as_day = Format::new().set_num_format("yyyy-mm-dd");
    let mut rows = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    for (row, record) in (first..).zip(rows.records()) {
        for (column, cell) in (0..).zip(record.expect("a record").iter()) {
            let day = (cell.len() == 10 && row > first).then(|| ExcelDateTime::parse_from_str(cell).ok()).flatten();
            let is_id = cell.len() > 1 && cell.starts_with('0') && !cell.starts_with("0.");
            let written = match (day, cell.parse::<f64>()) {
                (Some(day), _) => sheet.write_datetime_with_format(row, column, &day, &as_day),
                (None, Ok(number)) if !is_id => sheet.write_number(row, column, number),
                _ if cell.is_empty() => continue,
                _ => sheet.write_string(row, column, cell),
            };
            written.expect("a cell of a sheet");
        }
    }
}

/// A workbook with one sheet for each text.
pub fn book(sheets: &[(&str, &str)]) -> Vec<u8> {
    let mut book = Workbook::new();
    for (name, text) in sheets {
        fill(book.add_worksheet().set_name(*name).expect("a name"), text, 0);
    }
    book.save_to_buffer().expect("a workbook")
}

/// The clean company as one workbook.
pub fn whole() -> Vec<u8> {
    book(&[("Customers", CUSTOMERS), ("Reps", REPS), ("Visits", VISITS), ("Orders", ORDERS)])
}

/// The orders as a workbook, changed by hand.
pub fn orders(change: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    fill(sheet, ORDERS, 0);
    change(sheet);
    book.save_to_buffer().expect("a workbook")
}
