//! Reading plans and proofs as somebody wrote them: nothing is believed yet.

use std::borrow::Cow;

use super::{ProvenBy, RuleName, Status, StoppedBy};
use crate::certificate::Certificate;
use crate::decision::PricedDecision;
use crate::instance::{Instance, InstanceName};
use crate::json::{Fields, Kind, Node, Notice, Reader, Refusal};
use crate::model::PlanningModel;
use crate::units::Money;

/// A `visitplan-plan/1` document as read.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct ReadPlan<'a> {
    pub identity: InstanceName,
    pub model: Option<PlanningModel>,
    pub status: Status,
    pub stopped_by: Option<StoppedBy>,
    pub revenue: Money,
    pub value: Money,
    pub bound: Money,
    /// In units of 10^-9.
    pub gap: i64,
    pub proven_by: ProvenBy,
    pub certified_bound: Option<Money>,
    /// In units of 10^-9.
    pub certified_gap: Option<i64>,
    pub assignments: Vec<ReadAssignment<'a>>,
    pub uncovered: Vec<Cow<'a, str>>,
    pub prices: Vec<(String, f64)>,
    pub certificate: Certificate,
    /// What the post-pass changed.
    pub changes: Vec<ReadChange<'a>>,
    /// Value and revenue before it.
    pub before_post_pass: Option<(Money, Money)>,
    /// What no plan of visits and calls exceeds.
    pub joint: Option<ReadJoint>,
    /// The rows of the comparison, if any.
    pub comparison: Option<serde_json::Value>,
    /// The scenario by which its instance differs from the file, as it is written, if any.
    pub scenario: Option<&'a str>,
    /// The figures, if any.
    pub figures: Option<serde_json::Value>,
    /// What was decided by hand.
    pub decisions: Vec<PricedDecision>,
}

/// Who gets what in a plan, read without its instance and without its proof.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct ReadOutline<'a> {
    pub identity: InstanceName,
    pub value: Money,
    /// What no plan of its kind exceeds; after a post-pass that is said by `joint` alone.
    pub bound: Option<Money>,
    pub assignments: Vec<ReadAssignment<'a>>,
    pub uncovered: Vec<Cow<'a, str>>,
}

/// An assignment as read; names are those of the text it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct ReadAssignment<'a> {
    pub customer: Cow<'a, str>,
    pub rep: Option<Cow<'a, str>>,
    pub visits: u32,
    pub pool: Option<Cow<'a, str>>,
    pub calls: u32,
    pub minutes: i64,
    pub call_minutes: i64,
    pub revenue: Money,
}

/// A change of the post-pass as read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct ReadChange<'a> {
    pub customer: Cow<'a, str>,
    pub rule: RuleName,
    pub rep: Option<Cow<'a, str>>,
    pub from: ReadContact<'a>,
    pub to: ReadContact<'a>,
    pub minutes_freed: i64,
    pub revenue_change: Money,
    pub value_change: Option<Money>,
    pub spent_on: Option<Vec<Cow<'a, str>>>,
}

/// Visits and calls of a customer as read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct ReadContact<'a> {
    pub rep: Option<Cow<'a, str>>,
    pub visits: u32,
    pub pool: Option<Cow<'a, str>>,
    pub calls: u32,
}

/// What no plan of visits and calls exceeds, as read.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct ReadJoint {
    pub bound: Money,
    /// In units of 10^-9.
    pub gap: i64,
    pub certificate: Certificate,
}

/// A `visitplan-infeasible/1` document as read.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct ReadInfeasibility {
    pub identity: InstanceName,
    pub model: Option<PlanningModel>,
    pub certificate: Certificate,
    pub decisions: Vec<PricedDecision>,
}

const LARGEST: i64 = 1 << 53;

/// A document whose grammar is right and whose format is known.
pub(crate) struct Opened<'a> {
    file: &'a str,
    reader: Reader<'a>,
    root: Node<'a>,
    /// The format it states.
    pub format: String,
}

impl<'a> Opened<'a> {
    /// Opens a document that must be an object and state its format.
    pub fn open(file: &'a str, source: &'a str) -> Result<Opened<'a>, Refusal> {
        let (reader, root) = Reader::open(file, source)?;
        let mut reader = reader.leniently();
        let format = reader.object(root).and_then(|mut fields| fields.require(&mut reader, "format", Reader::string));
        match format {
            Some(format) if reader.is_content() => Ok(Opened { file, reader, root, format }),
            _ => Err(reader.refusal(file)),
        }
    }
}

