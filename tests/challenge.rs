//! The challenge loop: a plan goes out as workbooks, a region writes into one, and what it wants comes back with a price.

mod folder;

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use folder::{Folder, cents};
use rust_xlsxwriter::Workbook;
use serde_json::Value;

const QUARTER: &str = include_str!("../instances/quarter.json");

/// The rows of a sheet.
fn rows(bytes: &[u8], sheet: &str) -> Vec<Vec<Data>> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes.to_vec())).expect("a workbook");
    book.worksheet_range(sheet).expect("the sheet").rows().map(<[Data]>::to_vec).collect()
}

/// Writes a workbook as somebody's spreadsheet would, with other bytes and without formats.
fn save(sheets: &[(&str, Vec<Vec<Data>>)]) -> Vec<u8> {
    let mut book = Workbook::new();
    for (name, rows) in sheets {
        let sheet = book.add_worksheet();
        sheet.set_name(*name).expect("a name");
        for (row, cells) in (0..).zip(rows) {
            for (column, cell) in (0..).zip(cells) {
                match cell {
                    Data::Empty => {}
                    Data::Float(number) => drop(sheet.write_number(row, column, *number).expect("a cell")),
                    Data::Int(number) => drop(sheet.write_number(row, column, *number as f64).expect("a cell")),
                    other => drop(sheet.write_string(row, column, other.to_string()).expect("a cell")),
                }
            }
        }
    }
    book.save_to_buffer().expect("a workbook")
}

fn text(text: &str) -> Data {
    Data::String(text.to_owned())
}

/// Changes the rows of the sheet of customers in a workbook.
fn edit(folder: &Folder, name: &str, change: impl FnOnce(&mut Vec<Vec<Data>>)) {
    let bytes = std::fs::read(folder.path(name)).expect("the workbook");
    let mut plan = rows(&bytes, "plan");
    let width = plan[0].len();
    change(&mut plan);
    plan.iter_mut().for_each(|row| row.resize(width, Data::Empty));
    folder.write(name, save(&[("plan", plan), ("about", rows(&bytes, "about"))]));
}

/// Writes into the yellow columns of a customer.
fn wish(plan: &mut [Vec<Data>], customer: &str, wishes: &[(&str, Data)]) {
    for (title, value) in wishes {
        let column = plan[0].iter().position(|cell| *cell == *title).expect("the column");
        let row = plan.iter_mut().find(|row| row[0] == *customer).expect("the customer");
        row.resize(row.len().max(column + 1), Data::Empty);
        row[column] = value.clone();
    }
}

/// A quarter, its plan and its workbooks in `out`.
fn exported() -> (Folder, Vec<String>) {
    let folder = Folder::with(&[("i.json", QUARTER)]);
    folder.run("solve i.json --gap 0 -o plan.json").ends_with(0);
    folder.run("export i.json plan.json --by tag:region out").ends_with(0);
    let names = folder.names("out").into_iter().map(|name| format!("out/{name}")).collect();
    (folder, names)
}

/// The workbook in which a customer stands.
fn workbook_of<'n>(folder: &Folder, names: &'n [String], customer: &str) -> &'n str {
    let has = |name: &&String| {
        let bytes = std::fs::read(folder.path(name)).expect("the workbook");
        rows(&bytes, "plan").iter().any(|row| row[0] == *customer)
    };
    names.iter().find(has).expect("a workbook with the customer")
}

fn assignments(plan: &Value) -> BTreeMap<String, Value> {
    let all = plan["assignments"].as_array().expect("assignments").iter();
    all.map(|one| (one["customer"].as_str().expect("an id").to_owned(), one.clone())).collect()
}

