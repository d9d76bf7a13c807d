//! Prices of a node where they differ from those at the top of the certificate, with the sums that depend on them.
//!
//! Going from one node to another costs as much as they list, not as much as there are rows or customers.

use std::collections::HashMap;

use super::bound::Unproven;
use super::{PRICE_LIMIT, RowPrice};
use crate::problem::{Problem, RowKind};

/// No partial sum of a bound exceeds this.
const LARGEST: i128 = 1 << 126;

/// The rows of a problem by name.
#[derive(Debug)]
pub(super) struct RowNames<'p>(HashMap<&'p str, u32>);

impl<'p> RowNames<'p> {
    pub fn of(problem: &'p Problem) -> RowNames<'p> {
        RowNames(problem.rows.iter().map(|row| row.name.as_str()).zip(0..).collect())
    }
}

/// One price per row.
#[derive(Clone, Debug)]
pub(super) struct RowPrices<'p> {
    problem: &'p Problem,
    /// Whether the minutes of reps have no place among these rows.
    shared: bool,
    top: Vec<i64>,
    now: Vec<i64>,
    /// The rows listed now.
    listed: Vec<u32>,
    is_listed: Vec<bool>,
    /// Sum of price x capacity, at the top and now.
    top_capacity: i128,
    capacity: i128,
    /// No partial sum of reduced values and capacities is larger in magnitude, at the top and now.
    top_magnitude: i128,
    magnitude: i128,
    /// How many rows have another price than at the top.
    other: usize,
    /// Counts the changes.
    changes: u64,
}

impl<'p> RowPrices<'p> {
    /// The prices at the top of the certificate.
    pub fn of(problem: &'p Problem, denominator: i64, top: Vec<i64>, shared: bool) -> Result<RowPrices<'p>, Unproven> {
        let magnitude = super::bound::check_magnitude(problem, denominator, &top)?;
        let priced = problem.rows.iter().zip(&top);
        let capacity = priced.map(|(row, &price)| i128::from(price) * i128::from(row.capacity)).sum();
        Ok(RowPrices {
            problem,
            shared,
            now: top.clone(),
            listed: Vec::new(),
            is_listed: vec![false; top.len()],
            top,
            top_capacity: capacity,
            capacity,
            top_magnitude: magnitude,
            magnitude,
            other: 0,
            changes: 0,
        })
    }

    /// Lists the prices that differ from those at the top; those listed before no longer count.
    pub fn list(&mut self, names: &RowNames<'_>, listed: &[RowPrice]) -> Result<(), Unproven> {
        if listed.is_empty() && self.listed.is_empty() {
            return Ok(());
        }
        let before: Vec<(u32, i64)> = self.listed.drain(..).map(|row| (row, self.now[row as usize])).collect();
        for &(row, _) in &before {
            self.now[row as usize] = self.top[row as usize];
            self.is_listed[row as usize] = false;
        }
        (self.capacity, self.magnitude, self.other) = (self.top_capacity, self.top_magnitude, 0);
        for RowPrice { row, price } in listed {
            let Some(&at) = names.0.get(row.as_str()) else { return Err(Unproven::UnknownRow(row.clone())) };
            let facts = &self.problem.rows[at as usize];
            if self.shared && matches!(facts.kind, RowKind::RepMinutes(_)) {
                return Err(Unproven::NotShared(row.clone()));
            }
            if std::mem::replace(&mut self.is_listed[at as usize], true) {
                return Err(Unproven::RowTwice(row.clone()));
            }
            if !(0..PRICE_LIMIT).contains(price) {
                return Err(Unproven::Price { row: row.clone(), price: *price });
            }
            self.listed.push(at);
            self.magnitude -= i128::from(self.top[at as usize]) * facts.worst;
        }
        // All that no longer counts has been taken off, so that the sum only rises.
        for (&at, &RowPrice { price, .. }) in self.listed.iter().zip(listed) {
            let (row, top) = (&self.problem.rows[at as usize], self.top[at as usize]);
            self.magnitude += i128::from(price) * row.worst;
            if self.magnitude >= LARGEST {
                return Err(Unproven::TooLarge);
            }
            self.capacity += (i128::from(price) - i128::from(top)) * i128::from(row.capacity);
            self.other += usize::from(price != top);
            self.now[at as usize] = price;
        }
        let same =
            self.listed.len() == before.len() && before.iter().all(|&(row, price)| self.now[row as usize] == price);
        self.changes += u64::from(!same);
        Ok(())
    }

    /// One price per row.
    pub fn now(&self) -> &[i64] {
        &self.now
    }

    /// Whether every price is that at the top.
    pub fn is_top(&self) -> bool {
        self.other == 0
    }

    /// Sum of price x capacity.
    pub fn capacity(&self) -> i128 {
        self.capacity
    }

    /// No partial sum of reduced values and capacities is larger in magnitude.
    pub fn magnitude(&self) -> i128 {
        self.magnitude
    }

    /// A number that is another one after every change.
    pub fn changes(&self) -> u64 {
        self.changes
    }
}

/// One price per customer.
#[derive(Clone, Debug)]
pub(super) struct CustomerPrices {
    top: Vec<i64>,
    now: Vec<i64>,
    listed: Vec<u32>,
    is_listed: Vec<bool>,
    sum: i128,
    magnitude: i128,
}

impl CustomerPrices {
    /// The prices at the top of the certificate: one for each customer, or none at all where all are 0.
    pub fn of(customers: usize, mut top: Vec<i64>) -> Result<CustomerPrices, Unproven> {
        if let Some(at) = top.iter().position(|price| price.unsigned_abs() >= PRICE_LIMIT.unsigned_abs()) {
            return Err(Unproven::CustomerPrice { customer: format!("number {at}"), price: top[at] });
        }
        top.resize(customers, 0);
        Ok(CustomerPrices {
            now: top.clone(),
            listed: Vec::new(),
            is_listed: vec![false; customers],
            sum: top.iter().map(|&price| i128::from(price)).sum(),
            magnitude: top.iter().map(|&price| i128::from(price).abs()).sum(),
            top,
        })
    }

