//! `visitplan explain`

use comfy_table::{CellAlignment, Table, presets::NOTHING};

use super::output::{print, printable};
use super::passing::Passing;
use super::planned::{self, Planned, Reading};
use super::{Exit, Failure, ModelArgument, Place, input};
use crate::explain::{Explanation, Step, explain, introduce};
use crate::json::{Refusal, did_you_mean};
use crate::problem::Choice;
use crate::units::Money;

/// Other options shown unless all are asked for.
const MOST_OTHERS: usize = 8;

/// Arguments of `explain`.
#[derive(clap::Args)]
pub struct Arguments {
    /// The instance; - is standard input
    instance: String,
    /// A plan of it, which is verified first
    plan: String,
    /// The customer to explain
    #[arg(long, value_name = "ID")]
    customer: String,
    /// Show every other option
    #[arg(short, long)]
    verbose: bool,
    #[command(flatten)]
    model: ModelArgument,
}

/// Says why a customer gets what it gets.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let place = Place::from(arguments.instance.as_str());
    let (instance, _) = input::instance(&place, &arguments.model)?;
    let Some(customer) = instance.customers.iter().position(|customer| *customer.id == *arguments.customer) else {
        let near = did_you_mean(&arguments.customer, instance.customers.iter().map(|customer| &*customer.id));
        let problem = format!("has no customer \"{}\"", arguments.customer);
        return Err(
            Refusal::whole_file(&arguments.instance, "E401", problem, format!("name a customer's id{near}")).into()
        );
    };
    let planned = match planned::of(instance, &place, &Place::from(arguments.plan.as_str()), &arguments.model)? {
        Reading::Planned(planned) => planned,
        Reading::Rejected(why) => return planned::reject(&why),
    };
    let Planned { instance, decisions, prices, .. } = &*planned;
    let (problem, choices) = planned.in_the_end();
    let explanation = explain(instance, problem, customer, choices[customer], prices);
    let introduction = introduce(instance, &instance.customers[customer]);
    let by_hand = decisions.iter().find(|decision| decision.customer == arguments.customer);
    let by_hand = by_hand.map_or_else(String::new, |decision| format!("\nDECIDED    {}", decision.words(instance)));
    let changed = planned.passing.as_ref().map_or_else(String::new, |passing| changed(passing, &planned, customer));
    print(&printable(&format!(
        "{introduction}{by_hand}\n{changed}{}",
        shown(&explanation, planned.passing.is_some(), arguments.verbose)
    )))?;
    Ok(Exit::Done)
}

/// What the post-pass changed for the customer, if anything, and what it is worth in the plan before.
fn changed(passing: &Passing, planned: &Planned, customer: usize) -> String {
    let Some(at) = passing.edits.iter().position(|edit| edit.customer == customer) else { return String::new() };
    let (edit, change) = (&passing.edits[at], &passing.changes[at]);
    let before = explain(&planned.instance, &passing.wide.problem, customer, edit.from, &planned.prices);
    let rule = change.rule.word();
    let before = if edit.from == Choice::NOTHING {
        "neither visit nor call".to_owned()
    } else {
        format!("{}, worth {}", before.chosen.words, before.chosen.value)
    };
    format!(
        "\nCHANGED    by the rule {rule} of the post-pass ({})\n           {}\n           before: {before}\n",
        edit.revenue.signed(),
        change.why
    )
}

fn shown(explanation: &Explanation, is_passed: bool, verbose: bool) -> String {
    let chosen = &explanation.chosen;
    let mut text = format!("\nTHE PLAN   {}: {}, worth {}\n", chosen.words, chosen.minutes, chosen.value);
    let per_hour =
        |step: &Step| if step.takes.0 > 0 { format!("{:.2} an hour", step.per_hour()) } else { "no time".to_owned() };
    let price =
        explanation.hour_price.map_or_else(String::new, |price| format!("; an hour of this rep is worth {price:.2}"));
    if let Some(step) = &explanation.last_visit {
        text += &format!(
            "WHY        visit {} adds {} in {}: {}{price}\n",
            step.visit,
            step.adds,
            step.takes,
            per_hour(step)
        );
    }
    if let Some(step) = &explanation.next_visit {
        text +=
            &format!("           visit {} would add {} in {}: {}\n", step.visit, step.adds, step.takes, per_hour(step));
    }
    let Some(cheapest) = explanation.others.first() else {
        return text + "           there is no other option\n";
    };
    if chosen.words == "nothing" && cheapest.costs > 0.0 {
        text += &format!(
            "WHY        the time is worth more elsewhere. The nearest option is {}: worth {}, it would have to add {:.2} more\n",
            cheapest.option.words, cheapest.option.value, cheapest.costs
        );
    }
    text += "\nINSTEAD    what the plan would lose, all time paid at its price\n";
    let mut table = Table::new();
    table.load_style(NOTHING);
    table.set_header(["  option", "time", "worth", "costs"]);
    let most = if verbose { usize::MAX } else { MOST_OTHERS };
    for other in explanation.others.iter().take(most) {
        table.add_row([
            format!("  {}", other.option.words),
            other.option.minutes.to_string(),
            other.option.value.to_string(),
            Money((other.costs * 100.0).round() as i64).to_string(),
        ]);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    text += &format!("{}\n", table.trim_fmt());
    if explanation.others.len() > most {
        text += &format!("  and {} more; -v shows all.\n", explanation.others.len() - most);
    }
    if cheapest.costs <= -0.005 {
        text += match is_passed {
            true => {
                "  A negative cost: better at these prices, but no rule of the post-pass leads there, or there is no room.\n"
            }
            false => "  A negative cost: better at these prices, but there is no room for it.\n",
        };
    }
    text
}
