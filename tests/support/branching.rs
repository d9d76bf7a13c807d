//! A branch and bound for tests: simple, and written to meet every kind of node, not to be fast.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use visitplan::certificate::{Certificate, KnapsackPrices, LeafKnapsack, RowPrice, Split, Test, Tree, TreeNode, named};
use visitplan::instance::Instance;
use visitplan::problem::{Choice, Problem};

/// The options left to each customer.
pub type Left = Vec<Vec<Choice>>;

pub struct Dice(ChaCha8Rng);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(ChaCha8Rng::seed_from_u64(seed))
    }

    /// A whole number from `least` to `most`.
    pub fn whole(&mut self, least: i64, most: i64) -> i64 {
        least + (self.0.next_u64() % (most - least + 1) as u64) as i64
    }

    pub fn chance(&mut self, percent: i64) -> bool {
        self.whole(1, 100) <= percent
    }

    pub fn below(&mut self, count: usize) -> usize {
        self.whole(0, count as i64 - 1) as usize
    }
}

pub fn all_options(problem: &Problem) -> Left {
    (0..problem.customers()).map(|customer| problem.choices(customer).collect()).collect()
}

/// Calls `each` with every plan.
pub fn every_plan(problem: &Problem, mut each: impl FnMut(&[Choice])) {
    let left = all_options(problem);
    if left.iter().any(Vec::is_empty) {
        return;
    }
    let mut at = vec![0; left.len()];
    loop {
        let plan: Vec<Choice> = left.iter().zip(&at).map(|(options, &at)| options[at]).collect();
        if problem.overdrawn(&plan).is_none() {
            each(&plan);
        }
        let Some(customer) = (0..left.len()).find(|&customer| at[customer] + 1 < left[customer].len()) else { return };
        at[customer] += 1;
        at[..customer].fill(0);
    }
}

fn reduced(problem: &Problem, scale: i64, rows: &[i64], customer: usize, choice: Choice) -> i128 {
    let mut sum = i128::from(scale) * i128::from(problem.value(choice));
    problem.for_each_use(customer, choice, |row, amount| sum -= i128::from(rows[row]) * i128::from(amount));
    sum
}

fn capacities(problem: &Problem, rows: &[i64]) -> i128 {
    problem.rows.iter().zip(rows).map(|(row, &price)| i128::from(price) * i128::from(row.capacity)).sum()
}

/// The sum of kind 1 over the options left; `None` where a customer has none. Values count `scale` times.
pub fn price_sum(problem: &Problem, scale: i64, rows: &[i64], left: &Left) -> Option<i128> {
    let best = |(customer, options): (usize, &Vec<Choice>)| {
        options.iter().map(|&choice| reduced(problem, scale, rows, customer, choice)).max()
    };
    left.iter().enumerate().map(best).sum::<Option<i128>>().map(|sum| sum + capacities(problem, rows))
}

/// The sum of kind 2, its knapsacks by plain dynamic programming over the minutes.
pub fn knapsack_sum(problem: &Problem, scale: i64, rows: &[i64], customers: &[i64], left: &Left) -> Option<i128> {
    if left.iter().any(Vec::is_empty) {
        return None;
    }
    let price = |customer: usize| i128::from(customers.get(customer).copied().unwrap_or(0));
    let mut sum = capacities(problem, rows) + customers.iter().map(|&price| i128::from(price)).sum::<i128>();
    let rep_of = |choice: Choice| choice.lane().and_then(|lane| problem.lane(lane).rep);
    let gain = |customer: usize, choice: Choice| reduced(problem, scale, rows, customer, choice) - price(customer);
    for (customer, options) in left.iter().enumerate() {
        let alone = options.iter().filter(|&&choice| rep_of(choice).is_none());
        sum += alone.map(|&choice| gain(customer, choice)).max().unwrap_or(0).max(0);
    }
    for rep in 0..problem.reps() as u32 {
        let Some(row) = problem.row_of_rep(rep) else { continue };
        let mut best = vec![0; problem.rows[row].capacity as usize + 1];
        for (customer, options) in left.iter().enumerate() {
            let before = best.clone();
            for &choice in options.iter().filter(|&&choice| rep_of(choice) == Some(rep)) {
                let minutes = problem.minutes(choice) as usize;
                for room in minutes..best.len() {
                    best[room] = best[room].max(before[room - minutes] + gain(customer, choice));
                }
            }
        }
        sum += best[best.len() - 1];
    }
    Some(sum)
}