impl<'a> ReadPlan<'a> {
    /// Reads the text of a plan of this instance.
    pub fn from_json(file: &str, source: &'a str, instance: &Instance) -> Result<ReadPlan<'a>, Refusal> {
        let (reader, root) = Reader::open(file, source)?;
        ReadPlan::read(file, reader.leniently(), root, instance)
    }

    /// Reads a plan of this instance.
    pub(crate) fn from_opened(opened: Opened<'a>, instance: &Instance) -> Result<ReadPlan<'a>, Refusal> {
        ReadPlan::read(opened.file, opened.reader, opened.root, instance)
    }

    fn read(file: &str, mut reader: Reader<'a>, root: Node<'a>, instance: &Instance) -> Result<ReadPlan<'a>, Refusal> {
        let plan = read_plan(&mut reader, root, instance);
        exact(file, reader, plan)
    }
}

impl<'a> ReadOutline<'a> {
    /// Reads who gets what from the text of a plan.
    pub fn from_json(file: &str, source: &'a str) -> Result<ReadOutline<'a>, Refusal> {
        let (reader, root) = Reader::open(file, source)?;
        let mut reader = reader.leniently();
        let outline = read_outline(&mut reader, root);
        exact(file, reader, outline)
    }

    /// The scenario that the text of a plan, or of a proof that there is none, states; none where it states none.
    pub fn scenario(source: &str) -> Option<String> {
        let stated = Node::root(source).ok()?.at(&["scenario"])?;
        (stated.kind() != Kind::Null).then(|| stated.text.to_owned())
    }
}

impl ReadInfeasibility {
    /// Reads the text of a proof of infeasibility of this instance.
    pub fn from_json(file: &str, source: &str, instance: &Instance) -> Result<ReadInfeasibility, Refusal> {
        let (reader, root) = Reader::open(file, source)?;
        ReadInfeasibility::read(file, reader.leniently(), root, instance)
    }

    /// Reads a proof of infeasibility of this instance.
    pub(crate) fn from_opened(opened: Opened<'_>, instance: &Instance) -> Result<ReadInfeasibility, Refusal> {
        ReadInfeasibility::read(opened.file, opened.reader, opened.root, instance)
    }

    fn read<'a>(
        file: &str,
        mut reader: Reader<'a>,
        root: Node<'a>,
        instance: &Instance,
    ) -> Result<ReadInfeasibility, Refusal> {
        let proof = read_proof(&mut reader, root, instance);
        exact(file, reader, proof)
    }
}

/// What was read, if nothing was wrong with it and no amount had to be rounded.
fn exact<T>(file: &str, reader: Reader<'_>, read: Option<T>) -> Result<T, Refusal> {
    let notices = reader.finish(file)?;
    if notices.count(Notice::MoneyRounded) + notices.count(Notice::FactorRounded) > 0 {
        let problem = "has an amount with more than two decimals, or a factor with more than six";
        return Err(Refusal::whole_file(file, "E202", problem, "write amounts to the cent"));
    }
    read.ok_or_else(|| Refusal::whole_file(file, "E201", "is not a plan", "give a visitplan-plan/1 document"))
}

fn read_proof<'a>(reader: &mut Reader<'a>, root: Node<'a>, instance: &Instance) -> Option<ReadInfeasibility> {
    let mut fields = reader.object(root)?;
    reader.format(&mut fields, "visitplan-infeasible/1");
    let identity = fields.require(reader, "instance", identity);
    let model = fields.require(reader, "model", |r, n| r.strictly(|r| PlanningModel::read(r, n)));
    let certificate = fields.require(reader, "certificate", |r, n| Certificate::read(r, n, instance));
    let decisions = decisions(reader, &mut fields);
    Some(ReadInfeasibility { identity: identity?, model, certificate: certificate?, decisions })
}

fn decisions<'a>(reader: &mut Reader<'a>, fields: &mut Fields<'a>) -> Vec<PricedDecision> {
    fields.get_or_null(reader, "decisions", |r, n| r.list_of(n, PricedDecision::read)).unwrap_or_default()
}

