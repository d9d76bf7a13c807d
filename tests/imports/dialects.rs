//! A made-up company comes out the same, however its files are written.

use rust_xlsxwriter::Workbook;
use tempfile::TempDir;

use crate::base::*;
use crate::books::fill;

const FILES: [&str; 4] = ["customers", "reps", "visits", "orders"];

/// A folder with the exports of a company and the instance that is due.
fn exported(customers: &str, reps: &str, seed: &str) -> (Company, String) {
    let company = Company { folder: TempDir::new().expect("a temporary folder") };
    let size = ["--family", "anchored", "--customers", customers, "--reps", reps, "--seed", seed];
    for target in [["--csv", "."], ["-o", "due.json"]] {
        let said = company.run(&[&["generate"][..], &size, &target].concat());
        assert_eq!(said.status, DONE, "{}", said.talk);
    }
    let due = company.read("due.json").expect("an instance");
    (company, due)
}

fn texts(company: &Company) -> [String; 4] {
    FILES.map(|name| company.read(&format!("{name}.csv")).expect("an export"))
}

#[track_caller]
fn same(company: &Company, due: &str, said: &Said) {
    assert_eq!((said.status, said.issues.as_str()), (DONE, ""), "{}", said.talk);
    assert!(said.instance.as_deref() == Some(due), "another instance: {}", said.talk);
    assert!(company.read("instance.json").is_some());
}

#[test]
fn exports_of_several_companies_are_read_to_the_byte() {
    for (customers, reps, seed) in [("1", "1", "1"), ("40", "3", "2"), ("300", "6", "3"), ("2000", "20", "4")] {
        let (company, due) = exported(customers, reps, seed);
        same(&company, &due, &company.import(&["--map", "map.json"]));
    }
}

#[test]
fn the_plans_of_both_are_the_same_bytes() {
    let (company, due) = exported("60", "3", "7");
    same(&company, &due, &company.import(&["--map", "map.json"]));
    let plans = ["due.json", "instance.json"].map(|name| {
        let said = company.run(&["solve", name, "-o", "plan.json"]);
        assert_eq!(said.status, DONE, "{}", said.talk);
        company.read("plan.json").expect("a plan")
    });
    assert_eq!(plans[0], plans[1]);
}

#[test]
fn german_exports_are_read_to_the_byte() {
    let (company, due) = exported("200", "5", "5");
    let titles = [
        ("customer_id", "Kundennummer"),
        ("owner", "Betreuer"),
        ("wallet_per_year", "Jahrespotenzial"),
        ("lat", "Breite"),
        ("lon", "Länge"),
        ("phone_ok", "Telefon-OK"),
        ("rep_id", "Personalnummer"),
        ("days_off", "Urlaubstage"),
        ("date", "Datum"),
        ("revenue", "Umsatz"),
        ("channel", "Kontaktart"),
    ];
    for (name, text) in FILES.iter().zip(texts(&company)) {
        let mut out = Vec::new();
        let mut rows = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        for (row, record) in rows.records().enumerate() {
            let cells: Vec<String> = record.expect("a record").iter().map(|cell| german(row, cell, &titles)).collect();
            let line = cells.join(";") + "\r\n";
            out.extend(line.chars().map(|character| u8::try_from(character).expect("Latin-1")));
        }
        company.write(&format!("{name}.csv"), out);
    }
    same(&company, &due, &company.import(&["--map", "map.json"]));
}

fn german(row: usize, cell: &str, titles: &[(&str, &str)]) -> String {
    if row == 0 {
        return titles.iter().find(|(title, _)| *title == cell).map_or(cell, |(_, german)| german).to_owned();
    }
    match (cell, cell.parse::<f64>()) {
        ("yes", _) => "ja".to_owned(),
        ("no", _) => "nein".to_owned(),
        ("visit", _) => "Besuch".to_owned(),
        (number, Ok(_)) => number.replace('.', ","),
        (day, _) if day.len() == 10 && day.starts_with("20") => format!("{}.{}.{}", &day[8..], &day[5..7], &day[..4]),
        (text, _) if text.contains(';') => format!("\"{text}\""),
        (text, _) => text.to_owned(),
    }
}

#[test]
fn one_workbook_is_read_to_the_byte() {
    let (company, due) = exported("200", "5", "6");
    let mut book = Workbook::new();
    for (name, text) in FILES.iter().zip(texts(&company)) {
        fill(book.add_worksheet().set_name(*name).expect("a name"), &text, 0);
    }
    company.write("book.xlsx", book.save_to_buffer().expect("a workbook"));
    let fixed = ["--period", "2026-07-01/13w", "-o", "instance.json"];
    let said = company.run(&[&["import", "--workbook", "book.xlsx", "--map", "map.json"][..], &fixed].concat());
    same(&company, &due, &said);
}
