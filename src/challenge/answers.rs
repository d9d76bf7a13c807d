//! Workbooks that came back: what the regions want otherwise, or everything that is odd about them.

use std::collections::HashMap;

use super::{ABOUT_SHEET, About, PLAN_SHEET};
use crate::decision::{Decided, Decision, Fault, Overlay};
use crate::instance::{Instance, LockPart};
use crate::json::{Located, Refusal, did_you_mean};
use crate::problem::{Choice, Problem};
use crate::table::{Cell, Hints, Row, Sought, Titled, Workbook, count, is_workbook};

const SOUGHT: [Sought; 6] = [
    Sought::required("customer", "customer"),
    Sought::required("name", "name"),
    Sought::required("your visits", "yourvisits"),
    Sought::required("your rep", "yourrep"),
    Sought::required("reason", "reason"),
    Sought::required("by", "by"),
];
const CUSTOMER: usize = 0;
const NAME: usize = 1;
const VISITS: usize = 2;
const REP: usize = 3;
const REASON: usize = 4;
const BY: usize = 5;
/// Ids that are looked through for one that is nearly right.
const LOOKED_THROUGH: usize = 20_000;

/// The workbooks of one plan, filled in.
#[derive(Debug)]
pub struct Answers {
    sources: Vec<Source>,
}

#[derive(Debug)]
struct Source {
    about: About,
    plan: Titled,
}

/// What a region wants otherwise for one customer.
#[derive(Clone, Debug)]
pub struct Request {
    /// As a decision, over the decisions of the plan.
    pub decided: Decided,
    /// Where it stands: `01-west.xlsx[plan] row 4`.
    pub place: String,
}

/// A row that wants something, with where it stands.
struct Wish {
    source: usize,
    row: u64,
    decision: Decision,
}

/// A plan as the workbooks show it.
struct Shown<'p> {
    instance: &'p Instance,
    problem: &'p Problem,
    choices: &'p [Choice],
    customers: HashMap<&'p str, usize>,
    reps: HashMap<&'p str, Option<&'p str>>,
}

impl Answers {
    /// Reads workbooks, each with its name. All must be of one plan.
    pub fn read(files: Vec<(String, Vec<u8>)>) -> Result<Answers, Refusal> {
        let mut issues = Vec::new();
        let mut sources: Vec<Source> = Vec::new();
        for (name, bytes) in files {
            match Source::read(&name, bytes) {
                Ok(source) => sources.push(source),
                Err(refusal) => issues.extend(refusal.issues),
            }
        }
        if let Some((first, others)) = sources.split_first() {
            for other in others {
                let of = |source: &Source| (source.about.instance_sha256.clone(), source.about.plan_sha256.clone());
                if of(other) != of(first) {
                    let problem = format!("is of another plan than {}", first.name());
                    issues
                        .extend(other.plan.table.refusal(problem, "read the workbooks of one export together").issues);
                }
            }
        }
        if issues.is_empty() { Ok(Answers { sources }) } else { Err(Refusal { issues }) }
    }

    /// What the workbooks are about; the region is that of the first.
    pub fn about(&self) -> Option<&About> {
        self.sources.first().map(|source| &source.about)
    }