#[test]
fn every_customer_stands_in_one_workbook_with_its_plan_and_why() {
    let (folder, names) = exported();
    assert!(names.len() >= 2 && names[0].starts_with("out/01-") && names.iter().all(|name| name.ends_with(".xlsx")));
    let plan = assignments(&folder.json("plan.json"));
    let mut seen = 0;
    for name in &names {
        let bytes = std::fs::read(folder.path(name)).expect("the workbook");
        let sheet = rows(&bytes, "plan");
        let titles: Vec<String> = sheet[0].iter().map(ToString::to_string).collect();
        assert_eq!(
            titles,
            [
                "customer",
                "name",
                "owner",
                "rep",
                "last visits",
                "plan visits",
                "plan calls",
                "worth (EUR)",
                "why",
                "your visits",
                "your rep",
                "reason",
                "by"
            ]
        );
        for row in &sheet[1..] {
            let visits = plan.get(&row[0].to_string()).map_or(0, |one| one["visits"].as_i64().expect("a number"));
            assert_eq!(row[5].to_string(), visits.to_string());
            assert!(row[8].to_string().len() > 20, "{row:?}");
            seen += 1;
        }
        let about = rows(&bytes, "about");
        let of = |what: &str| about.iter().find(|row| row[0] == text(what)).expect("the row")[1].to_string();
        assert_eq!((of("instance"), of("plan")), ("i.json".to_owned(), "plan.json".to_owned()));
        assert_eq!(of("instance sha256"), folder.json("plan.json")["instance"]["sha256"].as_str().unwrap());
    }
    assert_eq!(seen, 480);
    // Nobody's answers are lost, and the same plan gives the same bytes.
    let before = std::fs::read(folder.path(&names[0])).expect("the workbook");
    folder.run("export i.json plan.json out").ends_with(7).says("it exists; name another folder");
    folder.run("export i.json plan.json out --force").ends_with(0);
    assert!(before == std::fs::read(folder.path(&names[0])).expect("the workbook"));
    for by in ["rep", "owner", "segment", "tag:nothing"] {
        folder.run(&format!("export i.json plan.json --by {by} {}", by.replace(':', "-"))).ends_with(0);
    }
    assert_eq!(folder.names("tag-nothing"), ["01-none.xlsx"]);
    assert_eq!(folder.names("segment").len(), 4);
    folder.run("export i.json plan.json --by region other").ends_with(2);
}

#[test]
fn one_wish_changes_what_it_touches_and_its_price_is_the_difference_of_two_plans() {
    let (folder, names) = exported();
    let before = assignments(&folder.json("plan.json"));
    let name = workbook_of(&folder, &names, "c-002");
    edit(&folder, name, |plan| {
        wish(
            plan,
            "c-002",
            &[("your visits", Data::Float(4.0)), ("reason", text("tender in May")), ("by", text("Huber"))],
        );
        // What is sorted or deleted is nobody's wish, nor is what the plan does anyway.
        plan[1..].reverse();
        plan.retain(|row| row[0] != text("c-003"));
        let (customer, visits) = plan[1..]
            .iter()
            .find(|row| row[5] != Data::Float(0.0))
            .map(|row| (row[0].to_string(), row[5].clone()))
            .expect("a visit");
        if customer != "c-002" {
            wish(plan, &customer, &[("your visits", visits)]);
        }
    });
    let all = names.join(" ");
    let run = folder.run(&format!("decisions {all} --accept-below 1000 -o d.csv --rest rest.csv")).ends_with(0);
    let run =
        run.says("REQUESTS   1, each priced by the difference of two plans.").says("ACCEPTED   1 at 1,000 or less");
    assert_eq!(
        folder.read("d.csv"),
        "customer_id,rep_id,visits,calls,reason,by,date\nc-002,,4,,tender in May,Huber,\n"
    );
    assert_eq!(folder.read("rest.csv"), "customer_id,rep_id,visits,calls,reason,by,date,price\n");
    folder.run("solve i.json --decisions d.csv --price-decisions --gap 0 -o after.json").ends_with(0);
    let (old, new) = (folder.json("plan.json"), folder.json("after.json"));
    let price = cents(&old["value"]) - cents(&new["value"]);
    assert!(price > 0);
    assert_eq!(cents(&new["decisions"][0]["price"]), price);
    let shown = format!(
        "c-002 Practice Wertheim 1: 4 visits, \"tender in May\": costs {}; asked for by Huber",
        (price + 50) / 100
    );
    run.says(&shown);
    folder.run("verify i.json after.json").ends_with(0);
    // Owners are kept: only customers of c-002's rep change.
    let instance: Value = serde_json::from_str(QUARTER).expect("JSON");
    let after = assignments(&new);
    for customer in instance["customers"].as_array().expect("customers") {
        let id = customer["id"].as_str().expect("an id");
        if customer["owner"] != "jan" {
            assert_eq!(before.get(id), after.get(id), "{id}");
        }
    }
    assert_ne!(before["c-002"], after["c-002"]);
    assert_eq!(after["c-002"]["visits"], 4);
}