/// The options left once those are dropped that no plan of at least `target / D` has.
pub fn fixed(problem: &Problem, scale: i64, rows: &[i64], left: &Left, target: i128) -> Left {
    let Some(sum) = price_sum(problem, scale, rows, left) else { return left.clone() };
    let of_customer = |(customer, options): (usize, &Vec<Choice>)| {
        let values: Vec<i128> = options.iter().map(|&choice| reduced(problem, scale, rows, customer, choice)).collect();
        let best = values.iter().copied().max().unwrap_or(0);
        options
            .iter()
            .zip(values)
            .filter(|(_, value)| sum - (best - value) >= target)
            .map(|(&choice, _)| choice)
            .collect()
    };
    left.iter().enumerate().map(of_customer).collect()
}

/// Prices over those of the top of a certificate.
pub fn over(problem: &Problem, top: &[i64], listed: &[RowPrice]) -> Vec<i64> {
    let price = |name: &str| listed.iter().find(|priced| priced.row == name).map(|priced| priced.price);
    problem.rows.iter().zip(top).map(|(row, &top)| price(&row.name).unwrap_or(top)).collect()
}

/// What writes a tree.
pub struct Branching<'p> {
    pub instance: &'p Instance,
    pub problem: &'p Problem,
    pub dice: Dice,
    pub denominator: i64,
    /// The value of the best plan known, or `None` for a proof that there is none.
    pub value: Option<i64>,
    /// Prices at the top of the certificate: of rows, of shared rows and of customers.
    pub top: [Vec<i64>; 3],
    pub nodes: Vec<TreeNode>,
}

impl<'p> Branching<'p> {
    /// A certificate with a tree whose leaves have no better plan than one of this value.
    pub fn certificate(instance: &'p Instance, problem: &'p Problem, seed: u64, value: Option<i64>) -> Certificate {
        let mut dice = Dice::new(seed);
        let denominator = if value.is_some() { [1, 10, 1000][dice.below(3)] } else { 1 };
        let mut branching =
            Branching { instance, problem, dice, denominator, value, top: Default::default(), nodes: Vec::new() };
        let rows = branching.random_rows();
        let customers = branching.random_customers(&rows, &all_options(problem));
        let knapsack = branching.dice.chance(60).then(|| KnapsackPrices::new(problem, &rows, customers.clone()));
        let none = vec![0; problem.rows.len()];
        branching.top = match knapsack {
            Some(_) => [rows.clone(), branching.shared(&rows), customers],
            None => [rows.clone(), none, vec![0; problem.customers()]],
        };
        branching.node(all_options(problem));
        let tree = Some(Tree { nodes: branching.nodes });
        Certificate { knapsack, tree, ..Certificate::of_prices(problem, denominator, &rows) }
    }

    fn shared(&self, rows: &[i64]) -> Vec<i64> {
        let is_rep = |row: usize| self.problem.rows[row].name.starts_with("rep:");
        (0..rows.len()).map(|row| if is_rep(row) { 0 } else { rows[row] }).collect()
    }

    fn scale(&self) -> i64 {
        if self.value.is_some() { self.denominator } else { 0 }
    }

    /// Prices of the right order: of an hour some money, of other rows any.
    fn random_rows(&mut self) -> Vec<i64> {
        let most = [3, 300, 3000][self.dice.below(3)] * self.denominator;
        (0..self.problem.rows.len()).map(|_| self.dice.whole(0, 2).min(1) * self.dice.whole(0, most)).collect()
    }

    /// What customers are left with at these prices, more or less.
    fn random_customers(&mut self, rows: &[i64], left: &Left) -> Vec<i64> {
        let scale = self.scale();
        let mut prices = Vec::new();
        for (customer, options) in left.iter().enumerate() {
            let value = |&choice: &Choice| reduced(self.problem, scale, rows, customer, choice);
            let best = options.iter().map(value).max().unwrap_or(0).clamp(-1 << 52, 1 << 52);
            prices.push(best as i64 + self.dice.whole(0, 1) * self.dice.whole(-500, 500));
        }
        prices
    }

