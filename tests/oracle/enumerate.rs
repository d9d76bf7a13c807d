//! Rows in integers, and the enumeration of all joint choices.

use super::numbers::{cents, millionths, minutes_of_hours, scaled, whole};
use super::options::{Choice, Data, list, stated};
use serde_json::Value;

/// A row: the sum of its coefficients over the chosen options must not exceed the capacity.
pub struct Row {
    /// `rep:ID`, `min:ID`, `customers:ID`, `telesales:ID`, `rule:K`.
    pub name: String,
    /// By customer and option. A least amount counts negative.
    pub coefficients: Vec<Vec<i128>>,
    /// What the sum may be at most.
    pub capacity: i128,
}

/// Every customer's options and every row.
pub struct Problem {
    /// By customer, in instance order.
    pub options: Vec<Vec<Choice>>,
    /// All rows.
    pub rows: Vec<Row>,
}

/// What the enumeration found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The largest value of a plan in cents of the objective; none where there is no plan.
    pub optimum: Option<i64>,
    /// The greatest common divisor of the differences of option values within a customer; 0 where all are equal.
    pub granularity: i64,
    /// How many plans keep every row.
    pub plans: u64,
    /// How many joint choices there are.
    pub choices: u64,
}

impl Problem {
    /// Reads the document.
    pub fn read(instance: &Value) -> Self {
        let data = Data::new(instance);
        let mut problem = Problem {
            options: data.customers.iter().map(|customer| data.options(customer)).collect(),
            rows: Vec::new(),
        };
        problem.add_rows_of_reps(&data);
        problem.add_rows_of_pools(&data);
        for (number, rule) in list(&data.model["rules"]).iter().enumerate() {
            problem.add_rule(&data, number, rule);
        }
        problem
    }

    /// The number of joint choices.
    pub fn choices(&self) -> u64 {
        self.options.iter().fold(1, |product: u64, options| product.saturating_mul(options.len() as u64))
    }

    fn add(&mut self, name: String, capacity: i128, coefficient: impl Fn(usize, &Choice) -> i128) {
        let of_customer =
            |(customer, options): (usize, &Vec<Choice>)| options.iter().map(|o| coefficient(customer, o)).collect();
        let coefficients = self.options.iter().enumerate().map(of_customer).collect();
        self.rows.push(Row { name, coefficients, capacity });
    }

    fn add_rows_of_reps(&mut self, data: &Data) {
        for (r, rep) in data.reps.iter().enumerate().filter(|&(r, _)| data.active(r)) {
            let id = rep["id"].as_str().expect("an id");
            let minutes = |o: &Choice| {
                if o.rep == Some(r) { o.minutes as i128 } else { 0 }
            };
            self.add(format!("rep:{id}"), Data::time(rep) as i128, |_, o| minutes(o));
            let least = stated(&rep["min_minutes"]).map(whole);
            let least = least.or_else(|| stated(&rep["min_hours"]).map(minutes_of_hours));
            if let Some(least) = least {
                self.add(format!("min:{id}"), -(least as i128), |_, o| -minutes(o));
            }
            if let Some(most) = stated(&rep["max_customers"]) {
                self.add(format!("customers:{id}"), whole(most) as i128, |_, o| (o.rep == Some(r)) as i128);
            }
        }
    }

    fn add_rows_of_pools(&mut self, data: &Data) {
        for (p, pool) in data.pools.iter().enumerate() {
            let id = pool["id"].as_str().expect("an id");
            let minutes = |o: &Choice| {
                if o.pool == Some(p) { o.call_minutes as i128 } else { 0 }
            };
            self.add(format!("telesales:{id}"), Data::time(pool) as i128, |_, o| minutes(o));
        }
    }

