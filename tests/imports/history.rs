//! What the past comes to, by hand.

use crate::base::*;

/// The fields of a customer in the instance.
fn customer(said: &Said, id: &str) -> serde_json::Value {
    let text = said.instance.as_deref().unwrap_or_else(|| panic!("{}", said.talk));
    let instance: serde_json::Value = serde_json::from_str(text).expect("JSON");
    let customers = instance["customers"].as_array().expect("customers");
    customers.iter().find(|customer| customer["id"] == id).expect("the customer").clone()
}

#[test]
fn sales_visits_and_calls_of_the_reference_period_are_counted() {
    let said = Company::new().import(&[]);
    let first = customer(&said, "00101");
    assert_eq!((&first["sales"], &first["last_visits"]), (&serde_json::json!(1300), &serde_json::json!(1)));
    assert_eq!(first["last_calls"], 1);
    assert_eq!(first["wallet"], 10_000);
}

#[test]
fn the_same_weeks_of_last_year_can_be_the_reference() {
    let last_year = |text: &str| text.replace("2026-", "2025-");
    let company = Company::with("orders.csv", last_year(ORDERS).replace("2025-04-03", "2025-07-02"));
    company.write("visits.csv", last_year(VISITS).replace("2025-04-03", "2025-07-02"));
    let said = company.import(&["--reference", "last-year"]);
    let first = customer(&said, "00101");
    assert_eq!((&first["sales"], &first["last_visits"]), (&serde_json::json!(1234.5), &serde_json::json!(1)));
    assert!(said.talk.contains("2025-07-02 to 2025-09-30"), "{}", said.talk);
}

#[test]
fn margins_are_shares_per_cents_or_amounts() {
    let with = |title: &str, margins: [&str; 6]| {
        let mut out = String::new();
        for (line, margin) in ORDERS.lines().zip([title].into_iter().chain(margins)) {
            out += &format!("{line},{margin}\n");
        }
        Company::with("orders.csv", out).import(&[])
    };
    // 0.4 of 1234.50 and 0.2 of 65.50 are 506.90 of 1300.
    for (title, margins) in [
        ("margin", ["0.4", "0.2", "0.5", "0.5", "-0.1", "0.5"]),
        ("margin", ["40 %", "20 %", "50%", "50%", "-10%", "50%"]),
        ("Margin %", ["40", "20", "50", "50", "-10", "50"]),
        ("margin", ["493.80", "13.10", "250", "375", "-200", "150"]),
    ] {
        let said = with(title, margins);
        assert_eq!(customer(&said, "00101")["margin"], 0.389923, "{title} {margins:?}");
        assert!(said.issues.contains("has a margin below zero or above its sales"), "{}", said.issues);
    }
    let said = with("margin", ["0.4", "0.2", "35", "0.5", "0.3", "0.5"]);
    assert_eq!(
        said.talk.trim_end(),
        "error[E501] orders.csv:4:4 \"margin\" is above 1, and 5 of 6 margins are shares of at most 1. Fix: write all margins as shares, or all as amounts of money."
    );
}

#[test]
fn lengths_of_visits_are_the_middle_of_those_recorded() {
    let mut visits = String::new();
    for (line, minutes) in VISITS.lines().zip(["minutes", "20", "5", "20", "20", "20", "25"]) {
        visits += &format!("{line},{minutes}\n");
    }
    visits += "2026-06-10,00105,R1,visit,90\n2026-06-11,00105,R1,visit,40\n2026-06-12,00105,R1,visit,9999\n";
    let company = Company::with("visits.csv", visits);
    company.write("customers.csv", put(CUSTOMERS, "8000,,,30,", "8000,,,,"));
    let said = company.import(&[]);
    assert_eq!(customer(&said, "00105")["visit_minutes"], 40);
    assert_eq!(customer(&said, "00105")["last_visits"], 4);
    assert_eq!(
        said.issues,
        "visits.csv,10,minutes,9999,\"is no length of a visit in minutes: the visit counts, its length does not\",write minutes from 1 to 1440\n"
    );
}

#[test]
fn postcodes_give_places() {
    let mut customers = String::new();
    for (line, postcode) in CUSTOMERS.lines().zip(["plz", "10115", "10117", "80331", "80333", "10115"]) {
        customers += &format!("{line},{postcode}\n");
    }
    let company = Company::with("customers.csv", customers);
    // By another customer of the postcode, or by the list of places.
    assert_eq!(customer(&company.import(&[]), "00105")["location"]["lat"], 52.5);
    company.write("places.csv", "PLZ,Lat,Lon\n10115,52.532,13.382\n10115,52.534,13.384\n");
    assert_eq!(customer(&company.import(&["--places", "places.csv"]), "00105")["location"]["lat"], 52.533);
}

#[test]
fn wallets_that_nobody_knows_are_the_median_of_those_known() {
    // Wallets of 13 weeks by sales: 10000/1300, 5000.13/500, 3000/2000, 2000/300; the lower middle is 2000/300.
    let wallet = &customer(&Company::new().import(&[]), "00103")["wallet"];
    assert_eq!(*wallet, 5001.67);
}

#[test]
fn owners_on_no_list_are_vacant_and_without_a_channel_all_rows_are_visits() {
    let company = Company::with("customers.csv", put(CUSTOMERS, "A,R1", "A,R9"));
    company.write("visits.csv", VISITS.replace(",channel", "").replace(",visit", "").replace(",call", ""));
    let said = company.import(&[]);
    assert_eq!(customer(&said, "00101")["last_visits"], 2);
    assert!(said.instance.as_deref().unwrap_or_default().contains("\"vacant\""));
    assert!(said.talk.contains("no column says how customers were met: all rows count as visits in person"));
}
