//! Reading certificates.

use std::borrow::Cow;
use std::collections::HashMap;

use super::tree::{Split, Test, Tree, TreeNode};
use super::{Certificate, KnapsackPrices, PRICE_LIMIT, RowPrice, Unproven};
use crate::instance::Instance;
use crate::json::{Node, Reader};

impl Certificate {
    /// Reads the `certificate` of a plan or of a proof of infeasibility.
    pub fn read<'a>(reader: &mut Reader<'a>, node: Node<'a>, instance: &Instance) -> Option<Certificate> {
        let mut fields = reader.object(node)?;
        let denominator = fields.require(reader, "denominator", |r, n| r.signed_whole(n, PRICE_LIMIT))?;
        let rows = fields.require(reader, "rows", |r, n| r.list_of(n, row_price))?;
        let customers = fields.get(reader, "customers", |r, n| customer_prices(r, n, instance));
        let shared_rows = fields.get(reader, "shared_rows", |r, n| r.list_of(n, row_price));
        // Either of the two claims a bound by knapsacks, even an empty list.
        let knapsack = (customers.is_some() || shared_rows.is_some())
            .then(|| KnapsackPrices { shared_rows: shared_rows.unwrap_or_default(), ..customers.unwrap_or_default() });
        let tree = fields.get(reader, "tree", |r, n| tree(r, n, instance));
        fields.finish(reader);
        Some(Certificate { denominator, rows, knapsack, tree })
    }
}

/// Prices of customers by index. A name or price that is wrong is kept as a fault: the rest may still be of use.
fn customer_prices<'a>(reader: &mut Reader<'a>, node: Node<'a>, instance: &Instance) -> Option<KnapsackPrices> {
    let list = reader.list_of(node, customer_price)?;
    let mut read = KnapsackPrices::default();
    if list.is_empty() {
        return Some(read);
    }
    let index: HashMap<&str, usize> =
        instance.customers.iter().enumerate().map(|(index, customer)| (&*customer.id, index)).collect();
    read.customers = vec![0; instance.customers.len()];
    let mut seen = vec![false; instance.customers.len()];
    for (id, price) in list {
        let fault = match index.get(&*id) {
            None => Unproven::UnknownCustomer(id.into_owned()),
            Some(&at) if std::mem::replace(&mut seen[at], true) => Unproven::CustomerTwice(id.into_owned()),
            Some(_) if price.abs() >= PRICE_LIMIT => Unproven::CustomerPrice { customer: id.into_owned(), price },
            Some(&at) => {
                read.customers[at] = price;
                continue;
            }
        };
        read.fault.get_or_insert(fault);
    }
    Some(read)
}

fn customer_price<'a>(reader: &mut Reader<'a>, node: Node<'a>) -> Option<(Cow<'a, str>, i64)> {
    let mut fields = reader.object(node)?;
    let customer = fields.require(reader, "customer", Reader::text);
    let price = fields.require(reader, "price", |r, n| r.signed_whole(n, PRICE_LIMIT));
    fields.finish(reader);
    Some((customer?, price?))
}

fn row_price<'a>(reader: &mut Reader<'a>, node: Node<'a>) -> Option<RowPrice> {
    let mut fields = reader.object(node)?;
    let row = fields.require(reader, "row", Reader::string);
    let price = fields.require(reader, "price", |r, n| r.signed_whole(n, PRICE_LIMIT));
    fields.finish(reader);
    Some(RowPrice { row: row?, price: price? })
}

fn tree<'a>(reader: &mut Reader<'a>, node: Node<'a>, instance: &Instance) -> Option<Tree> {
    let mut fields = reader.object(node)?;
    let nodes = fields.require(reader, "nodes", |r, n| r.list_of(n, |r, n| tree_node(r, n, instance)))?;
    fields.finish(reader);
    Some(Tree { nodes })
}

fn tree_node<'a>(reader: &mut Reader<'a>, node: Node<'a>, instance: &Instance) -> Option<TreeNode> {
    let mut fields = reader.object(node)?;
    let number = |r: &mut Reader<'a>, n: Node<'a>| r.whole(n, 1_000_000_000).and_then(|n| usize::try_from(n).ok());
    if let Some(leaf) = fields.take("leaf") {
        let mut leaf_fields = reader.object(leaf)?;
        let rows = leaf_fields.get(reader, "rows", |r, n| r.list_of(n, row_price)).unwrap_or_default();
        for name in ["customers", "shared_rows"] {
            if let Some(node) = leaf_fields.take(name) {
                reader.fault(node, "E313", "is a part of a leaf that this version cannot check", "use a newer version");
            }
        }
        leaf_fields.finish(reader);
        return Some(TreeNode::Leaf { rows });
    }
    if let Some(node) = fields.take("fix") {
        reader.fault(node, "E313", "is a step that this version cannot check", "use a newer version");
        return None;
    }
    let split = fields.require(reader, "split", |r, n| split(r, n, instance));
    let yes = fields.require(reader, "yes", number);
    let no = fields.require(reader, "no", number);
    fields.finish(reader);
    Some(TreeNode::Split { split: split?, yes: yes?, no: no? })
}

fn split<'a>(reader: &mut Reader<'a>, node: Node<'a>, instance: &Instance) -> Option<Split> {
    let mut fields = reader.object(node)?;
    let id = fields.require(reader, "customer", Reader::string)?;
    let Some(customer) = instance.customers.iter().position(|customer| *customer.id == *id) else {
        reader.fault(node, "E401", "splits a customer that the instance does not have", "name a customer that exists");
        return None;
    };
    let mut tests = Vec::new();
    if let Some(id) = fields.get(reader, "rep", Reader::string) {
        match (0..).zip(&instance.reps).find(|(_, rep)| *rep.id == *id) {
            Some((rep, _)) => tests.push(Test::Rep { rep, id }),
            None => {
                reader.fault(node, "E401", "splits by a rep that the instance does not have", "name a rep that exists")
            }
        }
    }
    if let Some(id) = fields.get(reader, "pool", Reader::string) {
        match (0..).zip(&instance.pools).find(|(_, pool)| *pool.id == *id) {
            Some((pool, _)) => tests.push(Test::Pool { pool, id }),
            None => reader.fault(
                node,
                "E401",
                "splits by a pool that the instance does not have",
                "name a pool that exists",
            ),
        }
    }
    tests.extend(fields.get(reader, "visits", Reader::visits).map(Test::Visits));
    tests.extend(fields.get(reader, "calls", Reader::visits).map(Test::Calls));
    fields.finish(reader);
    if tests.len() != 1 {
        reader.fault(node, "E314", "does not ask exactly one thing", "name one of rep, visits, calls and pool");
        return None;
    }
    tests.pop().map(|test| Split { customer, id, test })
}