    fn add_rule(&mut self, data: &Data, number: usize, rule: &Value) {
        let name = format!("rule:{number}");
        let (kind, rule) = rule.as_object().and_then(|rule| rule.iter().next()).expect("a rule of one kind");
        let counts = |customer: usize| selected(&rule["who"], &data.customers[customer]) as i128;
        let amount = |o: &Choice| match rule["of"].as_str() {
            Some("visits") => o.visits as i128,
            Some("minutes") => o.minutes as i128,
            Some("revenue") => o.revenue as i128,
            other => panic!("a share of {other:?}"),
        };
        const ALL: i128 = 1_000_000;
        match kind.as_str() {
            "min_share" => {
                let share = millionths(&rule["share"]);
                self.add(name, 0, |c, o| share * amount(o) - ALL * counts(c) * amount(o));
            }
            "max_share" => {
                let share = millionths(&rule["share"]);
                self.add(name, 0, |c, o| ALL * counts(c) * amount(o) - share * amount(o));
            }
            "min_visits" => {
                self.add(name, -(whole(&rule["visits"]) as i128), |c, o| -counts(c) * o.visits as i128);
            }
            "max_visits" => {
                self.add(name, whole(&rule["visits"]) as i128, |c, o| counts(c) * o.visits as i128);
            }
            "min_revenue" => {
                self.add(name, -(cents(&rule["revenue"]) as i128), |c, o| -counts(c) * o.revenue as i128);
            }
            "max_cost" => {
                let cost = 60 * cents(&rule["cost"]) as i128;
                self.add(name, cost, |_, o| data.sixtieths_of_cost(o.minutes, o.pool, o.call_minutes));
            }
            "max_changed_owners" => {
                let changed = |c: usize, o: &Choice| match (stated(&data.customers[c]["owner"]), o.rep) {
                    (Some(owner), Some(rep)) => data.reps[rep]["id"] != *owner,
                    _ => false,
                };
                self.add(name, whole(&rule["customers"]) as i128, |c, o| changed(c, o) as i128);
            }
            "max_changed_customers" => {
                let tolerance = stated(&rule["tolerance"]).map_or(0, whole);
                let most = millionths(&rule["share"]) * data.customers.len() as i128 / ALL;
                let before = |c: usize| stated(&data.customers[c]["last_visits"]).map_or(0, whole);
                self.add(name, most, |c, o| ((o.visits - before(c)).abs() > tolerance) as i128);
            }
            other => panic!("unknown rule {other}"),
        }
    }
}

/// Whether all named conditions of `who` hold for the customer; without `who` everybody is selected.
pub fn selected(who: &Value, customer: &Value) -> bool {
    let active = Value::from("active");
    let one_of = |values: &Value, value: &Value| stated(values).is_none_or(|values| list(values).contains(value));
    let tags = who["tags"].as_object();
    one_of(&who["status"], stated(&customer["status"]).unwrap_or(&active))
        && one_of(&who["segment"], &customer["segment"])
        && one_of(&who["owner"], &customer["owner"])
        && tags.is_none_or(|tags| tags.iter().all(|(key, values)| one_of(values, &customer["tags"][key])))
}

/// Enumerates all joint choices of an instance whose model is given inline.
pub fn enumerate(instance: &Value) -> Answer {
    let problem = Problem::read(instance);
    let mut answer = Answer { optimum: None, granularity: granularity(&problem), plans: 0, choices: problem.choices() };
    let mut sums = vec![0; problem.rows.len()];
    search(&problem, 0, &mut sums, 0, &mut answer);
    answer
}

/// Takes each option of one customer in turn, then goes on to the next customer.
fn search(problem: &Problem, customer: usize, sums: &mut [i128], value: i64, answer: &mut Answer) {
    if customer == problem.options.len() {
        if problem.rows.iter().zip(&*sums).all(|(row, &sum)| sum <= row.capacity) {
            answer.plans += 1;
            answer.optimum = Some(answer.optimum.map_or(value, |best| best.max(value)));
        }
        return;
    }
    for (o, option) in problem.options[customer].iter().enumerate() {
        for (sum, row) in sums.iter_mut().zip(&problem.rows) {
            *sum += row.coefficients[customer][o];
        }
        search(problem, customer + 1, sums, value + option.value, answer);
        for (sum, row) in sums.iter_mut().zip(&problem.rows) {
            *sum -= row.coefficients[customer][o];
        }
    }
}