    fn proves(&self, sum: Option<i128>) -> bool {
        match (sum, self.value) {
            (None, _) => true,
            (Some(sum), None) => sum < 0,
            (Some(sum), Some(value)) => {
                self.problem.floor_to_grain(sum, i128::from(self.denominator)) <= i128::from(value)
            }
        }
    }

    /// The prices that differ from others, and sometimes one that does not.
    fn differing(&mut self, rows: &[i64], top: &[i64], shared: bool) -> Vec<RowPrice> {
        let mut listed = Vec::new();
        for (at, row) in self.problem.rows.iter().enumerate() {
            let own = shared && row.name.starts_with("rep:");
            if !own && (rows[at] != top[at] || self.dice.chance(5)) {
                listed.push(RowPrice { row: row.name.clone(), price: rows[at] });
            }
        }
        listed
    }

    /// Prices that prove the options left to have no better plan, if some are found.
    fn leaf(&mut self, left: &Left) -> Option<TreeNode> {
        let (scale, [rows, shared, customers]) = (self.scale(), self.top.clone());
        if left.iter().any(Vec::is_empty) || self.proves(price_sum(self.problem, scale, &rows, left)) {
            return Some(TreeNode::Leaf { rows: Vec::new(), knapsack: None });
        }
        if self.proves(knapsack_sum(self.problem, scale, &shared, &customers, left)) {
            return Some(TreeNode::Leaf { rows: Vec::new(), knapsack: Some(LeafKnapsack::default()) });
        }
        let mut tries: Vec<Vec<i64>> = (0..4).map(|_| self.random_rows()).collect();
        // Nothing costs anything where there is a plan, and one row very much where it is overdrawn.
        tries.push(vec![0; self.problem.rows.len()]);
        for row in 0..self.problem.rows.len() {
            let mut rows = vec![0; self.problem.rows.len()];
            rows[row] = 1_000_000 * self.denominator;
            tries.push(rows);
        }
        for rows in tries {
            if self.proves(price_sum(self.problem, scale, &rows, left)) {
                let listed = self.differing(&rows, &self.top[0].clone(), false);
                return Some(TreeNode::Leaf { rows: listed, knapsack: None });
            }
            let shared_now = self.shared(&rows);
            let prices = self.random_customers(&rows, left);
            if self.proves(knapsack_sum(self.problem, scale, &shared_now, &prices, left)) {
                let others = prices.iter().copied().enumerate().filter(|&(at, price)| price != customers[at]);
                let part = LeafKnapsack {
                    customers: others.collect(),
                    shared_rows: self.differing(&shared_now, &shared, true),
                };
                return Some(TreeNode::Leaf { rows: Vec::new(), knapsack: Some(part) });
            }
        }
        None
    }

    /// Writes the node of the options left, and all below it; returns its number.
    fn node(&mut self, mut left: Left) -> usize {
        let at = self.nodes.len();
        self.nodes.push(TreeNode::Leaf { rows: Vec::new(), knapsack: None });
        if let Some(value) = self.value
            && self.dice.chance(20)
        {
            let rows = if self.dice.chance(50) { self.top[0].clone() } else { self.random_rows() };
            let better = i128::from(value) + i128::from(self.problem.granularity().max(1));
            left = fixed(self.problem, self.denominator, &rows, &left, i128::from(self.denominator) * better);
            let next = self.node(left);
            self.nodes[at] = TreeNode::Fix { rows: named(self.problem, &rows), next };
            return at;
        }
        let leaf = if self.dice.chance(15) { None } else { self.leaf(&left) };
        let split = if leaf.is_none() { self.split(&left) } else { None };
        self.nodes[at] = match (leaf, split) {
            (Some(leaf), _) => leaf,
            (None, Some(split)) => {
                let holds = |choice: &Choice| split.test.holds(self.problem, *choice);
                let (mut part, mut other) = (left.clone(), left);
                part[split.customer].retain(holds);
                other[split.customer].retain(|choice| !holds(choice));
                let (yes, no) = if self.dice.chance(50) {
                    let yes = self.node(part);
                    (yes, self.node(other))
                } else {
                    let no = self.node(other);
                    (self.node(part), no)
                };
                TreeNode::Split { split, yes, no }
            }
            // One option each: a plan that is not better, or a row that is overdrawn.
            (None, None) => self.leaf(&left).unwrap_or(TreeNode::Leaf { rows: Vec::new(), knapsack: None }),
        };
        at
    }