    /// Lists the prices that differ from those at the top; those listed before no longer count. Calls `changed` for
    /// every customer whose price is another one than before.
    pub fn list(&mut self, listed: &[(usize, i64)], mut changed: impl FnMut(usize)) -> Result<(), Unproven> {
        let before = std::mem::take(&mut self.listed);
        before.iter().for_each(|&customer| self.is_listed[customer as usize] = false);
        for &(customer, price) in listed {
            let name = || format!("number {customer}");
            if customer >= self.now.len() {
                return Err(Unproven::UnknownCustomer(name()));
            }
            if std::mem::replace(&mut self.is_listed[customer], true) {
                return Err(Unproven::CustomerTwice(name()));
            }
            if price.unsigned_abs() >= PRICE_LIMIT.unsigned_abs() {
                return Err(Unproven::CustomerPrice { customer: name(), price });
            }
            self.listed.push(customer as u32);
            self.set(customer, price, &mut changed);
        }
        for customer in before.into_iter().map(|customer| customer as usize) {
            if !self.is_listed[customer] {
                self.set(customer, self.top[customer], &mut changed);
            }
        }
        Ok(())
    }

    fn set(&mut self, customer: usize, price: i64, changed: &mut impl FnMut(usize)) {
        let before = std::mem::replace(&mut self.now[customer], price);
        if before != price {
            self.sum += i128::from(price) - i128::from(before);
            self.magnitude += i128::from(price).abs() - i128::from(before).abs();
            changed(customer);
        }
    }

    /// A customer's price.
    pub fn of_customer(&self, customer: usize) -> i64 {
        self.now[customer]
    }

    /// Sum of all prices.
    pub fn sum(&self) -> i128 {
        self.sum
    }

    /// Sum of all prices, each as if it were positive.
    pub fn magnitude(&self) -> i128 {
        self.magnitude
    }
}
