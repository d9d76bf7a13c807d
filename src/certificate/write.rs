//! Writing certificates.

use serde::{Serialize, Serializer, ser::SerializeMap};

use super::Certificate;
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
            map.serialize_entry("customers", &CustomerPrices(self.instance, &knapsack.customers))?;
            map.serialize_entry("shared_rows", &knapsack.shared_rows)?;
        }
        if let Some(tree) = tree {
            map.serialize_entry("tree", tree)?;
        }
        map.end()
    }
}

/// The prices that are not 0.
struct CustomerPrices<'p>(&'p Instance, &'p [i64]);

impl Serialize for CustomerPrices<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct CustomerPrice<'p> {
            customer: &'p str,
            price: i64,
        }
        let CustomerPrices(instance, prices) = self;
        let priced = instance.customers.iter().zip(*prices).filter(|(_, price)| **price != 0);
        serializer.collect_seq(priced.map(|(customer, &price)| CustomerPrice { customer: &customer.id, price }))
    }
}
