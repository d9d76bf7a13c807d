//! `visitplan compare`

use std::collections::HashMap;

use super::output::{print, printable, talk};
use super::screen::{self, count, hours, table, texts};
use super::{Exit, Failure, ModelArgument, Place, input, planned};
use crate::difference::{Counts, Difference, Group, Handover, Sums, groups};
use crate::engine::{Answer, Control, Engine, Settings, Start};
use crate::instance::Instance;
use crate::json::utf8;
use crate::matrix::{Cells, Position};
use crate::model::Rule;
use crate::plan::{Names, ReadAssignment, ReadOutline, ReadPlan, Status};
use crate::problem::{Choice, Problem};
use crate::units::{Money, plural};
use crate::verify::{Rejected, verify};

/// Customers who change hands that are shown unless all are asked for.
const MOST_HANDOVERS: usize = 12;
/// Reps that are shown unless all are asked for.
const MOST_REPS: usize = 24;
/// Per mille of the changed owners that are allowed, in the sweep.
const ALLOWED: [u32; 7] = [0, 50, 100, 250, 500, 750, 1000];

/// Arguments of `compare`.
#[derive(clap::Args)]
pub struct Arguments {
    /// A plan
    first: String,
    /// The plan that it is compared with
    second: String,
    /// Their instance: verifies those that are of it, and groups customers by segment and cell of the matrix
    #[arg(long)]
    instance: Option<String>,
    /// What it would cost to let fewer customers change owners than the second plan does: plans anew with
    /// max_changed_owners at several numbers
    #[arg(long, requires = "instance")]
    stability: bool,
    /// Write the figures as JSON
    #[arg(long)]
    json: bool,
    /// Show every customer who changes hands
    #[arg(short, long)]
    verbose: bool,
    #[command(flatten)]
    model: ModelArgument,
}

/// Shows what differs between two plans.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let names = [&arguments.first, &arguments.second];
    let places = names.map(|name| Place::from(name.as_str()));
    if places.iter().filter(|place| **place == Place::Standard).count() > 1 {
        return Err(Failure::Usage("only one of the plans can come from standard input"));
    }
    let files = places.each_ref().map(|place| place.shown("standard input"));
    let [first, second] = [input::bytes(&places[0])?, input::bytes(&places[1])?];
    let texts = [utf8(&files[0], &first)?, utf8(&files[1], &second)?];
    let plans = [ReadOutline::from_json(&files[0], texts[0])?, ReadOutline::from_json(&files[1], texts[1])?];
    let ground = match &arguments.instance {
        None => {
            talk("notice: the plans are taken as they are; --instance INSTANCE verifies them");
            None
        }
        Some(name) => match ground(name, &arguments.model, &files, texts, &plans)? {
            Ok(ground) => Some(ground),
            Err(rejected) => return planned::reject(&rejected),
        },
    };
    let difference = Difference::of(&plans[0], &plans[1]);
    let by = ground.as_ref().map_or_else(Vec::new, |(instance, _)| groupings(instance, &plans));
    if arguments.json {
        let by: serde_json::Map<String, serde_json::Value> = by
            .iter()
            .map(|(name, groups)| ((*name).to_owned(), serde_json::to_value(groups).unwrap_or_default()))
            .collect();
        let document = serde_json::json!({ "difference": difference, "groups": by });
        let text = serde_json::to_string_pretty(&document).map_err(|error| Failure::Internal(error.to_string()))?;
        print(&format!("{text}\n"))?;
    } else {
        print(&printable(&shown(names, &plans, &difference, &by, arguments.verbose)))?;
    }
    if let (true, Some((instance, problem)), Some(name)) = (arguments.stability, &ground, &arguments.instance) {
        let text = match ReadOutline::scenario(texts[1]) {
            None => stability(instance, problem, &files[1], texts[1])?,
            Some(_) => {
                let place = Place::from(name.as_str());
                let instance = input::of_plan(instance.clone(), &place, &arguments.model, &files[1], texts[1])?;
                stability(&instance, &input::problem(&instance, &place)?, &files[1], texts[1])?
            }
        };
        print(&printable(&text))?;
    }
    Ok(Exit::Done)
}