fn identity<'a>(reader: &mut Reader<'a>, node: Node<'a>) -> Option<InstanceName> {
    let mut fields = reader.object(node)?;
    let name = fields.get_or_null(reader, "name", Reader::string).unwrap_or_default();
    let sha256 = fields.require(reader, "sha256", Reader::string)?;
    Some(InstanceName { name, sha256 })
}

fn read_plan<'a>(reader: &mut Reader<'a>, root: Node<'a>, instance: &Instance) -> Option<ReadPlan<'a>> {
    let statuses = [("optimal", Status::Optimal), ("within_gap", Status::WithinGap), ("stopped", Status::Stopped)];
    let stops = [("time", StoppedBy::Time), ("work", StoppedBy::Work), ("interrupt", StoppedBy::Interrupt)];
    let provers = [
        ("prices", ProvenBy::Prices),
        ("knapsack", ProvenBy::Knapsack),
        ("tree", ProvenBy::Tree),
        ("solver", ProvenBy::Solver),
    ];
    let mut fields = reader.object(root)?;
    reader.format(&mut fields, "visitplan-plan/1");
    let identity = fields.require(reader, "instance", identity);
    let model = fields.require(reader, "model", |r, n| r.strictly(|r| PlanningModel::read(r, n)));
    let status = fields.require(reader, "status", |r, n| r.word(n, &statuses));
    let stopped_by = fields.get_or_null(reader, "stopped_by", |r, n| r.word(n, &stops));
    let revenue = fields.require(reader, "revenue", Reader::signed_money);
    let value = fields.require(reader, "value", Reader::signed_money);
    let bound = fields.require(reader, "bound", Reader::signed_money);
    let gap = fields.require(reader, "gap", Reader::nano);
    let proven_by = fields.require(reader, "proven_by", |r, n| r.word(n, &provers));
    let certified_bound = fields.get_or_null(reader, "certified_bound", Reader::signed_money);
    let certified_gap = fields.get_or_null(reader, "certified_gap", Reader::nano);
    let assignments = fields.require(reader, "assignments", |r, n| r.long_list_of(n, read_assignment));
    let uncovered = fields.require(reader, "uncovered", |r, n| r.long_list_of(n, Reader::text));
    let prices = fields.get(reader, "prices", |r, n| {
        let mut fields = r.object(n)?;
        let priced = fields.rest().filter_map(|(name, node)| Some((name.into_owned(), r.real(node)?)));
        Some(priced.collect())
    });
    let certificate = fields.require(reader, "certificate", |r, n| Certificate::read(r, n, instance));
    let changes = fields.get_or_null(reader, "changes", |r, n| r.long_list_of(n, read_change));
    let before_post_pass = fields.get_or_null(reader, "before_post_pass", |r, n| {
        let mut fields = r.object(n)?;
        let revenue = fields.require(r, "revenue", Reader::signed_money);
        let value = fields.require(r, "value", Reader::signed_money);
        fields.finish(r);
        Some((value?, revenue?))
    });
    let joint = fields.get_or_null(reader, "joint", |r, n| {
        let mut fields = r.object(n)?;
        let bound = fields.require(r, "bound", Reader::signed_money);
        let gap = fields.require(r, "gap", Reader::nano);
        let certificate = fields.require(r, "certificate", |r, n| Certificate::read(r, n, instance));
        fields.finish(r);
        Some(ReadJoint { bound: bound?, gap: gap?, certificate: certificate? })
    });
    let comparison = fields.get_or_null(reader, "comparison", |r, n| r.tree(n, 16));
    let scenario = fields.get_or_null(reader, "scenario", |_, n| Some(n.text));
    let figures = fields.get_or_null(reader, "figures", |r, n| r.tree(n, 16));
    let decisions = decisions(reader, &mut fields);
    fields.finish(reader);
    Some(ReadPlan {
        identity: identity?,
        model,
        status: status?,
        stopped_by,
        revenue: revenue?,
        value: value?,
        bound: bound?,
        gap: gap?,
        proven_by: proven_by?,
        certified_bound,
        certified_gap,
        assignments: assignments?.1.into_iter().flatten().collect(),
        uncovered: uncovered?.1.into_iter().flatten().collect(),
        prices: prices.unwrap_or_default(),
        certificate: certificate?,
        changes: changes.map_or_else(Vec::new, |(_, changes)| changes.into_iter().flatten().collect()),
        before_post_pass,
        joint,
        comparison,
        scenario,
        figures,
        decisions,
    })
}

