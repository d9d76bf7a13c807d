//! Sets of instances.

use clap::ValueEnum;
use visitplan::generate::{Family, Request, generate};

use super::support::{Assignment, benchmark};

/// A set of instances.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Set {
    /// Concave response, 100 customers x 5 reps
    #[value(name = "field-100")]
    Field100,
    /// The same, 200 x 5
    #[value(name = "field-200")]
    Field200,
    /// The same, 500 x 10
    #[value(name = "field-500")]
    Field500,
    /// S-shaped response, 500 x 10
    #[value(name = "s-curve-500")]
    SCurve500,
    /// Nothing below a threshold, 500 x 10
    #[value(name = "threshold-500")]
    Threshold500,
    /// Concave response, 1,000 x 20
    #[value(name = "field-1000")]
    Field1000,
    /// The same, 5,000 x 50
    #[value(name = "field-5000")]
    Field5000,
    /// The same, 50,000 x 500
    #[value(name = "field-50000")]
    Field50000,
    /// Published assignment problems of type c
    GapC,
    /// Of type d
    GapD,
    /// Of type e
    GapE,
}

/// An instance of a set.
pub struct Entry {
    /// How the table calls it.
    pub name: String,
    /// Its document.
    pub text: String,
    /// The value of the best plan in cents, where it is published.
    pub published: Option<i64>,
}

impl Set {
    /// How many instances, and seconds for each, where nothing else is asked for.
    pub fn usual(self) -> (usize, f64) {
        match self {
            Set::Field100 | Set::Field200 => (8, 60.0),
            Set::Field500 => (12, 60.0),
            Set::SCurve500 | Set::Threshold500 => (24, 60.0),
            Set::Field1000 => (8, 120.0),
            Set::Field5000 => (3, 60.0),
            Set::Field50000 => (1, 8.0),
            Set::GapC | Set::GapD | Set::GapE => (usize::MAX, 60.0),
        }
    }

    /// Its name on the command line.
    pub fn name(self) -> String {
        self.to_possible_value().map_or(String::new(), |value| value.get_name().to_owned())
    }

    /// Its first so many instances, each made when its turn comes.
    pub fn entries(self, most: usize) -> Box<dyn Iterator<Item = Entry>> {
        let (family, customers, reps) = match self {
            Set::Field100 => (Family::Field, 100, 5),
            Set::Field200 => (Family::Field, 200, 5),
            Set::Field500 => (Family::Field, 500, 10),
            Set::SCurve500 => (Family::SCurve, 500, 10),
            Set::Threshold500 => (Family::Threshold, 500, 10),
            Set::Field1000 => (Family::Field, 1000, 20),
            Set::Field5000 => (Family::Field, 5000, 50),
            Set::Field50000 => (Family::Field, 50_000, 500),
            Set::GapC => return published('c', most),
            Set::GapD => return published('d', most),
            Set::GapE => return published('e', most),
        };
        let name = self.name();
        Box::new((1..=most as u64).map(move |seed| Entry {
            name: format!("{name}, seed {seed}"),
            text: generate(Request { family, customers, reps, seed }),
            published: None,
        }))
    }
}

/// Published problems of a type, where they lie beside the project.
fn published(kind: char, most: usize) -> Box<dyn Iterator<Item = Entry>> {
    let optima = benchmark("gap/optima.csv").unwrap_or_default();
    let of_kind = |line: &&str| {
        let fields: Vec<&str> = line.split(',').collect();
        fields[0].starts_with(kind) && fields[0] == fields[1]
    };
    let lines: Vec<String> = optima.lines().filter(of_kind).take(most).map(str::to_owned).collect();
    Box::new(lines.into_iter().filter_map(|line| {
        let fields: Vec<&str> = line.split(',').collect();
        let (assignment, largest) = Assignment::read_costs(&benchmark(&format!("gap/{}", fields[0]))?);
        let jobs = assignment.profit[0].len() as i64;
        let least = fields[5].parse::<i64>().ok().filter(|_| fields[6] == "proven");
        Some(Entry {
            name: fields[0].to_owned(),
            text: assignment.instance_exactly_once().to_string(),
            published: least.map(|least| (jobs * largest - least) * 100),
        })
    }))
}
