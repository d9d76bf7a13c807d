//! Writing certificates.

use serde::{Serialize, Serializer, ser::SerializeMap};

use super::split::{Split, Test};
use super::tree::{Tree, TreeNode};
use super::{Certificate, RowPrice};
use crate::instance::Instance;

/// A certificate as it is written: customers by their ids.
#[derive(Clone, Copy, Debug)]
pub struct CertificateDocument<'p> {
    instance: &'p Instance,
    certificate: &'p Certificate,
}

impl<'p> CertificateDocument<'p> {
    /// The document of a certificate for this instance.
    pub fn new(instance: &'p Instance, certificate: &'p Certificate) -> CertificateDocument<'p> {
        CertificateDocument { instance, certificate }
    }
}

impl Serialize for CertificateDocument<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Certificate { denominator, rows, knapsack, tree } = self.certificate;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("denominator", denominator)?;
        map.serialize_entry("rows", rows)?;
        if let Some(knapsack) = knapsack {
            let prices = knapsack.customers.iter().copied().enumerate().filter(|&(_, price)| price != 0);
            map.serialize_entry("customers", &priced(self.instance, prices))?;
            map.serialize_entry("shared_rows", &knapsack.shared_rows)?;
        }
        if let Some(tree) = tree {
            map.serialize_entry("tree", &TreeDocument { instance: self.instance, tree })?;
        }
        map.end()
    }
}

/// The price of a customer as it is written.
#[derive(Serialize)]
struct CustomerPrice<'p> {
    customer: &'p str,
    price: i64,
}

/// Prices of customers by their index, as they are written.
fn priced(instance: &Instance, prices: impl Iterator<Item = (usize, i64)>) -> Vec<CustomerPrice<'_>> {
    prices.map(|(at, price)| CustomerPrice { customer: &instance.customers[at].id, price }).collect()
}

/// A tree as it is written.
struct TreeDocument<'p> {
    instance: &'p Instance,
    tree: &'p Tree,
}

impl Serialize for TreeDocument<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry("nodes", &Nodes(self.instance, &self.tree.nodes))?;
        map.end()
    }
}

struct Nodes<'p>(&'p Instance, &'p [TreeNode]);

impl Serialize for Nodes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.1.iter().map(|node| NodeDocument(self.0, node)))
    }
}

/// A node as it is written.
struct NodeDocument<'p>(&'p Instance, &'p TreeNode);

impl Serialize for NodeDocument<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Fix<'p> {
            rows: &'p [RowPrice],
        }
        #[derive(Serialize)]
        struct Leaf<'p> {
            #[serde(skip_serializing_if = "<[RowPrice]>::is_empty")]
            rows: &'p [RowPrice],
            #[serde(skip_serializing_if = "Option::is_none")]
            customers: Option<Vec<CustomerPrice<'p>>>,
            #[serde(skip_serializing_if = "Option::is_none")]
            shared_rows: Option<&'p [RowPrice]>,
        }
        let NodeDocument(instance, node) = self;
        let mut map = serializer.serialize_map(None)?;
        match node {
            TreeNode::Split { split, yes, no } => {
                map.serialize_entry("split", split)?;
                map.serialize_entry("yes", yes)?;
                map.serialize_entry("no", no)?;
            }
            TreeNode::Fix { rows, next } => {
                map.serialize_entry("fix", &Fix { rows })?;
                map.serialize_entry("next", next)?;
            }
            TreeNode::Leaf { rows, knapsack } => {
                // A price of 0 may differ from that at the top, so all are written; no list of rows claims nothing.
                let customers = knapsack.as_ref().map(|part| priced(instance, part.customers.iter().copied()));
                let shared_rows = knapsack.as_ref().map(|part| &*part.shared_rows).filter(|rows| !rows.is_empty());
                map.serialize_entry("leaf", &Leaf { rows, customers, shared_rows })?;
            }
        }
        map.end()
    }
}

impl Serialize for Split {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("customer", &self.id)?;
        match &self.test {
            Test::Rep { id, .. } => map.serialize_entry("rep", id)?,
            Test::Visits(least) => map.serialize_entry("visits", least)?,
            Test::Calls(least) => map.serialize_entry("calls", least)?,
            Test::Pool { id, .. } => map.serialize_entry("pool", id)?,
        }
        map.end()
    }
}