    /// What was noticed about the files.
    pub fn detected(&self) -> impl Iterator<Item = String> + '_ {
        self.sources
            .iter()
            .flat_map(|source| source.plan.table.detected.iter().map(move |what| format!("{}: {what}", source.name())))
    }

    /// What is wanted otherwise than a plan has it: the plan's `choices` follow the decisions `made`, which `decided` has
    /// as locks and `stated` has not. Everything that is odd is reported at once.
    pub fn requests(
        &self,
        stated: &Instance,
        made: &[Decision],
        (decided, problem): (&Instance, &Problem),
        choices: &[Choice],
    ) -> Result<Vec<Request>, Refusal> {
        let shown = Shown::new(decided, problem, choices);
        let mut issues = Vec::new();
        let mut wishes: Vec<Wish> = Vec::new();
        let mut seen: HashMap<usize, (usize, u64)> = HashMap::new();
        for (number, source) in self.sources.iter().enumerate() {
            source.plan.for_each(|row| {
                let again = |customer| {
                    let before = seen.insert(customer, (number, row.number));
                    before.map(|(other, row)| format!("{} row {row}", self.sources[other].name()))
                };
                let decision = source.wish(row, &shown, again, &mut issues);
                wishes.extend(decision.map(|decision| Wish { source: number, row: row.number, decision }));
            });
        }
        // The plan's own decisions come first, so that a wish that contradicts one is what is reported.
        let all: Vec<Decision> = made.iter().chain(wishes.iter().map(|wish| &wish.decision)).cloned().collect();
        let place = |at: usize| match at.checked_sub(made.len()) {
            None => "a decision of the plan".to_owned(),
            Some(at) => self.place(&wishes[at]),
        };
        if let Err(faults) = Overlay::new(stated, &all, &place) {
            let of_wish = |fault: Fault| {
                // Decisions of a verified plan have no faults; one that a wish makes impossible is that wish's.
                let about = |wish: &&Wish| wish.decision.customer == all[fault.at].customer;
                let at = fault.at.checked_sub(made.len()).map(|at| &wishes[at]);
                Some(self.located(at.or_else(|| wishes.iter().find(about))?, fault))
            };
            issues.extend(faults.into_iter().filter_map(of_wish));
        }
        if !issues.is_empty() {
            let order = |issue: &Located| {
                (self.sources.iter().position(|source| source.name() == issue.file), issue.line, issue.column)
            };
            issues.sort_by_key(order);
            return Err(Refusal { issues });
        }
        let request = |wish: &Wish| {
            let alone = Overlay::new(decided, std::slice::from_ref(&wish.decision), &place).ok()?;
            Some(Request { decided: alone.decided.into_iter().next()?, place: self.place(wish) })
        };
        Ok(wishes.iter().filter_map(request).collect())
    }

    fn place(&self, wish: &Wish) -> String {
        format!("{} row {}", self.sources[wish.source].name(), wish.row)
    }

    fn located(&self, wish: &Wish, fault: Fault) -> Located {
        let source = &self.sources[wish.source];
        let field = match fault.part {
            Some(LockPart::Rep) => REP,
            Some(LockPart::Visits) => VISITS,
            None | Some(LockPart::Calls) => CUSTOMER,
        };
        let issue = source.plan.issue(wish.row, field, &fault.value, fault.problem, fault.remedy);
        Located { code: fault.code, ..issue }
    }
}

impl<'p> Shown<'p> {
    fn new(instance: &'p Instance, problem: &'p Problem, choices: &'p [Choice]) -> Shown<'p> {
        let mut reps: HashMap<&str, Option<&str>> = HashMap::new();
        for rep in &instance.reps {
            // A name that two reps have names nobody.
            reps.entry(&rep.name).and_modify(|known| *known = None).or_insert(Some(&rep.id));
        }
        reps.extend(instance.reps.iter().map(|rep| (&*rep.id, Some(&*rep.id))));
        // Cells are read without blanks around them.
        let customers = instance.customers.iter().map(|customer| customer.id.trim()).zip(0..).collect();
        Shown { instance, problem, choices, customers, reps }
    }

    /// Who visits a customer in the plan, by id.
    fn rep(&self, customer: usize) -> Option<&'p str> {
        let lane = self.choices[customer].lane()?;
        self.problem.lane(lane).rep.map(|rep| &*self.instance.reps[rep as usize].id)
    }
}

impl Source {
    fn read(name: &str, bytes: Vec<u8>) -> Result<Source, Refusal> {
        let refused = |problem: &str| {
            let remedy = "give the workbooks that visitplan export wrote, filled in";
            Err(Refusal::whole_file(name, "E502", problem, remedy))
        };
        if !is_workbook(&bytes) {
            return refused("is no workbook");
        }
        let mut book = Workbook::open(name, bytes)?;
        let sheets = book.sheets();
        if [PLAN_SHEET, ABOUT_SHEET].iter().any(|due| !sheets.iter().any(|sheet| sheet == due)) {
            return refused("has not the two sheets \"plan\" and \"about\"");
        }
        let about = About::read(&book.sheet(ABOUT_SHEET)?)?;
        let plan = Titled::find(book.sheet(PLAN_SHEET)?, &SOUGHT, &Hints::default())?;
        Ok(Source { about, plan })
    }