/// The instance with its problem, after verifying the plans that are of it.
fn ground(
    name: &str,
    model: &ModelArgument,
    files: &[String; 2],
    texts: [&str; 2],
    plans: &[ReadOutline<'_>; 2],
) -> Result<Result<(Instance, Problem), Rejected>, Failure> {
    let place = Place::from(name);
    let (instance, _) = input::instance(&place, model)?;
    let problem = input::problem(&instance, &place)?;
    for ((file, text), plan) in files.iter().zip(texts).zip(plans) {
        if plan.identity.sha256 != instance.sha256 {
            talk(&format!("notice: {file} is a plan of another instance; it is taken as it is"));
            continue;
        }
        let verified = match ReadOutline::scenario(text) {
            None => verify(&instance, &problem, file, text),
            Some(_) => {
                let of_scenario = input::of_plan(instance.clone(), &place, model, file, text)?;
                let problem = input::problem(&of_scenario, &place)?;
                verify(&of_scenario, &problem, file, text)
            }
        };
        match verified {
            Ok(_) => {}
            Err(Rejected::Unreadable(refusal)) => return Err(refusal.into()),
            Err(rejected) => return Ok(Err(rejected)),
        }
    }
    Ok(Ok((instance, problem)))
}

/// The customers of both plans by segment and by cell of the matrix.
fn groupings(instance: &Instance, plans: &[ReadOutline<'_>; 2]) -> Vec<(&'static str, Vec<Group>)> {
    let cells = Cells::of(instance);
    let at: HashMap<&str, usize> = instance.customers.iter().map(|customer| &*customer.id).zip(0..).collect();
    let [first, second] = plans;
    let of = |assignment: &ReadAssignment<'_>| at.get(&*assignment.customer).copied();
    let segment = |assignment: &ReadAssignment<'_>| {
        let segment = instance.customers[of(assignment)?].segment.as_deref();
        Some(segment.unwrap_or("none").to_owned())
    };
    let cell = |assignment: &ReadAssignment<'_>| cells.position(of(assignment)?).map(Position::words);
    let has_segments = instance.customers.iter().any(|customer| customer.segment.is_some());
    let mut by = Vec::new();
    if has_segments {
        by.push(("segment", groups(first, second, segment)));
    }
    let mut by_cell = groups(first, second, cell);
    let order: Vec<String> = Position::all().map(Position::words).collect();
    by_cell.sort_by_key(|group| order.iter().position(|name| *name == group.name));
    by.push(("cell", by_cell));
    by
}

fn shown(
    names: [&String; 2],
    plans: &[ReadOutline<'_>; 2],
    difference: &Difference,
    by: &[(&str, Vec<Group>)],
    verbose: bool,
) -> String {
    let titles = texts(["", "value", "at most", "visits", "calls", "visited", "hours", "they add"]);
    let row = |name: &str, plan: &ReadOutline<'_>, sums: &Sums| {
        vec![
            format!("  {name}"),
            plan.value.rounded(),
            plan.bound.map_or_else(|| "-".to_owned(), Money::rounded),
            count(sums.visits),
            count(sums.calls),
            count(sums.visited),
            hours(sums.minutes.0),
            sums.revenue.rounded(),
        ]
    };
    let Group { first, second, .. } = &difference.total;
    let rows = vec![row(names[0], &plans[0], first), row(names[1], &plans[1], second)];
    let mut text = screen::section("THE PLANS", &[format!("{} against {}", names[1], names[0])]);
    text += &table(titles, rows);
    text += &format!("\n{}", screen::section("WHAT CHANGES", &changes(difference)));
    text += &handovers(&difference.handovers, verbose);
    text += &format!("\n{}", by_rep(&difference.reps, verbose));
    for (name, groups) in by {
        text += &format!("\n{}", grouped(name, groups));
    }
    text
}

fn changes(difference: &Difference) -> Vec<String> {
    let counts = difference.customers;
    let Counts { more, fewer, anew, by_phone, dropped, same, .. } = counts;
    let treated = screen::treated([more, fewer, anew, by_phone, dropped, same]);
    let mut lines = vec![treated.unwrap_or_else(|| "No customer is visited in either plan.".to_owned())];
    if counts.only_first + counts.only_second > 0 {
        lines.push(format!(
            "{} in the first plan alone, {} in the second.",
            plural(counts.only_first, "customer"),
            count(counts.only_second)
        ));
    }
    lines.push(match difference.handovers.len() {
        0 => "Nobody is visited by another rep.".to_owned(),
        1 => "1 customer is visited by another rep:".to_owned(),
        many => format!("{} customers are visited by another rep:", count(many as i64)),
    });
    lines
}

/// Customers whom another rep visits, those with most visits first.
fn handovers(handovers: &[Handover], verbose: bool) -> String {
    if handovers.is_empty() {
        return String::new();
    }
    let mut sorted: Vec<&Handover> = handovers.iter().collect();
    sorted.sort_by_key(|one| std::cmp::Reverse(one.visits[0].max(one.visits[1])));
    let most = if verbose { usize::MAX } else { MOST_HANDOVERS };
    let row = |one: &&Handover| {
        vec![
            format!("  {}", one.customer),
            format!("{} > {}", one.from, one.to),
            format!("{} > {}", one.visits[0], one.visits[1]),
            one.revenue.signed(),
        ]
    };
    let titles = texts(["  customer", "rep", "visits", "they add"]);
    let mut text = table(titles, sorted.iter().take(most).map(row).collect());
    if sorted.len() > most {
        text += &format!("  and {} more; -v shows all.\n", sorted.len() - most);
    }
    text
}

/// The reps; those with the largest changes in revenue, unless all are asked for.
fn by_rep(reps: &[Group], verbose: bool) -> String {
    if verbose || reps.len() <= MOST_REPS {
        return grouped("rep", reps);
    }
    let mut sorted: Vec<&Group> = reps.iter().collect();
    sorted.sort_by_key(|group| std::cmp::Reverse(group.second.revenue.0.abs_diff(group.first.revenue.0)));
    let shown: Vec<Group> = sorted.into_iter().take(MOST_REPS).cloned().collect();
    format!(
        "{}  The {MOST_REPS} reps of {} with the largest changes; -v shows all.\n",
        grouped("rep", &shown),
        reps.len()
    )
}

fn grouped(name: &str, groups: &[Group]) -> String {
    let change =
        |of: fn(&Sums) -> i64, group: &Group| format!("{} > {}", count(of(&group.first)), count(of(&group.second)));
    let row = |group: &Group| {
        vec![
            format!("  {}", group.name),
            change(|sums| i64::from(sums.covered), group),
            change(|sums| sums.visits, group),
            change(|sums| sums.calls, group),
            format!("{} > {}", hours(group.first.minutes.0), hours(group.second.minutes.0)),
            Money(group.second.revenue.0.saturating_sub(group.first.revenue.0)).signed(),
        ]
    };
    let titles = vec![
        format!("  {name}"),
        "customers".into(),
        "visits".into(),
        "calls".into(),
        "hours".into(),
        "they add".into(),
    ];
    table(titles, groups.iter().map(row).collect())
}

/// What it costs to let fewer customers change owners than a plan does.
fn stability(instance: &Instance, problem: &Problem, file: &str, text: &str) -> Result<String, Failure> {
    let plan = ReadPlan::from_json(file, text, instance)?;
    let stated = Names::of(instance).undone(problem, &plan);
    let start = Start::of(problem, stated, &plan.certificate);
    let is_changed = |(at, choice): &(usize, &Choice)| {
        let rep = choice.lane().and_then(|lane| problem.lane(lane).rep);
        let owner = instance.customers[*at].owner;
        rep.is_some() && owner.is_some() && rep != owner
    };
    let changed = start.choices.iter().enumerate().filter(is_changed).count() as u32;
    let title = |line: String| screen::section("STABILITY", &[line]);
    if changed == 0 {
        return Ok(format!(
            "\n{}",
            title("No customer of the second plan is visited by another rep than its owner.".into())
        ));
    }
    let internal = |error: &dyn std::fmt::Display| Failure::Internal(error.to_string());
    let mut rows = Vec::new();
    let mut allowed: Vec<i64> = ALLOWED.iter().map(|&share| i64::from(changed) * i64::from(share) / 1000).collect();
    allowed.dedup();
    for customers in allowed {
        let mut ruled = instance.clone();
        ruled.model.rules.push(Rule::MaxChangedOwners { customers });
        let with_rule = Problem::new(&ruled).map_err(|error| internal(&error))?;
        let start = Start { choices: start.choices.clone(), prices: plan.certificate.prices_for(&with_rule) };
        let mut control = Control { should_stop: &|| None, report: &mut |_| {} };
        let answer = Engine::Auto.solve(&ruled, &with_rule, Settings::default(), Some(start), &mut control);
        rows.push(match answer {
            Answer::Plan(best) => {
                let at_least = if best.status == Status::Optimal { "" } else { "at most " };
                let of_visits = plan.before_post_pass.map_or(plan.value, |(value, _)| value);
                vec![
                    format!("  {}", count(customers)),
                    Money(best.value).rounded(),
                    format!("{at_least}{}", Money((of_visits.0 - best.value).max(0)).rounded()),
                ]
            }
            Answer::Infeasible(_) => vec![format!("  {}", count(customers)), "no plan".into(), String::new()],
            Answer::Unknown(_) => vec![format!("  {}", count(customers)), "none found".into(), String::new()],
        });
    }
    let owners = plural(changed, "customer");
    let line = format!("{owners} of the second plan change owners; with fewer (rule max_changed_owners):");
    Ok(format!("\n{}{}", title(line), table(texts(["  may change", "worth", "costs"]), rows)))
}
