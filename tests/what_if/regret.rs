//! Regret: what a plan loses if the visit values are others.

use serde_json::{Value, json};

use super::folder::{Folder, cents};
use super::quarter;

fn regret(folder: &Folder, more: &str) -> Value {
    let run = folder.run(&format!("what-if i.json {more}")).ends_with(0);
    serde_json::from_str(&run.out).expect("JSON")
}

#[test]
fn the_more_values_are_wrong_the_more_a_plan_loses_and_by_nothing_it_loses_nothing() {
    let folder = Folder::with(&[("i.json", &quarter().to_string())]);
    let loss = |error: &str| {
        let document = regret(&folder, &format!("--vvp-error {error} --draws 20 --quiet --gap 0"));
        document["mean_loss"].as_f64().expect("a share")
    };
    let losses = ["0", "0.2", "0.6"].map(loss);
    assert!(losses[0] <= 0.0001 && losses[0] < losses[1] && losses[1] < losses[2], "{losses:?}");
    let of_0 = regret(&folder, "--vvp-error 0 --draws 3 --quiet --gap 0");
    assert!(of_0["draws"].as_array().expect("a list").iter().all(|draw| draw["value"] == of_0["value"]), "{of_0}");
}

#[test]
fn threads_change_nothing_and_the_figures_of_a_draw_add_up() {
    let folder = Folder::with(&[("i.json", &quarter().to_string())]);
    let document = regret(&folder, "--vvp-error 0.3 --draws 12 --threads 1");
    assert_eq!(document, regret(&folder, "--vvp-error 0.3 --draws 12 --threads 3"));
    assert_ne!(document["draws"], regret(&folder, "--vvp-error 0.3 --draws 12 --seed 2")["draws"]);
    let draws = document["draws"].as_array().expect("a list");
    for draw in draws {
        let [value, best, bound] = ["value", "best", "bound"].map(|field| cents(&draw[field]));
        assert!(value <= best && best <= bound, "{draw}");
        let loss = (bound - value) as f64 / bound as f64;
        assert!((draw["loss"].as_f64().expect("a share") - loss).abs() < 2e-6, "{draw}");
    }
    let worst = draws.iter().map(|draw| draw["loss"].as_f64().expect("a share")).fold(0.0, f64::max);
    assert_eq!(document["worst_loss"].as_f64(), Some(worst));
}

#[test]
fn of_two_customers_for_one_visit_the_flip_is_found() {
    // 100 against 99: whoever draws more is visited; with an error of 0.001 it is always the first.
    let customer = |id: &str, value: u32| {
        json!({"id": id, "potential": 1000, "visit_value": value, "visits": {"max": 1},
            "coverage": [{"rep": "r", "minutes_per_visit": 60}]})
    };
    let instance = json!({
        "format": "visitplan-instance/1", "reps": [{"id": "r", "hours": 1}],
        "customers": [customer("a", 100), customer("b", 99)], "model": "field"
    });
    let folder = Folder::with(&[("i.json", &instance.to_string())]);
    let sure = regret(&folder, "--vvp-error 0.001 --draws 50 --gap 0");
    assert_eq!((&sure["flips"], &sure["worst_loss"]), (&json!([]), &json!(0)));
    let unsure = regret(&folder, "--vvp-error 0.2 --draws 50 --gap 0");
    let flips = unsure["flips"].as_array().expect("a list");
    let ids: Vec<&Value> = flips.iter().map(|flip| &flip["customer"]).collect();
    assert!(ids.len() == 2 && ids.contains(&&json!("a")) && ids.contains(&&json!("b")), "{unsure}");
    // One is dropped where the other is taken up.
    assert_eq!(flips[0]["another_rep"], flips[1]["another_rep"]);
    let share = flips[0]["another_rep"].as_f64().expect("a share");
    assert!(share > 0.2 && share < 0.8, "{share}");
    let worst = unsure["worst_loss"].as_f64().expect("a share");
    assert!(worst > 0.05 && worst < 0.4, "{worst}: at most 1 - 0.8 x 100 / (1.2 x 99)");
}

#[test]
fn a_rule_about_revenue_holds_for_the_values_it_was_made_for() {
    let mut instance = quarter();
    let folder = Folder::with(&[("i.json", &instance.to_string())]);
    let value = regret(&folder, "--vvp-error 0 --draws 1 --quiet")["value"].as_f64().expect("a value");
    instance["model"] = serde_json::from_str(include_str!("../../models/field-sales.json")).expect("JSON");
    instance["model"]["rules"] = json!([{"min_revenue": {"revenue": (value * 0.9999).floor()}}]);
    folder.write("i.json", instance.to_string());
    let document = regret(&folder, "--vvp-error 0.4 --draws 10 --quiet");
    assert_eq!(document["draws"].as_array().expect("a list").len(), 10);
}
