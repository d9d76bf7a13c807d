//! A chain of plans: one team after the other is given out anew, with costs disturbed a little and less and less.

use super::dice::Dice;
use super::halves::REPS;
use super::team::Team;
use super::ways::{NOBODY, Ways};

/// Teams between two levels of disturbance.
const LEVEL: usize = 600;
/// The share of a level in which costs are disturbed.
const DISTURBED: f64 = 0.7;
/// How much, at most, as a share of what a mean rep's plan lies above the bound.
const NOISE: f64 = 0.65;
/// Penalty of a minute too many at first, as a multiple of the price; the mean price counts a little for all.
const PENALTY: f64 = 3.0;
/// How much of the mean price.
const MEAN: f64 = 0.2;
/// The least penalty above the price, as a share of the price and of the mean price.
const LEAST: (f64, f64) = (1.0, 0.1);
/// How penalties grow while a row is overdrawn, and fall while none is.
const ADAPT: (f64, f64) = (1.02, 0.998);
/// How the size of teams grows and falls.
const GROW: (f64, f64) = (0.02, 0.1);
/// Reps of a team at first.
const FIRST: f64 = 3.0;
/// Tries to find a neighbour of a team for each of its reps.
const TRIES: usize = 8;

/// One option per customer, which may overdraw rows, and how it is searched on.
pub struct Chain<'w> {
    ways: &'w Ways,
    prices: &'w [f64],
    /// The dual of all customers at these prices.
    bound: f64,
    mean: f64,
    /// What a minute too many costs.
    penalty: Vec<f64>,
    at: Vec<u32>,
    load: Vec<f64>,
    /// The customers of each rep; at last those of nobody.
    customers: Vec<Vec<u32>>,
    dice: Dice,
    /// Work that a team is meant to take.
    allowance: u64,
    /// Reps of a team.
    size: f64,
    teams: usize,
    noise: f64,
    /// The cheapest options so far that overdraw no row.
    pub best: Option<(f64, Vec<u32>)>,
}

