//! Workbooks that are damaged, or laid out for people.

use rust_xlsxwriter::{Format, Formula, Workbook};

use crate::base::*;
use crate::books::*;

/// The orders are in a workbook, everything else in CSV files.
#[track_caller]
fn import(bytes: impl AsRef<[u8]>) -> Said {
    let company = Company::with("orders.xlsx", bytes);
    company.import_of(["customers.csv", "reps.csv", "visits.csv", "orders.xlsx"], &[])
}

#[track_caller]
fn as_clean(bytes: impl AsRef<[u8]>, words: &str) {
    let said = import(bytes);
    assert_eq!(said.instance.as_deref(), Some(clean().as_str()), "{}", said.talk);
    assert!(said.talk.contains(words), "{}", said.talk);
    assert_eq!(said.issues, "");
}

#[track_caller]
fn refused(bytes: impl AsRef<[u8]>, words: &str) {
    let said = import(bytes);
    assert_eq!(said.talk.trim_end(), words);
    assert_eq!((said.status, said.instance), (REFUSED, None));
}

/// Without the order of row 3; the list of issues is as stated.
#[track_caller]
fn without_row_3(bytes: impl AsRef<[u8]>, row: &str) {
    let said = import(bytes);
    assert_eq!(said.issues, row, "{}", said.talk);
    let due = put(&clean(), "\"sales\": 1300", "\"sales\": 1234.5");
    assert_eq!(said.instance.as_deref(), Some(due.as_str()));
}

#[test]
fn one_workbook_is_read_as_the_clean_files() {
    let company = Company::with("book.xlsx", whole());
    let said = company.run(&["import", "--workbook", "book.xlsx", "--period", "2026-07-01/13w", "-o", "instance.json"]);
    assert_eq!(said.instance.as_deref(), Some(clean().as_str()), "{}", said.talk);
}

#[test]
fn typed_cells_are_read_as_the_clean_ones() {
    as_clean(orders(|_| ()), "");
}

#[test]
fn numbers_and_days_as_texts_are_read_as_the_clean_ones() {
    as_clean(
        orders(|sheet| {
            sheet.write_string(1, 2, "1234.5").expect("a cell");
            sheet.write_string(1, 0, "03.04.2026").expect("a cell");
        }),
        "",
    );
}

#[test]
fn titles_below_a_report_head_are_found() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.merge_range(0, 0, 0, 2, "Orders of the year", &Format::new()).expect("a head");
    fill(sheet, ORDERS, 3);
    as_clean(book.save_to_buffer().expect("a workbook"), "");
}

#[test]
fn titles_in_two_rows_with_merged_cells_are_found() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    fill(sheet, ORDERS, 1);
    let format = Format::new();
    for column in [0, 2] {
        let title = ["date", "", "revenue"][usize::from(column)];
        sheet.merge_range(0, column, 1, column, title, &format).expect("a title");
    }
    as_clean(book.save_to_buffer().expect("a workbook"), "");
}

#[test]
fn empty_sheets_and_other_sheets_are_passed_over() {
    as_clean(book(&[("Cover", ""), ("Orders", ORDERS), ("Visits", VISITS)]), "orders.xlsx[Orders]: 6 orders");
    as_clean(book(&[(" orders ", ORDERS), ("Pivot", "a,b\n1,2\n")]), "6 orders");
}

#[test]
fn formulas_count_by_their_last_value() {
    let bytes = orders(|sheet| {
        sheet.write_formula(1, 2, Formula::new("=1000+234.5").set_result("1234.5")).expect("a cell");
    });
    as_clean(bytes, "1 cell is a formula; its last computed value is used");
}

#[test]
fn a_stray_cell_at_the_far_end_is_left_out_and_said() {
    let bytes = orders(|sheet| {
        sheet.write_string(1_048_575, 16_383, "x").expect("a cell");
    });
    as_clean(bytes, "cells beyond column 1000 are not read: 1");
}

