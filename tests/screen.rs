//! The first screen: its figures are those of the plan, its words those of a planner.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;
use visitplan::changes::Changes;
use visitplan::engine::{Answer, Settings, solve};
use visitplan::instance::Instance;
use visitplan::problem::Problem;

/// Runs `solve` in a folder of its own; the plan goes to a file, and what was said comes back.
fn said(instance: &Value, arguments: &[&str]) -> String {
    let folder = TempDir::new().expect("a folder");
    std::fs::write(folder.path().join("i.json"), instance.to_string()).expect("the instance is written");
    let output = Command::new(env!("CARGO_BIN_EXE_visitplan"))
        .args(["solve", "i.json", "-o", "p.json"])
        .args(arguments)
        .current_dir(folder.path())
        .output()
        .expect("the program runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stderr).expect("UTF-8")
}

fn quarter() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("instances/quarter.json");
    serde_json::from_str(&std::fs::read_to_string(path).expect("the instance")).expect("JSON")
}

/// One rep with the time for six visits of an hour, and customers with one visit less than they had, more, none.
fn four_customers() -> Value {
    let customer = |id: &str, last: u32, status: &str, table: Value| {
        json!({"id": id, "name": id.to_uppercase(), "owner": "r", "status": status, "last_visits": last,
               "coverage": [{"rep": "r", "minutes_per_visit": 60, "revenue": table}]})
    };
    json!({
        "format": "visitplan-instance/1",
        "reps": [{"id": "r", "hours": 6}],
        "customers": [
            customer("cut", 3, "active", json!([0, 90, 91, 92])),
            customer("kept", 1, "active", json!([0, 80])),
            customer("lost", 1, "active", json!([0, 5])),
            customer("grown", 1, "active", json!([0, 50, 95])),
            customer("won", 0, "new", json!([0, 60, 110]))
        ],
        "model": "field"
    })
}

#[test]
fn says_who_gets_more_visits_or_fewer_and_who_none_any_more() {
    let instance = Instance::from_json(&four_customers().to_string()).expect("a valid instance");
    let problem = Problem::new(&instance).expect("sums that fit");
    let Answer::Plan(plan) = solve(&instance, &problem, Settings::default()) else { panic!("no plan") };
    let changes = Changes::of(&instance, &problem, &plan.choices);
    let counts = [changes.more, changes.fewer, changes.by_phone, changes.dropped, changes.anew, changes.as_before];
    assert_eq!(counts, [1, 1, 0, 1, 1, 1]);
    assert_eq!((changes.changed, changes.visits_to_win), (4, 2));
    let [lost] = changes.losing[..] else { panic!("one customer is lost") };
    assert_eq!((lost.before, lost.now, lost.sales.0, lost.freed.0), (1, 0, -500, 60));
    let [cut] = changes.reduced[..] else { panic!("one customer is cut") };
    assert_eq!((cut.before, cut.now, cut.sales.0, cut.freed.0), (3, 1, -200, 120));

    let text = said(&four_customers(), &["--unchanged", "0"]);
    assert!(
        text.contains("Customers: 1 get more visits, 1 fewer, 1 are visited anew, 1 no longer, 1 as before."),
        "{text}"
    );
    assert!(text.contains("2 visits go to inactive and new customers (33 % of all)."), "{text}");
    assert!(text.contains("Not visited any more, and sales fall most: LOST (-5)"), "{text}");
    assert!(text.contains("Visited more often than pays: CUT (3 > 1 visits)"), "{text}");
    assert!(!text.contains("as they are instead"), "{text}");
}

#[test]
fn says_what_keeping_most_customers_as_they_were_costs_and_that_is_what_the_rule_costs() {
    // Two of five may change: growing one customer and winning one cost the hours of what is cut and lost.
    let text = said(&four_customers(), &["--unchanged", "0.6", "--gap", "0"]);
    let mut ruled = four_customers();
    ruled["model"] = json!({"format": "visitplan-model/1", "channels": "field",
                            "rules": [{"max_changed_customers": {"share": 0.4}}]});
    let value = |document: &Value| {
        let instance = Instance::from_json(&document.to_string()).expect("a valid instance");
        let problem = Problem::new(&instance).expect("sums that fit");
        let Answer::Plan(plan) = solve(&instance, &problem, Settings::default()) else { panic!("no plan") };
        plan.value
    };
    let cost = (value(&four_customers()) - value(&ruled)) / 100;
    assert!(cost > 0);
    let words =
        format!("Keep 60 % of the customers as they are instead? Costs {cost}: rule max_changed_customers, share 0.4.");
    assert!(text.contains(&words), "{words}\n{text}");
    let text = said(&ruled, &[]);
    assert!(
        text.contains("Your rule lets 40 % of the customers change (2 change at all). One more would be worth about"),
        "{text}"
    );
}

#[test]
fn shows_regions_where_reps_have_them_and_every_rep_where_all_are_asked_for() {
    let text = said(&quarter(), &["--unchanged", "0"]);
    assert!(text.contains("region") && text.contains("East") && !text.contains("Greta B.  "), "{text}");
    let text = said(&quarter(), &["--unchanged", "0", "-v"]);
    assert!(text.contains("Greta B.  "), "{text}");
}

#[test]
fn says_how_many_wallets_are_estimates() {
    let text = said(&quarter(), &["--unchanged", "0"]);
    assert!(text.contains("The wallets of 139 customers are estimates."), "{text}");
}

#[test]
fn has_no_word_that_only_a_solver_knows() {
    let mut ruled = quarter();
    ruled["model"] = json!({"format": "visitplan-model/1", "rules": [{"max_changed_customers": {"share": 0.3}}]});
    for instance in [quarter(), ruled] {
        let text = said(&instance, &["--gap", "0.01"]).to_lowercase();
        for word in ["gap", "bound", "dual", "objective", "shadow", "certificate", "knapsack", "infeasib", "revenue"] {
            assert!(!text.contains(word), "{word}: {text}");
        }
    }
}
