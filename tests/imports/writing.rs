//! What an import writes, and what it leaves alone.

use crate::base::*;

#[test]
fn nothing_is_written_where_files_are_refused() {
    let company = Company::with("orders.csv", "nonsense\n");
    let before = ["{}", "file,row,column,value,problem,remedy\nold,1,,,,\n"];
    company.write("instance.json", before[0]);
    company.write("import-issues.csv", before[1]);
    let said = company.import(&[]);
    assert_eq!(said.status, REFUSED);
    assert_eq!(company.read("instance.json").as_deref(), Some(before[0]));
    assert_eq!(company.read("import-issues.csv").as_deref(), Some(before[1]));
}

#[test]
fn a_list_of_issues_is_written_over_an_older_one_and_over_nothing_else() {
    let company = Company::new();
    company.write("import-issues.csv", "file,row,column,value,problem,remedy\nold,1,,,,\n");
    let said = company.import(&[]);
    assert_eq!((said.status, said.issues.as_str()), (DONE, ""), "{}", said.talk);
    // Not even over a file that is no UTF-8.
    for other in [&b"my own notes\n"[..], b"PK\x03\x04\xff\xfe"] {
        let company = Company::with("import-issues.csv", other);
        let said = company.import(&[]);
        assert_eq!((said.status, said.instance), (NOT_WRITTEN, None), "{}", said.talk);
        assert!(said.talk.contains("is something else than a list of issues; name another file with --issues"));
        assert_eq!(std::fs::read(company.folder.path().join("import-issues.csv")).expect("the file"), other);
    }
}

#[test]
fn no_file_that_is_read_is_written_to() {
    let company = Company::new();
    let said = company.import(&["--issues", "orders.csv"]);
    assert_eq!(said.status, NOT_WRITTEN, "{}", said.talk);
    assert_eq!(company.read("orders.csv").as_deref(), Some(ORDERS));
}

#[test]
fn a_reference_period_in_the_planning_period_is_wrong_use() {
    let said = Company::new().import(&["--reference", "2026-06-01"]);
    assert_eq!((said.status, said.instance), (WRONG_USE, None));
    assert!(
        said.talk.contains("the period of --reference must end before the planning period begins"),
        "{}",
        said.talk
    );
}

#[test]
fn what_cannot_be_planned_with_is_refused_and_no_internal_error() {
    let company =
        Company::with("map.json", "{\"format\":\"visitplan-map/1\",\"instance\":{\"telesales\":[{\"id\":\"\"}]}}");
    let said = company.import(&["--map", "map.json"]);
    assert_eq!((said.status, said.instance), (REFUSED, None), "{}", said.talk);
}
