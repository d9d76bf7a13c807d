//! Where postcodes are: from a file of places, or from customers of the same postcode whose place is known.

use std::collections::HashMap;

use super::customers::Customer;
use super::reader::{self, Reader};
use super::reconciliation::Reconciliation;
use super::reps::Rep;
use super::source::Source;
use crate::json::Refusal;
use crate::model::Location;
use crate::table::{Hints, Sought};

/// Fields of a place, in every table that has places.
pub(super) const POSTCODE: Sought = Sought::optional("postcode", "postcode postalcode zip zipcode plz postleitzahl");
pub(super) const CITY: Sought = Sought::optional("city", "city town ort stadt");
pub(super) const LAT: Sought = Sought::optional("lat", "lat latitude breite breitengrad");
pub(super) const LON: Sought = Sought::optional("lon", "lon lng long longitude laenge laengengrad");

/// The fields of a file of places.
const FIELDS: [Sought; 3] =
    [Sought { required: true, ..POSTCODE }, Sought { required: true, ..LAT }, Sought { required: true, ..LON }];

/// Postcodes with the middle of their places.
pub(super) struct Places(HashMap<String, (f64, f64, f64)>);

impl Places {
    fn add(&mut self, postcode: &str, location: Location) {
        let sum = self.0.entry(postcode.to_owned()).or_default();
        *sum = (sum.0 + location.lat, sum.1 + location.lon, sum.2 + 1.0);
    }

    /// The middle of a postcode, with five decimals: about a metre.
    fn find(&self, postcode: &str) -> Option<Location> {
        let (lat, lon, count) = self.0.get(postcode)?;
        let rounded = |degrees: f64| (degrees * 1e5).round() / 1e5;
        Some(Location { lat: rounded(lat / count), lon: rounded(lon / count) })
    }
}

/// Reads a file of places.
pub(super) fn read(source: &Source, said: &mut Reconciliation) -> Result<Places, Refusal> {
    let titled = reader::open(source, &Hints::default(), &["places", "postcodes"], &FIELDS)?;
    let mut reader = Reader::new(&titled);
    let mut drafts = Vec::new();
    reader.rows(|reader, row| {
        let postcode = reader.id(row, 0);
        let (lat, lon) = (reader.degree(row, 1), reader.degree(row, 2));
        drafts.push((postcode, lat, lon));
    });
    let style = reader.settle(None);
    let mut places = Places(HashMap::new());
    for (postcode, lat, lon) in drafts {
        if let (Some(postcode), Some(location)) = (postcode, reader.location(lat, lon, style)) {
            places.add(&postcode, location);
        }
    }
    said.table("places", &titled, reader.detected(), places.0.len());
    reader.finish()?;
    Ok(places)
}

/// Gives customers and reps without a place that of their postcode.
pub(super) fn locate(customers: &mut [Customer], reps: &mut [Rep], places: Option<&Places>, said: &mut Reconciliation) {
    let mut others = Places(HashMap::new());
    for customer in &*customers {
        if let (Some(postcode), Some(location)) = (&customer.postcode, customer.entry.location) {
            others.add(postcode, location);
        }
    }
    let find = |postcode: &Option<String>| {
        let postcode = postcode.as_ref()?;
        places.and_then(|places| places.find(postcode)).or_else(|| others.find(postcode))
    };
    for customer in customers.iter_mut().filter(|customer| customer.entry.location.is_none()) {
        customer.entry.location = find(&customer.postcode);
        match customer.entry.location {
            Some(_) => said.located += 1,
            None => said.without_place += 1,
        }
    }
    for rep in reps.iter_mut().filter(|rep| rep.entry.location.is_none()) {
        rep.entry.location = find(&rep.postcode);
        said.reps_without_place += u64::from(rep.entry.location.is_none());
    }
}