fn read_outline<'a>(reader: &mut Reader<'a>, root: Node<'a>) -> Option<ReadOutline<'a>> {
    let mut fields = reader.object(root)?;
    reader.format(&mut fields, "visitplan-plan/1");
    let identity = fields.require(reader, "instance", identity);
    let value = fields.require(reader, "value", Reader::signed_money);
    let bound = fields.require(reader, "bound", Reader::signed_money);
    let assignments = fields.require(reader, "assignments", |r, n| r.long_list_of(n, read_assignment));
    let uncovered = fields.require(reader, "uncovered", |r, n| r.long_list_of(n, Reader::text));
    let changes = fields.get_or_null(reader, "changes", Reader::list);
    let joint = fields.get_or_null(reader, "joint", |r, n| {
        let mut fields = r.object(n)?;
        let bound = fields.require(r, "bound", Reader::signed_money);
        fields.finish(r);
        bound
    });
    fields.finish(reader);
    let is_changed = changes.is_some_and(|changes| !changes.is_empty());
    Some(ReadOutline {
        identity: identity?,
        value: value?,
        bound: if is_changed { joint } else { Some(bound?) },
        assignments: assignments?.1.into_iter().flatten().collect(),
        uncovered: uncovered?.1.into_iter().flatten().collect(),
    })
}

fn read_assignment<'a>(reader: &mut Reader<'a>, node: Node<'a>) -> Option<ReadAssignment<'a>> {
    let mut fields = reader.object(node)?;
    let customer = fields.require(reader, "customer", Reader::text);
    let rep = fields.get_or_null(reader, "rep", Reader::text);
    let visits = fields.require(reader, "visits", Reader::visits);
    let pool = fields.get_or_null(reader, "pool", Reader::text);
    let calls = fields.require(reader, "calls", Reader::visits);
    let minutes = fields.require(reader, "minutes", |r, n| r.whole(n, LARGEST));
    let call_minutes = fields.require(reader, "call_minutes", |r, n| r.whole(n, LARGEST));
    let revenue = fields.require(reader, "revenue", Reader::signed_money);
    fields.finish(reader);
    Some(ReadAssignment {
        customer: customer?,
        rep,
        visits: visits?,
        pool,
        calls: calls?,
        minutes: minutes?,
        call_minutes: call_minutes?,
        revenue: revenue?,
    })
}

fn read_change<'a>(reader: &mut Reader<'a>, node: Node<'a>) -> Option<ReadChange<'a>> {
    let mut fields = reader.object(node)?;
    let customer = fields.require(reader, "customer", Reader::text);
    let rule = fields.require(reader, "rule", |r, n| r.word(n, &RuleName::WORDS));
    let rep = fields.get_or_null(reader, "rep", Reader::text);
    let from = fields.require(reader, "from", read_contact);
    let to = fields.require(reader, "to", read_contact);
    let minutes_freed = fields.require(reader, "minutes_freed", |r, n| r.signed_whole(n, LARGEST));
    let revenue_change = fields.require(reader, "revenue_change", Reader::signed_money);
    let value_change = fields.get_or_null(reader, "value_change", Reader::signed_money);
    let spent_on = fields.get_or_null(reader, "spent_on", |r, n| r.list_of(n, Reader::text));
    let _why = fields.get_or_null(reader, "why", Reader::text);
    fields.finish(reader);
    Some(ReadChange {
        customer: customer?,
        rule: rule?,
        rep,
        from: from?,
        to: to?,
        minutes_freed: minutes_freed?,
        revenue_change: revenue_change?,
        value_change,
        spent_on,
    })
}

fn read_contact<'a>(reader: &mut Reader<'a>, node: Node<'a>) -> Option<ReadContact<'a>> {
    let mut fields = reader.object(node)?;
    let rep = fields.get_or_null(reader, "rep", Reader::text);
    let visits = fields.require(reader, "visits", Reader::visits);
    let pool = fields.get_or_null(reader, "pool", Reader::text);
    let calls = fields.require(reader, "calls", Reader::visits);
    fields.finish(reader);
    Some(ReadContact { rep, visits: visits?, pool, calls: calls? })
}
