//! The mapping file has the last word, and is read as strictly as everything else.

use crate::base::*;

fn with_map(name: &str, text: impl AsRef<[u8]>, map: &str) -> Said {
    let company = Company::with(name, text);
    company.write("map.json", format!("{{\"format\":\"visitplan-map/1\",{map}}}"));
    company.import(&["--map", "map.json"])
}

#[track_caller]
fn as_clean(name: &str, text: impl AsRef<[u8]>, map: &str) {
    let said = with_map(name, text, map);
    assert_eq!(said.instance.as_deref(), Some(clean().as_str()), "{}", said.talk);
}

#[test]
fn columns_rows_and_formats_are_as_stated() {
    as_clean("orders.csv", put(ORDERS, "revenue", "worth"), "\"orders\":{\"columns\":{\"revenue\":\"worth\"}}");
    let report = format!("{}{ORDERS}", "date,customer,revenue\n".repeat(20));
    as_clean("orders.csv", report, "\"orders\":{\"header_row\":21}");
    as_clean("orders.csv", ORDERS.replace(',', ";"), "\"orders\":{\"delimiter\":\";\"}");
    as_clean("orders.csv", ORDERS.replace("2026-04-03", "04/03/2026"), "\"orders\":{\"dates\":\"month_first\"}");
    let thousands = put(&put(&put(ORDERS, "1234.5", "1.234"), "65.5", "\"65,5\""), "750.25", "\"750,25\"");
    let said = with_map("orders.csv", thousands, "\"orders\":{\"decimal\":\",\"}");
    assert_eq!(said.instance, Some(put(&clean(), "\"sales\": 1300", "\"sales\": 1299.5")), "{}", said.talk);
    as_clean("visits.csv", put(VISITS, "R1,call", "R1,Fax"), "\"visits\":{\"channels\":{\"fax\":\"call\"}}");
}

#[test]
fn what_it_states_wrongly_is_refused() {
    for (map, words) in [
        (
            "\"orders\":{\"columns\":{\"revenu\":\"revenue\"}}",
            "is the column of \"revenu\", which is no field here. Fix: use one of date, customer, revenue, margin.",
        ),
        (
            "\"orders\":{\"columns\":{\"revenue\":\"revenu\"}}",
            "has no column \"revenu\", which the mapping file names for revenue. Fix: mend the mapping file; did you mean \"revenue\"?",
        ),
        ("\"orders\":{\"header_row\":99}", "has no row 99. Fix: mend \"header_row\" in the mapping file."),
        ("\"orders\":{\"decimals\":\",\"}", "decimal"),
        ("\"orders\":{\"dates\":\"american\"}", "is not a word known here. Fix: write one of day_first, month_first"),
    ] {
        let said = with_map("orders.csv", ORDERS, map);
        assert_eq!((said.status, said.instance), (REFUSED, None), "{}", said.talk);
        assert!(said.talk.contains(words), "{}", said.talk);
    }
}
