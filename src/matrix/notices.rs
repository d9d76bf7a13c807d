//! Cut points and steps of the post-pass that catch nobody or everybody.

use super::Cells;
use crate::instance::Instance;

/// What a planner should know of cut points and steps that catch nobody or everybody, one sentence each.
pub fn notices(instance: &Instance, cells: &Cells) -> Vec<String> {
    let pass = &instance.model.post_pass;
    let all = cells.len();
    if all == 0 {
        let so = "the post-pass changes nothing";
        let tables = format!("of none of the {} customers more is known than tables: {so}", instance.customers.len());
        return if instance.customers.is_empty() { Vec::new() } else { vec![tables] };
    }
    let steps = [
        ("telesales", &pass.telesales.when, "no visit becomes a call"),
        ("reactivate", &pass.reactivate.when, "nobody is won back or over"),
        ("frequency", &pass.frequency.when, "nobody is visited more often"),
    ];
    let mut notices = Vec::new();
    for (step, when, so) in steps {
        let caught = (0..instance.customers.len()).filter(|&at| cells.holds(when, instance, at)).count();
        if caught == 0 {
            notices.push(format!("post_pass.{step}.when catches none of the {all} customers of the matrix: {so}"));
        } else if caught == all && all > 1 {
            notices.push(format!("post_pass.{step}.when catches all {all} customers of the matrix"));
        }
    }
    notices.extend(no_calls(instance, cells));
    notices
}

/// Why no visit can become a call.
fn no_calls(instance: &Instance, cells: &Cells) -> Option<String> {
    let step = &instance.model.post_pass.telesales;
    let so = "no visit becomes a call";
    if instance.pools.is_empty() {
        let remedy = "add \"telesales\" to the instance, or set the model's channels to \"field\"";
        return Some(format!("there is no telesales pool: {so}; {remedy}"));
    }
    if instance.pools.iter().all(|pool| pool.minutes.0 < pool.minutes_per_call.0) {
        return Some(format!("no telesales pool has the time for a call: {so}"));
    }
    if step.calls_per_visit == 0 {
        return Some(format!("post_pass.telesales.calls_per_visit is 0: {so}"));
    }
    let mut caught = (0..instance.customers.len()).filter(|&at| cells.holds(&step.when, instance, at)).peekable();
    let may_be_called = |at: usize| {
        let customer = &instance.customers[at];
        customer.calls.max > 0 && customer.pools.as_ref().is_none_or(|pools| !pools.is_empty())
    };
    (caught.peek().is_some() && !caught.any(may_be_called))
        .then(|| format!("none of the customers that post_pass.telesales.when catches may be called: {so}"))
}
