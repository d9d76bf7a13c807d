//! Reading certificates.

use std::borrow::Cow;
use std::collections::HashMap;

use super::read_tree::tree;
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

/// The price of a customer, by the customer's id.
pub(super) fn customer_price<'a>(reader: &mut Reader<'a>, node: Node<'a>) -> Option<(Cow<'a, str>, i64)> {
    let mut fields = reader.object(node)?;
    let customer = fields.require(reader, "customer", Reader::text);
    let price = fields.require(reader, "price", |r, n| r.signed_whole(n, PRICE_LIMIT));
    fields.finish(reader);
    Some((customer?, price?))
}

/// The price of a row.
pub(super) fn row_price<'a>(reader: &mut Reader<'a>, node: Node<'a>) -> Option<RowPrice> {
    let mut fields = reader.object(node)?;
    let row = fields.require(reader, "row", Reader::string);
    let price = fields.require(reader, "price", |r, n| r.signed_whole(n, PRICE_LIMIT));
    fields.finish(reader);
    Some(RowPrice { row: row?, price: price? })
}