    /// The sheet, as messages name it.
    fn name(&self) -> &str {
        &self.plan.table.name
    }

    /// What a row wants otherwise, if anything. `again` says where the customer stood before.
    fn wish(
        &self,
        row: Row<'_>,
        shown: &Shown<'_>,
        again: impl FnOnce(usize) -> Option<String>,
        issues: &mut Vec<Located>,
    ) -> Option<Decision> {
        let cell = |field: usize| self.plan.cell(row, field);
        let mut issue = |field: usize, problem: String, remedy: String| {
            issues.push(self.plan.issue(row.number, field, &cell(field).text(), problem, remedy));
        };
        let texts = [VISITS, REP, REASON, BY].map(|field| cell(field) != Cell::Empty);
        let id = match cell(CUSTOMER) {
            Cell::Empty if texts == [false; 4] => return None,
            Cell::Empty => {
                issue(CUSTOMER, "has no customer".to_owned(), "enter the id as it was exported".to_owned());
                return None;
            }
            found => match found.id() {
                Ok(id) => id.into_owned(),
                Err(problem) => {
                    issue(CUSTOMER, problem.to_owned(), "enter the id as it was exported, as text".to_owned());
                    return None;
                }
            },
        };
        let Some(&customer) = shown.customers.get(id.as_str()) else {
            let ids = shown.instance.customers.iter().map(|customer| &*customer.id).take(LOOKED_THROUGH);
            let near = did_you_mean(&id, ids);
            issue(CUSTOMER, "is no customer of the plan".to_owned(), format!("enter the id as it was exported{near}"));
            return None;
        };
        if let Some(before) = again(customer) {
            issue(CUSTOMER, format!("stands in {before} too"), "keep one of the two rows".to_owned());
            return None;
        }
        let visits = count(&cell(VISITS)).unwrap_or_else(|problem| {
            issue(VISITS, problem, "write a whole number, or nothing".to_owned());
            None
        });
        let rep = match cell(REP) {
            Cell::Empty => None,
            found => {
                let text = found.text();
                let known = shown.reps.get(&*text).copied();
                match known {
                    None => {
                        let near = did_you_mean(&text, shown.instance.reps.iter().map(|rep| &*rep.id));
                        issue(REP, "is no rep of the plan".to_owned(), format!("name a rep by id or name{near}"));
                    }
                    Some(None) => {
                        issue(REP, "is the name of several reps".to_owned(), "write the rep's id".to_owned());
                    }
                    Some(Some(_)) => {}
                }
                known.flatten()
            }
        };
        let (planned_visits, planned_rep) = (shown.choices[customer].visits, shown.rep(customer));
        let other_visits = visits.is_some_and(|visits| visits != planned_visits);
        let other_rep = rep.is_some_and(|rep| Some(rep) != planned_rep);
        if !other_visits && !other_rep {
            return None;
        }
        // A sheet of which one column was sorted alone would ask for the wrong customers.
        let (beside, own) = (cell(NAME).text(), shown.instance.customers[customer].display_name());
        let of_another = |name: &str| shown.instance.customers.iter().any(|other| other.display_name() == name);
        if *beside != *own.trim() && of_another(&beside) {
            let problem = format!("stands beside the name of another customer, \"{beside}\"");
            issue(CUSTOMER, problem, "sort whole rows, not single columns".to_owned());
            return None;
        }
        let text = |field: usize| (cell(field) != Cell::Empty).then(|| cell(field).text().into_owned());
        Some(Decision {
            customer: shown.instance.customers[customer].id.to_string(),
            // Nobody need come for no visits.
            rep: rep.filter(|_| visits != Some(0) || other_rep).map(str::to_owned),
            visits,
            calls: None,
            reason: text(REASON),
            by: text(BY).or_else(|| Some(format!("region {}", self.about.region))),
            date: None,
        })
    }
}