#[test]
fn what_costs_more_is_left_to_the_planner_with_its_price() {
    let (folder, names) = exported();
    edit(&folder, workbook_of(&folder, &names, "c-002"), |plan| {
        wish(plan, "c-002", &[("your visits", Data::Float(4.0)), ("reason", text("=1+1"))]);
    });
    let all = names.join(" ");
    let run = folder.run(&format!("decisions {all} --accept-below 10 --rest rest.csv")).ends_with(0);
    assert_eq!(run.out, "customer_id,rep_id,visits,calls,reason,by,date\n");
    run.says(
        "ACCEPTED   0 at 10 or less\nFOR YOU    1 to decide\n  c-002 Practice Wertheim 1: 4 visits, \"=1+1\": costs 1",
    );
    let rest = folder.read("rest.csv");
    assert!(rest.contains("\nc-002,,4,,'=1+1,region "), "{rest}");
    // The rest can be decided for all the same: its prices are another column.
    folder.run("solve i.json --decisions rest.csv -o after.json").ends_with(0);
    assert_eq!(folder.json("after.json")["decisions"][0]["reason"], "=1+1");
    folder
        .run(&format!("decisions {all} --fast"))
        .ends_with(0)
        .says("REQUESTS   1, priced by what hours are worth in the plan")
        .says("costs about 1");
}

#[test]
fn wishes_that_cannot_be_are_one_list_with_their_places() {
    let (folder, names) = exported();
    let name = workbook_of(&folder, &names, "c-002");
    edit(&folder, name, |plan| {
        let twice = plan.last().expect("a row").clone();
        plan.truncate(1);
        let row = |id: &str, visits: Data, rep: &str| {
            let mut row = vec![text(id), text("")];
            row.resize(9, Data::Empty);
            row.extend([visits, text(rep), Data::Empty, Data::Empty]);
            row
        };
        plan.push(row("c-02", Data::Float(1.0), ""));
        plan.push(row("c-002", text("four"), ""));
        plan.push(row("c-004", Data::Float(99.0), ""));
        plan.push(row("c-005", Data::Empty, "zoe"));
        plan.push(row("c-006", Data::Float(1.5), ""));
        plan.push(twice.clone());
        plan.push(twice);
        plan.push(row("", Data::Float(3.0), ""));
    });
    let run = folder.run(&format!("decisions {name} -o d.csv")).ends_with(3);
    let twice = {
        let bytes = std::fs::read(folder.path(name)).expect("the workbook");
        rows(&bytes, "plan")[6][0].to_string()
    };
    let place = |row: u32, column: u32| format!("{name}[plan]:{row}:{column}");
    let expected = [
        format!(
            "error[E501] {} \"customer\" = \"c-02\" is no customer of the plan. Fix: enter the id as it was exported; did you mean \"c-",
            place(2, 1)
        ),
        format!(
            "error[E501] {} \"your visits\" = \"four\" is no number. Fix: write a whole number, or nothing.",
            place(3, 10)
        ),
        format!(
            "error[E308] {} \"your visits\" = \"99\" fixes 99 visits, outside 0 to 13. Fix: change the decision or the range of visits.",
            place(4, 10)
        ),
        format!(
            "error[E501] {} \"your rep\" = \"zoe\" is no rep of the plan. Fix: name a rep by id or name.",
            place(5, 11)
        ),
        format!(
            "error[E501] {} \"your visits\" = \"1.5\" is not a whole number. Fix: write a whole number, or nothing.",
            place(6, 10)
        ),
        format!(
            "error[E501] {} \"customer\" = \"{twice}\" stands in {name}[plan] row 7 too. Fix: keep one of the two rows.",
            place(8, 1)
        ),
        format!("error[E501] {} \"customer\" has no customer. Fix: enter the id as it was exported.", place(9, 1)),
    ];
    let said: Vec<&str> = run.talk.lines().collect();
    assert_eq!(said.len(), expected.len(), "{}", run.talk);
    for (said, expected) in said.iter().zip(&expected) {
        assert!(said.starts_with(expected.as_str()), "{said}\n{expected}");
    }
    assert!(!folder.path("d.csv").exists());
}

#[test]
fn a_column_that_was_sorted_alone_is_noticed() {
    let (folder, names) = exported();
    let name = workbook_of(&folder, &names, "c-002");
    edit(&folder, name, |plan| {
        wish(plan, "c-002", &[("your visits", Data::Float(4.0))]);
        let names: Vec<Data> = plan[1..].iter().map(|row| row[1].clone()).rev().collect();
        plan[1..].iter_mut().zip(names).for_each(|(row, name)| row[1] = name);
    });
    folder
        .run(&format!("decisions {name}"))
        .ends_with(3)
        .says("stands beside the name of another customer")
        .says("Fix: sort whole rows, not single columns.");
}