    /// A question that tells options apart, of any kind there is.
    fn split(&mut self, left: &Left) -> Option<Split> {
        let open: Vec<usize> = (0..left.len()).filter(|&customer| left[customer].len() > 1).collect();
        if open.is_empty() {
            return None;
        }
        let customer = open[self.dice.below(open.len())];
        let options = &left[customer];
        let choice = options[self.dice.below(options.len())];
        let lane = choice.lane().map(|lane| self.problem.lane(lane));
        let calls = lane.map_or(0, |lane| lane.calls);
        let rep = lane.and_then(|lane| lane.rep).map(|rep| self.rep(rep));
        let pool = lane.and_then(|lane| lane.pool).map(|pool| self.pool(pool));
        let tests = [rep, pool, Some(Test::Calls(calls)), Some(Test::Visits(choice.visits))];
        let tests: Vec<Test> = tests.into_iter().flatten().collect();
        let first = self.dice.below(tests.len());
        let tells_apart = |test: &&Test| {
            let yes = options.iter().filter(|&&choice| test.holds(self.problem, choice)).count();
            yes > 0 && yes < options.len()
        };
        // Another option may tell more; in the end two options of one customer differ in something.
        let test = match tests.iter().cycle().skip(first).take(tests.len()).find(tells_apart) {
            Some(test) => test.clone(),
            None => return self.split(left),
        };
        Some(Split { customer, id: self.instance.customers[customer].id.to_string(), test })
    }

    pub fn rep(&self, rep: u32) -> Test {
        Test::Rep { rep, id: self.instance.reps[rep as usize].id.to_string() }
    }

    pub fn pool(&self, pool: u32) -> Test {
        Test::Pool { pool, id: self.instance.pools[pool as usize].id.to_string() }
    }
}

/// The bound of a certificate's tree by a simple walk over sets of options; `None` where nothing is left in any leaf.
/// The tree and its prices must be in order.
pub fn simple_bound(problem: &Problem, certificate: &Certificate, value: Option<i64>) -> Option<i128> {
    let top = certificate.prices(problem).expect("prices in order");
    let (shared, customers) = match &certificate.knapsack {
        Some(part) => (part.rows(problem).expect("prices in order"), part.customers.clone()),
        None => (vec![0; problem.rows.len()], Vec::new()),
    };
    let scale = if value.is_some() { certificate.denominator } else { 0 };
    let nodes = &certificate.tree.as_ref().expect("a tree").nodes;
    let mut largest = None;
    let mut open = vec![(0, all_options(problem))];
    while let Some((at, left)) = open.pop() {
        match &nodes[at] {
            TreeNode::Split { split, yes, no } => {
                let (mut part, mut other) = (left.clone(), left);
                part[split.customer].retain(|&choice| split.test.holds(problem, choice));
                other[split.customer].retain(|&choice| !split.test.holds(problem, choice));
                open.extend([(*yes, part), (*no, other)]);
            }
            TreeNode::Fix { rows, next } => {
                let better = i128::from(value.expect("a plan")) + i128::from(problem.granularity().max(1));
                let rows = over(problem, &vec![0; top.len()], rows);
                open.push((*next, fixed(problem, scale, &rows, &left, i128::from(scale) * better)));
            }
            TreeNode::Leaf { rows, knapsack: None } => {
                largest = largest.max(price_sum(problem, scale, &over(problem, &top, rows), &left));
            }
            TreeNode::Leaf { knapsack: Some(part), .. } => {
                let mut prices = customers.clone();
                prices.resize(problem.customers(), 0);
                part.customers.iter().for_each(|&(customer, price)| prices[customer] = price);
                let rows = over(problem, &shared, &part.shared_rows);
                largest = largest.max(knapsack_sum(problem, scale, &rows, &prices, &left));
            }
        }
    }
    largest
}
