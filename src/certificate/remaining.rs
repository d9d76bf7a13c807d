//! The options left at a node of a tree.

use crate::problem::{Choice, Problem};

/// All options of a problem, by group and customer. Those by one rep are a group, and those without a rep are the last
/// group.
#[derive(Debug)]
pub(super) struct Options {
    /// The options.
    pub choices: Vec<Choice>,
    /// Whose each of them is.
    pub customer: Vec<u32>,
    /// The group of each.
    pub group: Vec<u32>,
    /// The minutes of each.
    pub minutes: Vec<i64>,
    /// The number of groups.
    pub groups: usize,
}

impl Options {
    /// `None` where there are more than can be numbered.
    pub fn of(problem: &Problem) -> Option<Options> {
        // Behind the options there are numbers for the ends of the customers' and the groups' lists.
        u32::try_from(problem.choice_count() + problem.customers() + problem.reps() + 1).ok()?;
        let nobody = problem.reps() as u32;
        let mut all: Vec<(u32, u32, Choice)> = Vec::with_capacity(problem.choice_count());
        for customer in 0..problem.customers() {
            let group = |choice: Choice| choice.lane().and_then(|lane| problem.lane(lane).rep).unwrap_or(nobody);
            all.extend(problem.choices(customer).map(|choice| (group(choice), customer as u32, choice)));
        }
        // What is walked through most lies together. The order within a customer's group stays.
        all.sort_by_key(|&(group, _, _)| group);
        Some(Options {
            choices: all.iter().map(|&(_, _, choice)| choice).collect(),
            customer: all.iter().map(|&(_, customer, _)| customer).collect(),
            group: all.iter().map(|&(group, _, _)| group).collect(),
            minutes: all.iter().map(|&(_, _, choice)| problem.minutes(choice)).collect(),
            groups: problem.reps() + 1,
        })
    }
}

/// Lists of options through which one can walk in order, and from which one can be taken and put back where it was.
#[derive(Clone, Debug)]
struct Lists {
    /// The first of list `l` follows `options + l`, and that number follows the last.
    next: Vec<u32>,
    before: Vec<u32>,
    options: u32,
}

impl Lists {
    /// Of all options, by the list that each is in.
    fn of(list: &[u32], lists: usize) -> Lists {
        let options = list.len() as u32;
        let ends = options..options + lists as u32;
        let mut next: Vec<u32> = (0..options).chain(ends).collect();
        let mut before = next.clone();
        for (at, &list) in (0..).zip(list) {
            let end = (options + list) as usize;
            let last = std::mem::replace(&mut before[end], at);
            next[last as usize] = at;
            (before[at as usize], next[at as usize]) = (last, end as u32);
        }
        Lists { next, before, options }
    }

    fn take(&mut self, option: u32) {
        let (before, next) = (self.before[option as usize], self.next[option as usize]);
        self.next[before as usize] = next;
        self.before[next as usize] = before;
    }

    /// Puts back what was taken last.
    fn put_back(&mut self, option: u32) {
        let (before, next) = (self.before[option as usize], self.next[option as usize]);
        self.next[before as usize] = option;
        self.before[next as usize] = option;
    }

    fn walk(&self, list: usize) -> impl Iterator<Item = u32> + '_ {
        let mut at = self.options + list as u32;
        std::iter::from_fn(move || {
            at = self.next[at as usize];
            (at < self.options).then_some(at)
        })
    }
}

/// The options left at a node. Going down drops options, going back up restores them.
#[derive(Clone, Debug)]
pub(super) struct Remaining<'o> {
    options: &'o Options,
    of_customer: Lists,
    of_group: Lists,
    /// How many are left to each customer.
    left: Vec<u32>,
    /// The number of customers without any.
    without: usize,
    /// What has been dropped on the way from the root.
    dropped: Vec<u32>,
    /// Counts the changes of each group.
    changes: Vec<u64>,
}

impl<'o> Remaining<'o> {
    /// All options.
    pub fn all(options: &'o Options, customers: usize) -> Remaining<'o> {
        let mut left = vec![0; customers];
        options.customer.iter().for_each(|&customer| left[customer as usize] += 1);
        Remaining {
            options,
            of_customer: Lists::of(&options.customer, customers),
            of_group: Lists::of(&options.group, options.groups),
            without: left.iter().filter(|&&left| left == 0).count(),
            left,
            dropped: Vec::new(),
            changes: vec![0; options.groups],
        }
    }

    /// Whether some customer has no option left.
    pub fn is_impossible(&self) -> bool {
        self.without > 0
    }

    /// How many options have been dropped on the way from the root.
    pub fn depth(&self) -> usize {
        self.dropped.len()
    }

    /// A number that is another one after every change of a group.
    pub fn changes(&self, group: usize) -> u64 {
        self.changes[group]
    }

    /// The options left to a customer.
    pub fn of_customer(&self, customer: usize) -> impl Iterator<Item = usize> + '_ {
        self.of_customer.walk(customer).map(|option| option as usize)
    }

    /// The options left in a group, by customer.
    pub fn of_group(&self, group: usize) -> impl Iterator<Item = usize> + '_ {
        self.of_group.walk(group).map(|option| option as usize)
    }

    /// Drops an option that is left.
    pub fn drop(&mut self, option: usize) {
        self.changes[self.options.group[option] as usize] += 1;
        let left = &mut self.left[self.options.customer[option] as usize];
        *left -= 1;
        self.without += usize::from(*left == 0);
        self.of_customer.take(option as u32);
        self.of_group.take(option as u32);
        self.dropped.push(option as u32);
    }

    /// Restores what was dropped below a depth.
    pub fn back_to(&mut self, depth: usize) {
        for at in (depth..self.dropped.len()).rev() {
            let option = self.dropped[at];
            self.changes[self.options.group[option as usize] as usize] += 1;
            let left = &mut self.left[self.options.customer[option as usize] as usize];
            self.without -= usize::from(*left == 0);
            *left += 1;
            self.of_customer.put_back(option);
            self.of_group.put_back(option);
        }
        self.dropped.truncate(depth);
    }
}