#[test]
fn ids_that_a_spreadsheet_took_for_numbers_are_found() {
    let bytes = orders(|sheet| {
        for row in 1..=6 {
            let id = [101, 101, 102, 103, 104, 105][row as usize - 1];
            sheet.write_number(row, 1, id).expect("a cell");
        }
    });
    as_clean(bytes, "6 rows name ids without their leading zeros");
}

#[test]
fn cells_that_a_spreadsheet_spoilt_are_listed() {
    let format = "\"give the column the format Text, and export it again from the source\"\n";
    without_row_3(
        orders(|sheet| {
            sheet.write_number(2, 1, 1_234_567_890_123_456_f64).expect("a cell");
        }),
        &format!(
            "orders.xlsx[Sheet1],3,customer_id,1234567890123456,\"is a number of more than 15 digits, which a spreadsheet rounds\",{format}"
        ),
    );
    without_row_3(
        orders(|sheet| {
            let day = rust_xlsxwriter::ExcelDateTime::from_ymd(2026, 2, 1).expect("a day");
            sheet.write_datetime_with_format(2, 1, &day, &Format::new().set_num_format("d-mmm")).expect("a cell");
        }),
        &format!(
            "orders.xlsx[Sheet1],3,customer_id,2026-02-01,is a day where an id is due: a spreadsheet took the id for a date,{format}"
        ),
    );
    without_row_3(
        orders(|sheet| {
            sheet.write_formula(2, 2, Formula::new("=#REF!+1").set_result("#REF!")).expect("a cell");
        }),
        "orders.xlsx[Sheet1],3,revenue,#REF!,is an error of the spreadsheet,\"write a number, as 1234.50\"\n",
    );
    without_row_3(
        orders(|sheet| {
            sheet.write_number(2, 0, 46132).expect("a cell");
        }),
        "orders.xlsx[Sheet1],3,date,46132,is a number; as a day of a spreadsheet it would be 2026-04-20,write the day as 2026-07-01\n",
    );
    without_row_3(
        orders(|sheet| {
            sheet.write_boolean(2, 2, true).expect("a cell");
        }),
        "orders.xlsx[Sheet1],3,revenue,true,is no number,\"write a number, as 1234.50\"\n",
    );
}

#[test]
fn cells_merged_over_rows_are_refused() {
    let bytes = orders(|sheet| {
        sheet.merge_range(1, 0, 2, 0, "2026-04-03", &Format::new()).expect("a cell");
    });
    refused(
        bytes,
        "error[E501] orders.xlsx[Sheet1]:2:1 \"date\" is merged over rows 2 to 3, and only the first has the value. Fix: split the cell, and write the value into every row.",
    );
}

#[test]
fn sheets_that_cannot_be_told_are_refused() {
    refused(
        book(&[("Tabelle1", ORDERS), ("Tabelle2", VISITS)]),
        "error[E502] orders.xlsx:1:1 has no sheet \"orders\"; its sheets: Tabelle1, Tabelle2. Fix: rename the sheet, or name it in a mapping file (--map).",
    );
    refused(
        book(&[("Orders", ORDERS), ("Sales", ORDERS)]),
        "error[E502] orders.xlsx:1:1 has more than one sheet \"orders\"; its sheets: Orders, Sales. Fix: rename the sheet, or name it in a mapping file (--map).",
    );
    refused(
        book(&[("Orders", "")]),
        "error[E502] orders.xlsx[Orders]:1:1 is an empty sheet. Fix: export the table again.",
    );
}

#[test]
fn what_is_no_workbook_is_refused() {
    let whole = whole();
    for bytes in
        [&whole[..whole.len() / 2], b"PK\x03\x04 and nothing else", b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"]
    {
        let said = import(bytes);
        assert_eq!((said.status, said.instance), (REFUSED, None), "{}", said.talk);
        assert!(said.talk.starts_with("error[E10") && said.talk.contains(" orders.xlsx:1:1 "), "{}", said.talk);
        assert!(said.talk.contains(" Fix: "), "{}", said.talk);
    }
}