#[test]
fn workbooks_are_read_beside_the_plan_they_speak_of() {
    let (folder, names) = exported();
    folder.run(&format!("decisions {}", names[0])).ends_with(0).says("Nobody wants anything else than the plan.");
    // Another plan of the same instance, and its workbooks.
    folder.write("q.csv", "customer_id,visits\nc-002,4\n");
    folder.run("solve i.json --decisions q.csv -o other.json").ends_with(0);
    folder.run("export i.json other.json others").ends_with(0);
    let other = format!("others/{}", folder.names("others")[0]);
    folder.run(&format!("decisions {} {other}", names[0])).ends_with(3).says(&format!(
        "{other}[plan]:1:1 is of another plan than {}[plan]. Fix: read the workbooks of one export together.",
        names[0]
    ));
    folder
        .run(&format!("decisions {} --plan other.json", names[0]))
        .ends_with(3)
        .says("is about another plan than other.json");
    folder.write("changed.json", QUARTER.replacen("Germany", "germany", 1));
    folder.run("solve changed.json -o changed.plan.json").ends_with(0);
    folder
        .run(&format!("decisions {} --instance changed.json --plan changed.plan.json", names[0]))
        .ends_with(3)
        .says("is about another instance than changed.json")
        .says("Fix: name the instance that was exported with --instance, or export again.");
    folder.run("decisions i.json").ends_with(3).says("is no workbook");
    // What was decided before and what is wanted now contradict each other.
    let others: Vec<String> = folder.names("others").into_iter().map(|name| format!("others/{name}")).collect();
    let name = workbook_of(&folder, &others, "c-002");
    edit(&folder, name, |plan| wish(plan, "c-002", &[("your visits", Data::Float(6.0))]));
    folder
        .run(&format!("decisions {name}"))
        .ends_with(3)
        .says("decides 6 visits for \"c-002\", and a decision of the plan says 4 visits. Fix: keep one of the two.");
}

#[test]
fn no_cell_is_a_formula_whatever_the_names() {
    let hostile =
        ["=HYPERLINK(\"http://x\",\"y\")", "+1", "-1", "@SUM(1)", "=1+1|cmd", " =1", "http://example.com", "\u{ff1d}1"];
    let customers: Vec<String> = hostile
        .iter()
        .map(|name| {
            let name = Value::from(*name);
            format!(
                r#"{{ "id": {name}, "name": {}, "potential": 900, "visit_value": 300, "tags": {{ "region": {name} }},
                  "coverage": [ {{ "rep": "=rep", "minutes_per_visit": 60 }} ] }}"#,
                Value::from(format!("\t{}", name.as_str().unwrap()))
            )
        })
        .collect();
    let instance = format!(
        r#"{{ "format": "visitplan-instance/1", "name": "=name", "currency": "=EUR", "model": "field",
          "reps": [ {{ "id": "=rep", "name": "-rep", "hours": 10, "tags": {{ "region": "@all" }} }} ],
          "customers": [ {} ] }}"#,
        customers.join(",")
    );
    let folder = Folder::with(&[("i.json", &instance)]);
    folder.run("solve i.json -o plan.json").ends_with(0);
    folder.run("export i.json plan.json out").ends_with(0);
    let mut ids = Vec::new();
    for name in folder.names("out") {
        assert!(name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.')), "{name}");
        let name = format!("out/{name}");
        let bytes = std::fs::read(folder.path(&name)).expect("the workbook");
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes.clone())).expect("a workbook");
        for sheet in ["plan", "about"] {
            let mut cells = book.worksheet_cells_reader(sheet).expect("the sheet");
            while let Some(cell) = cells.next_cell_with_formula_metadata().expect("a cell") {
                assert!(cell.formula.is_none(), "{name}[{sheet}] {:?}", cell.pos);
            }
        }
        let id = rows(&bytes, "plan")[1][0].to_string();
        edit(&folder, &name, |plan| {
            wish(plan, &id, &[("your visits", Data::Float(0.0)), ("your rep", text("")), ("reason", text("-2+3"))])
        });
        ids.push(id);
    }
    ids.sort();
    let mut expected = hostile.to_vec();
    expected.sort_unstable();
    assert_eq!(ids, expected);
    // The same ids come back through the CSV file, in which no cell is a formula either.
    let all: Vec<String> = folder.names("out").into_iter().map(|name| format!("out/{name}")).collect();
    folder.run(&format!("decisions {} --accept-below 100000 -o d.csv", all.join(" "))).ends_with(0);
    let csv = folder.read("d.csv");
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let mut count = 0;
    for record in reader.records() {
        let record = record.expect("a row");
        count += 1;
        for cell in &record {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\u{ff1d}']), "{cell}");
        }
    }
    assert!(count > 2, "{csv}");
    folder.run("solve i.json --decisions d.csv -o after.json").ends_with(0);
    assert_eq!(folder.json("after.json")["decisions"].as_array().map(Vec::len), Some(count));
}