impl<'w> Chain<'w> {
    /// A chain that begins with these options, or where everybody loses least.
    pub fn new(
        ways: &'w Ways,
        prices: &'w [f64],
        known: Option<Vec<u32>>,
        allowance: u64,
        mut dice: Dice,
    ) -> Chain<'w> {
        let rows = ways.capacity.len();
        let mean = (prices.iter().sum::<f64>() / rows as f64).max(1e-6);
        let held: f64 = prices.iter().zip(&ways.capacity).map(|(price, capacity)| price * capacity).sum();
        let cheapest =
            |customer| ways.of_customer(customer).map(|way| ways.priced(way, prices)).fold(f64::MAX, f64::min);
        let bound = (0..ways.customers()).map(cheapest).sum::<f64>() - held;
        let penalty: Vec<f64> = prices.iter().map(|price| PENALTY * (price + MEAN * mean)).collect();
        let at = known.unwrap_or_else(|| greedy(ways, prices, &penalty, &mut dice));
        let size = FIRST.min(rows as f64);
        let mut chain = Chain {
            ways,
            prices,
            bound,
            mean,
            penalty,
            at: Vec::new(),
            load: Vec::new(),
            customers: Vec::new(),
            dice,
            allowance,
            size,
            teams: 0,
            noise: 0.0,
            best: None,
        };
        chain.restart(at);
        chain
    }

    /// Goes on with these options.
    fn restart(&mut self, at: Vec<u32>) {
        let rows = self.ways.capacity.len();
        (self.load, self.customers) = (vec![0.0; rows], vec![Vec::new(); rows + 1]);
        for (customer, &way) in (0..).zip(&at) {
            let way = &self.ways.ways[way as usize];
            match self.load.get_mut(way.row as usize) {
                Some(load) => {
                    *load += way.minutes;
                    self.customers[way.row as usize].push(customer);
                }
                None => self.customers[rows].push(customer),
            }
        }
        self.at = at;
        self.note();
    }

    /// Searches until so much work is done; `elite` is the best that any chain knows.
    pub fn search(&mut self, work: u64, elite: Option<&[u32]>, should_stop: &dyn Fn() -> bool) -> u64 {
        let mut done = 0;
        while done < work && !should_stop() {
            let phase = self.teams % LEVEL;
            if phase == 0 && self.teams > 0 {
                self.level(elite);
            }
            self.teams += 1;
            let noise = self.noise * (1.0 - phase as f64 / (DISTURBED * LEVEL as f64)).max(0.0);
            done += self.search_team(noise);
        }
        done
    }

    /// Begins a level: where it stands, from its own best plan, or from the best of all.
    fn level(&mut self, elite: Option<&[u32]>) {
        let from = match self.dice.below(4) {
            0 => elite.map(<[u32]>::to_vec),
            1 | 2 => self.best.as_ref().map(|(_, at)| at.clone()),
            _ => None,
        };
        if let Some(from) = from {
            self.restart(from);
        }
        let above = (self.cost() + self.penalties() - self.bound).max(0.0);
        self.noise = NOISE * (0.4 + 1.6 * self.dice.share()) * above / self.load.len() as f64;
    }

    /// Gives out a team's customers anew; returns the work.
    fn search_team(&mut self, noise: f64) -> u64 {
        let reps = self.choose();
        let customers = self.customers_of(&reps);
        let team = Team {
            ways: self.ways,
            reps: &reps,
            customers: &customers,
            at: &self.at,
            prices: self.prices,
            penalty: &self.penalty,
            load: &self.load,
        };
        let found = team.search(noise, self.allowance, &mut self.dice);
        self.size = if found.work > self.allowance {
            (self.size - GROW.1).max(2.0)
        } else if found.work < self.allowance / 2 {
            (self.size + GROW.0).min(REPS as f64)
        } else {
            self.size
        };
        if let Some(changes) = found.changes {
            self.apply(&reps, &customers, &changes);
            self.note();
        }
        self.adapt();
        found.work
    }

    /// Reps for a team: one, and others to whom customers of those before could go.
    fn choose(&mut self) -> Vec<usize> {
        let rows = self.ways.capacity.len();
        let size = ((self.size + self.dice.share()) as usize).min(rows).min(REPS);
        let over: Vec<usize> = (0..rows).filter(|&row| self.load[row] > self.ways.capacity[row]).collect();
        let first = if over.is_empty() || self.dice.below(2) == 0 {
            self.dice.below(rows)
        } else {
            over[self.dice.below(over.len())]
        };
        let mut reps = vec![first];
        for _ in 0..TRIES * size {
            if reps.len() >= size {
                break;
            }
            let own = &self.customers[reps[self.dice.below(reps.len())]];
            if own.is_empty() {
                continue;
            }
            let ways = self.ways.of_customer(own[self.dice.below(own.len())] as usize);
            let row = self.ways.ways[ways.start + self.dice.below(ways.len())].row;
            if row != NOBODY && !reps.contains(&(row as usize)) {
                reps.push(row as usize);
            }
        }
        reps
    }

    /// The customers of these reps, and those of nobody who could go to one of them.
    fn customers_of(&self, reps: &[usize]) -> Vec<u32> {
        let mut customers: Vec<u32> = reps.iter().flat_map(|&row| &self.customers[row]).copied().collect();
        let could = |customer: u32| {
            let ways = &self.ways.ways[self.ways.of_customer(customer as usize)];
            ways.iter().any(|way| reps.contains(&(way.row as usize)))
        };
        customers.extend(self.customers[self.load.len()].iter().filter(|&&customer| could(customer)));
        customers.sort_unstable();
        customers
    }

    fn apply(&mut self, reps: &[usize], customers: &[u32], changes: &[(u32, u32)]) {
        changes.iter().for_each(|&(customer, way)| self.at[customer as usize] = way);
        let nobody = self.load.len();
        for &row in reps {
            self.load[row] = 0.0;
            self.customers[row].clear();
        }
        // Whom nobody visits is a few where customers must be visited.
        let (ways, at) = (self.ways, &self.at);
        self.customers[nobody].retain(|customer| customers.binary_search(customer).is_err());
        for &customer in customers {
            let way = &ways.ways[at[customer as usize] as usize];
            let row = if way.row == NOBODY { nobody } else { way.row as usize };
            self.customers[row].push(customer);
            if let Some(load) = self.load.get_mut(row) {
                *load += way.minutes;
            }
        }
    }

    /// Penalties rise for rows that are overdrawn, and fall slowly where none is.
    fn adapt(&mut self) {
        let is_over = |row: usize| self.load[row] > self.ways.capacity[row];
        let any = (0..self.load.len()).any(is_over);
        for row in 0..self.load.len() {
            let price = self.prices[row];
            let least = price + LEAST.0 * price + LEAST.1 * self.mean;
            let penalty = &mut self.penalty[row];
            if self.load[row] > self.ways.capacity[row] {
                *penalty *= ADAPT.0;
            } else if !any {
                *penalty = (*penalty * ADAPT.1).max(least);
            }
        }
    }

    /// Keeps the options if they overdraw nothing and cost less than the best.
    fn note(&mut self) {
        let fits = self.load.iter().zip(&self.ways.capacity).all(|(load, capacity)| load <= capacity);
        let cost = self.cost();
        if fits && self.best.as_ref().is_none_or(|(best, _)| cost < *best) {
            self.best = Some((cost, self.at.clone()));
        }
    }

    fn cost(&self) -> f64 {
        self.at.iter().map(|&way| self.ways.ways[way as usize].cost).sum()
    }

    fn penalties(&self) -> f64 {
        let over = |row: usize| (self.load[row] - self.ways.capacity[row]).max(0.0);
        (0..self.load.len()).map(|row| self.penalty[row] * over(row)).sum()
    }
}

/// Each customer gets the option that costs least, minutes too many counted; first those for whom the second costs much
/// more than the first.
fn greedy(ways: &Ways, prices: &[f64], penalty: &[f64], dice: &mut Dice) -> Vec<u32> {
    let regret = |customer: usize| {
        let costs = ways.of_customer(customer).map(|way| ways.priced(way, prices));
        let (least, second) =
            costs.fold(
                (f64::MAX, f64::MAX),
                |(least, second), cost| {
                    if cost < least { (cost, least) } else { (least, second.min(cost)) }
                },
            );
        second - least
    };
    let customers = 0..ways.customers();
    let mut order: Vec<(f64, usize)> = customers.map(|x| (regret(x) * (0.8 + 0.4 * dice.share()), x)).collect();
    order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut load = vec![0.0; ways.capacity.len()];
    let mut at = vec![0; ways.customers()];
    for (_, customer) in order {
        let cost = |way: usize| {
            let (row, minutes) = (ways.ways[way].row as usize, ways.ways[way].minutes);
            let over = load.get(row).map_or(0.0, |load| (load + minutes - ways.capacity[row]).max(0.0));
            ways.priced(way, prices) + penalty.get(row).map_or(0.0, |penalty| penalty * over)
        };
        let best = ways.of_customer(customer).min_by(|&a, &b| cost(a).total_cmp(&cost(b)));
        let Some(way) = best else { continue };
        at[customer] = way as u32;
        if let Some(load) = load.get_mut(ways.ways[way].row as usize) {
            *load += ways.ways[way].minutes;
        }
    }
    at
}