/// The greatest common divisor of the differences of option values within a customer, over all customers.
fn granularity(problem: &Problem) -> i64 {
    let mut divisor = 0;
    for options in &problem.options {
        for option in options {
            let (mut a, mut b) = (divisor, (option.value - options[0].value).abs());
            while b != 0 {
                (a, b) = (b, a % b);
            }
            divisor = a;
        }
    }
    divisor
}

/// Checks the assignments and the uncovered customers of a plan against the instance, and adds up its value in
/// cents of the objective.
pub fn assess(instance: &Value, plan: &Value) -> Result<i64, String> {
    let data = Data::new(instance);
    let problem = Problem::read(instance);
    let places = |customer: &Value| data.customers.iter().position(|c| c["id"] == *customer);
    let mut chosen: Vec<Option<usize>> = vec![None; data.customers.len()];
    for part in ["assignments", "uncovered"] {
        let mut last = None;
        for entry in plan[part].as_array().ok_or(format!("no `{part}`"))? {
            let id = if part == "assignments" { &entry["customer"] } else { entry };
            let customer = places(id).ok_or(format!("{id} in `{part}` is no customer"))?;
            if last.is_some_and(|last| last >= customer) {
                return Err(format!("{id}: `{part}` is not in instance order"));
            }
            last = Some(customer);
            let option = if part == "assignments" {
                assigned(&data, &problem.options[customer], entry).map_err(|reason| format!("{id}: {reason}"))?
            } else {
                let nothing = problem.options[customer].iter().position(|o| o.visits + o.calls == 0);
                nothing.ok_or(format!("{id} must not be left uncovered"))?
            };
            if chosen[customer].replace(option).is_some() {
                return Err(format!("{id} is there twice"));
            }
        }
    }
    let mut value = 0;
    let mut sums = vec![0; problem.rows.len()];
    for (customer, option) in chosen.into_iter().enumerate() {
        let option = option.ok_or(format!("{} is missing", data.customers[customer]["id"]))?;
        value += problem.options[customer][option].value;
        for (sum, row) in sums.iter_mut().zip(&problem.rows) {
            *sum += row.coefficients[customer][option];
        }
    }
    for (row, sum) in problem.rows.iter().zip(sums) {
        if sum > row.capacity {
            return Err(format!("row {}: {sum} exceeds {}", row.name, row.capacity));
        }
    }
    Ok(value)
}

/// The option that an assignment states, with the right minutes and revenue.
fn assigned(data: &Data, options: &[Choice], entry: &Value) -> Result<usize, String> {
    let number = |field: &str| match &entry[field] {
        number if number.is_number() && scaled(number, 6) % 1_000_000 == 0 => Ok(scaled(number, 0)),
        other => Err(format!("`{field}` is {other}")),
    };
    let index = |list: &[Value], field: &str| match stated(&entry[field]) {
        None => Ok(None),
        Some(id) => match list.iter().position(|item| item["id"] == *id) {
            Some(position) => Ok(Some(position)),
            None => Err(format!("unknown {field} {id}")),
        },
    };
    let (rep, visits) = (index(data.reps, "rep")?, number("visits")?);
    let (pool, calls) = (index(data.pools, "pool")?, number("calls")?);
    if visits == 0 && calls == 0 {
        return Err("is assigned without a visit or call".into());
    }
    let same = |o: &Choice| (o.rep, o.visits as i128, o.pool, o.calls as i128) == (rep, visits, pool, calls);
    let position = options.iter().position(same).ok_or(format!("{entry} is none of the customer's options"))?;
    let option = &options[position];
    if (number("minutes")?, number("call_minutes")?) != (option.minutes as i128, option.call_minutes as i128) {
        return Err(format!("{entry} takes {} and {} minutes", option.minutes, option.call_minutes));
    }
    let revenue = &entry["revenue"];
    if !revenue.is_number() || scaled(revenue, 8) != option.revenue as i128 * 1_000_000 {
        return Err(format!("{entry} adds {} cents", option.revenue));
    }
    Ok(position)
}
