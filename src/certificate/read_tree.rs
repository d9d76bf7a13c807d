//! Reading search trees.

use std::collections::HashMap;

use super::read::{customer_price, row_price};
use super::split::{Split, Test};
use super::tree::{LeafKnapsack, Tree, TreeNode};
use crate::instance::Instance;
use crate::json::{Fields, Node, Reader};

/// Finds customers, reps and pools by their ids.
struct Ids<'i> {
    customers: HashMap<&'i str, usize>,
    reps: HashMap<&'i str, u32>,
    pools: HashMap<&'i str, u32>,
}

impl<'i> Ids<'i> {
    fn of(instance: &'i Instance) -> Ids<'i> {
        Ids {
            customers: instance.customers.iter().map(|customer| &*customer.id).zip(0..).collect(),
            reps: instance.reps.iter().map(|rep| &*rep.id).zip(0..).collect(),
            pools: instance.pools.iter().map(|pool| &*pool.id).zip(0..).collect(),
        }
    }
}

/// Reads a tree: its nodes in parallel, and each only as it stands, not how they hang together.
pub(super) fn tree<'a>(reader: &mut Reader<'a>, node: Node<'a>, instance: &Instance) -> Option<Tree> {
    let ids = Ids::of(instance);
    let mut fields = reader.object(node)?;
    let nodes = fields.require(reader, "nodes", |r, n| r.long_list_of(n, |r, n| tree_node(r, n, &ids)))?;
    fields.finish(reader);
    // Whatever could not be read has been reported.
    Some(Tree { nodes: nodes.1.into_iter().flatten().collect() })
}

fn tree_node<'a>(reader: &mut Reader<'a>, node: Node<'a>, ids: &Ids<'_>) -> Option<TreeNode> {
    let mut fields = reader.object(node)?;
    let parts = [fields.take("leaf"), fields.take("fix"), fields.take("split")];
    let [yes, no, next] = ["yes", "no", "next"].map(|name| fields.take(name));
    let read = match (parts, yes, no, next) {
        ([Some(leaf), None, None], None, None, None) => self::leaf(reader, leaf, ids),
        ([None, Some(fix), None], None, None, Some(next)) => self::fix(reader, fix, next),
        ([None, None, Some(split)], Some(yes), Some(no), None) => {
            let split = self::split(reader, split, ids);
            let (yes, no) = (number(reader, yes), number(reader, no));
            split.zip(yes).zip(no).map(|((split, yes), no)| TreeNode::Split { split, yes, no })
        }
        _ => {
            let remedy = "give it a \"leaf\", or a \"split\" with \"yes\" and \"no\", or a \"fix\" with \"next\"";
            reader.fault(node, "E314", "is none of the nodes that a tree has", remedy);
            None
        }
    };
    fields.finish(reader);
    read
}

/// The number of a node.
fn number<'a>(reader: &mut Reader<'a>, node: Node<'a>) -> Option<usize> {
    reader.whole(node, 1_000_000_000).and_then(|number| usize::try_from(number).ok())
}

fn leaf<'a>(reader: &mut Reader<'a>, node: Node<'a>, ids: &Ids<'_>) -> Option<TreeNode> {
    let mut fields = reader.object(node)?;
    let rows = fields.get(reader, "rows", |r, n| r.list_of(n, row_price)).unwrap_or_default();
    let customers = fields.get(reader, "customers", |r, n| r.list_of(n, |r, n| leaf_price(r, n, ids)));
    let shared_rows = fields.get(reader, "shared_rows", |r, n| r.list_of(n, row_price));
    fields.finish(reader);
    // Either of the two claims a bound by knapsacks, even an empty list.
    let knapsack = (customers.is_some() || shared_rows.is_some()).then(|| LeafKnapsack {
        customers: customers.unwrap_or_default(),
        shared_rows: shared_rows.unwrap_or_default(),
    });
    Some(TreeNode::Leaf { rows, knapsack })
}

fn leaf_price<'a>(reader: &mut Reader<'a>, node: Node<'a>, ids: &Ids<'_>) -> Option<(usize, i64)> {
    let (id, price) = customer_price(reader, node)?;
    let customer = ids.customers.get(&*id);
    if customer.is_none() {
        reader.fault(node, "E401", "prices a customer that the instance does not have", "name a customer that exists");
    }
    Some((*customer?, price))
}

fn fix<'a>(reader: &mut Reader<'a>, node: Node<'a>, next: Node<'a>) -> Option<TreeNode> {
    let next = number(reader, next);
    let mut fields = reader.object(node)?;
    let rows = fields.require(reader, "rows", |r, n| r.list_of(n, row_price));
    fields.finish(reader);
    Some(TreeNode::Fix { rows: rows?, next: next? })
}

fn split<'a>(reader: &mut Reader<'a>, node: Node<'a>, ids: &Ids<'_>) -> Option<Split> {
    let mut fields = reader.object(node)?;
    let id = fields.require(reader, "customer", Reader::string)?;
    let Some(&customer) = ids.customers.get(&*id) else {
        reader.fault(node, "E401", "splits a customer that the instance does not have", "name a customer that exists");
        return None;
    };
    let rep = named(reader, &mut fields, node, "rep", &ids.reps).map(|(rep, id)| Test::Rep { rep, id });
    let pool = named(reader, &mut fields, node, "pool", &ids.pools).map(|(pool, id)| Test::Pool { pool, id });
    let visits = fields.get(reader, "visits", Reader::visits).map(Test::Visits);
    let calls = fields.get(reader, "calls", Reader::visits).map(Test::Calls);
    fields.finish(reader);
    let mut tests = [rep, pool, visits, calls].into_iter().flatten();
    match (tests.next(), tests.next()) {
        (Some(test), None) => Some(Split { customer, id, test }),
        _ => {
            reader.fault(node, "E314", "does not ask exactly one thing", "name one of rep, visits, calls and pool");
            None
        }
    }
}

/// The rep or pool that a split asks for, by index and id.
fn named<'a>(
    reader: &mut Reader<'a>,
    fields: &mut Fields<'a>,
    node: Node<'a>,
    what: &'static str,
    known: &HashMap<&str, u32>,
) -> Option<(u32, String)> {
    let id = fields.get(reader, what, Reader::string)?;
    let index = known.get(&*id).copied();
    if index.is_none() {
        let problem = format!("splits by a {what} that the instance does not have");
        reader.fault(node, "E401", problem, format!("name a {what} that exists"));
    }
    Some((index?, id))
}
