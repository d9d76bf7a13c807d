#!/usr/bin/env python3
"""A second, independent verifier of visitplan's plans and proofs of infeasibility.

    check.py INSTANCE PLAN_OR_PROOF [--model NAME_OR_FILE] [--models DIR]

It shares no code with visitplan: it was written from the description of the file formats alone, uses the
standard library only, and reckons in exact integers and fractions (binary floating point only for response
curves and distances, as the formats demand). It is meant to be read, not to be fast.

Prints `VERIFIED` and a line saying what was proven (exit 0), or `REJECTED: reason` (exit 8). Input that cannot
be read, or that breaks a rule of the instance format, gives exit 3.
"""
import argparse
import hashlib
import json
import math
import os
import sys
from collections import namedtuple
from decimal import Decimal
from fractions import Fraction

NEVER = float("-inf")  # "the largest of no options"; compared, never reckoned with
Option = namedtuple("Option", "rep visits pool calls minutes call_minutes revenue value use")
Rep = namedtuple("Rep", "id minutes least most effectiveness skills location")
Pool = namedtuple("Pool", "id minutes per_call effect cost")
Cover = namedtuple("Cover", "rep minutes fit table")
Problem = namedtuple("Problem", "ids options rows")  # options[i]: of customer ids[i]; rows: name -> capacity


class Unreadable(Exception):
    """The input cannot be read, or the instance is not a valid one: exit 3."""


class Rejected(Exception):
    """The plan or the proof is wrong: exit 8."""


def need(condition, reason, error=Rejected):
    """Stop with `reason` unless the condition holds."""
    if not condition:
        raise error(reason)


# ------------------------------------------------------------------------------------------------ reading

def load(path):
    """Read a JSON object from a file: its bytes and its value. No duplicate keys, no NaN, exact decimals."""
    def unique(pairs):
        found = dict(pairs)
        need(len(found) == len(pairs), "%s: a key is given twice in one object" % path, Unreadable)
        return found

    def constant(name):
        raise Unreadable("%s: %s is not a number" % (path, name))

    def decimal(text):
        x = Decimal(text)
        need(not x or abs(x.adjusted()) <= 400, "%s: number out of range: %s" % (path, text[:40]), Unreadable)
        return x if x else Decimal(0)
    try:
        with open(path, "rb") as file:
            raw = file.read()
        data = json.loads(raw.decode("utf-8-sig"), object_pairs_hook=unique, parse_constant=constant, parse_float=decimal)
    except (OSError, ValueError, ArithmeticError, RecursionError) as error:
        raise Unreadable("%s: %s" % (path, error))
    need(isinstance(data, dict), "%s: not a JSON object" % path, Unreadable)
    return raw, data


def rounded(x):
    """The nearest integer, halves away from zero, exactly."""
    x = Fraction(x)
    return int(math.copysign(1, x)) * ((2 * abs(x.numerator) + x.denominator) // (2 * x.denominator))


def exact(x):
    """A number of the JSON text as a fraction."""
    need(isinstance(x, (int, Decimal)) and not isinstance(x, bool), "not a number: %r" % (x,), Unreadable)
    return Fraction(x)


def money(x):
    """Cents."""
    return rounded(exact(x) * 100)


def amount(x):
    """Cents, not negative."""
    need(exact(x) >= 0, "negative: %s" % x, Unreadable)
    return money(x)


def factor(x):
    """A factor, a share or an effect: six decimals, not negative."""
    need(exact(x) >= 0, "negative: %s" % x, Unreadable)
    return Fraction(rounded(exact(x) * 10 ** 6), 10 ** 6)


def whole(x):
    """A count, or minutes: a whole number, not negative."""
    need(exact(x).denominator == 1 and x >= 0, "not a whole number of at least 0: %s" % x, Unreadable)
    return int(x)


def hours(x):
    """Hours as whole minutes."""
    minutes = exact(x) * 60
    need(minutes.denominator == 1 and minutes >= 0, "not whole minutes: %s hours" % x, Unreadable)
    return int(minutes)


def get(table, key, read=lambda x: x, default=None):
    """A field of an object, read by `read`; `default` where it is absent or null."""
    value = table.get(key)
    return default if value is None else read(value)


def first(tables, *path):
    """What the first of several objects that states the field `path` says; None where none does."""
    for value in tables:
        for key in path:
            value = (value or {}).get(key)
        if value is not None:
            return value
    return None


FIELDS = {  # instances, models and scenarios refuse unknown fields
    "instance": "format name currency period reps telesales customers model",
    "rep": "id name minutes hours work min_hours min_minutes location effectiveness skills max_customers cost target status"
           " tags",
    "work": "fte days_off holidays",
    "telesales": "id name minutes hours minutes_per_call effect_per_call cost_per_hour tags",
    "customer": "id name segment owner sales wallet wallet_estimated last_visits last_calls visit_minutes travel_minutes"
                " location visits calls requires status potential visit_value base_revenue coverage lock tags margin response",
    "coverage": "rep minutes_per_visit fit revenue",
    "lock": "rep visits calls",
    "model": "format name objective owners handover_fit response anchor visits calls mix visit_minutes segments channels"
             " work travel matrix post_pass economics carry_over rules",
    "segment": "visits calls visit_minutes travel_minutes kept_without_visits",
}


def known(table, kind):
    """Refuse an object with a field that this kind of object does not have."""
    need(isinstance(table, dict), "%s: not an object" % kind, Unreadable)
    for key in table:
        need(key in FIELDS[kind].split(), "%s: unknown field %r" % (kind, key), Unreadable)
    return table


# -------------------------------------------------------------------------------------------------- model

DEFAULTS = json.loads("""{
  "format": "visitplan-model/1", "objective": "revenue", "owners": "keep", "handover_fit": 0.85,
  "response": {"shape": "hyperbolic"}, "visits": {"min": 0, "max": 13}, "calls": {"min": 0, "max": 6}, "mix": false,
  "anchor": {"kept_without_visits": 0.6, "wallet_multiple": 2.0, "visits_to_half": 6,
             "win_rate": {"active": 0.4, "new": 0.25, "inactive": 0.4}},
  "visit_minutes": 45, "segments": {}, "channels": "field_then_post_pass", "rules": [],
  "work": {"days_per_week": 5, "holidays": 1, "other_days": 6, "hours_per_day": 6.0, "reserve": 0.10},
  "travel": {"speed_kmh": 55, "detour": 1.3, "visits_per_tour": 5, "local_minutes": 10, "radius_km": 120, "nearest": 8,
             "minutes": 25}}""", parse_float=Decimal)
MONEY_FIELDS = ("revenue", "cost", "cost_per_visit_hour")


def overlay(default, stated):
    """Defaults overlaid with what is stated, field by field."""
    if not (isinstance(default, dict) and isinstance(stated, dict)):
        return default if stated is None else stated
    keys = list(default) + [key for key in stated if key not in default]
    return {key: overlay(default.get(key), stated.get(key)) for key in keys}


def read_model(stated, folder, models):
    """The planning model that an instance (or --model) names or contains, defaults filled in."""
    if isinstance(stated, str):
        named = os.path.join(models, stated + ".json")
        is_name = os.path.basename(stated) == stated and os.path.isfile(named)
        stated = load(named if is_name else os.path.join(folder, stated))[1]
    known(stated, "model")
    need(stated.get("format", "visitplan-model/1") == "visitplan-model/1", "model: unknown format", Unreadable)
    model = overlay(DEFAULTS, stated)
    for segment in model["segments"].values():
        known(segment, "segment")
    need(model["objective"] in ("revenue", "contribution"), "model: unknown objective", Unreadable)
    need(model["owners"] in ("keep", "prefer", "free"), "model: unknown owners", Unreadable)
    need(model["channels"] in ("field", "field_then_post_pass", "joint"), "model: unknown channels", Unreadable)
    return model


def difference(mine, theirs, path):
    """Where the plan's model differs from what the instance's says; None where it does not."""
    if isinstance(mine, dict) and isinstance(theirs, dict):
        # An empty part says nothing, so it may be left out.
        pairs = [(mine[k], theirs.get(k, mine[k] if mine[k] in ({}, []) else None), path + "/" + k)
                 for k in mine if mine[k] is not None]
    elif isinstance(mine, list) and isinstance(theirs, list) and len(mine) == len(theirs):
        pairs = [(a, b, "%s/%d" % (path, i)) for i, (a, b) in enumerate(zip(mine, theirs))]
    elif all(isinstance(x, (int, Decimal)) and not isinstance(x, bool) for x in (mine, theirs)):
        unit = 100 if path.split("/")[-1] in MONEY_FIELDS else 10 ** 6
        return None if mine == theirs or rounded(exact(mine) * unit) == exact(theirs) * unit else path
    else:
        return None if type(mine) is type(theirs) and mine == theirs else path
    return next((found for found in (difference(*pair) for pair in pairs) if found), None)


# ------------------------------------------------------------------------------------ reps, time, coverage

def one_time(table, in_hours, in_minutes):
    """Minutes, stated either in hours or in minutes; None where neither is."""
    need(table.get(in_hours) is None or table.get(in_minutes) is None, "both %s and %s" % (in_hours, in_minutes), Unreadable)
    return get(table, in_hours, hours, get(table, in_minutes, whole))


def rep_minutes(rep, model, weeks):
    """The minutes a rep has for visits and travel."""
    stated = one_time(rep, "hours", "minutes")
    if rep.get("work") is None:
        need(stated is not None, "rep %s has no time" % rep["id"], Unreadable)
        return stated
    need(stated is None, "rep %s has two times" % rep["id"], Unreadable)
    own, work = known(rep["work"], "work"), model["work"]
    holidays = get(own, "holidays", exact, exact(work["holidays"]))
    days = exact(work["days_per_week"]) * weeks - holidays - exact(work["other_days"])
    days = days * get(own, "fte", factor, Fraction(1)) - get(own, "days_off", exact, Fraction(0))
    minutes = math.floor(days * exact(work["hours_per_day"]) * 60 * (1 - factor(work["reserve"])))
    need(minutes >= 0, "rep %s: negative time" % rep["id"], Unreadable)
    return minutes


def distance(a, b):
    """Great-circle kilometres between two locations (haversine); None where one is missing."""
    if a is None or b is None:
        return None
    lat1, lon1, lat2, lon2 = (math.radians(float(exact(x))) for x in (a["lat"], a["lon"], b["lat"], b["lon"]))
    h = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * 6371.0088 * math.asin(min(1.0, math.sqrt(h)))


def visit_time(customer, segment, rep, model):
    """Minutes of one visit, travel included, where the coverage does not state them."""
    on_site = whole(first([customer, segment, model], "visit_minutes"))
    stated, travel = first([customer, segment], "travel_minutes"), model["travel"]
    km = distance(customer.get("location"), rep.location)
    if stated is not None or km is None:
        return on_site + whole(travel["minutes"] if stated is None else stated)
    speed, detour, per_tour = (float(exact(travel[key])) for key in ("speed_kmh", "detour", "visits_per_tour"))
    t = 60 * detour * 2 * km / (speed * per_tour) + float(exact(travel["local_minutes"]))
    return on_site + math.ceil(t - 1e-9)


def reps_nearby(customer, reps, travel):
    """The active, skilled reps within the radius, the nearest of them; a missing location counts as 0 km away."""
    within = []
    for place, rep in enumerate(reps):
        km = distance(customer.get("location"), rep.location) or 0.0
        if km <= float(exact(travel["radius_km"])) + 1e-9:
            within.append((km, place, rep))
    return [rep for _, _, rep in sorted(within)[:whole(travel["nearest"])]]


def coverage_of(customer, segment, all_reps, model):
    """Who may visit a customer: a Cover for each active rep with the skills."""
    needed = set(customer.get("requires") or [])
    reps = [rep for rep in all_reps if needed <= rep.skills]
    by_id = {rep.id: rep for rep in reps}
    if customer.get("coverage") is not None:
        entries = [known(entry, "coverage") for entry in customer["coverage"]]
        need(len({entry["rep"] for entry in entries}) == len(entries), "a rep covers %s twice" % customer["id"], Unreadable)
        covers = []
        for entry in entries:
            table = get(entry, "revenue", lambda t: [money(x) for x in t])
            if table is not None:
                stated = first([customer], "visits", "max")
                need(table[:1] == [0], "customer %s: revenue[0] is not 0" % customer["id"], Unreadable)
                fits = stated is None or stated < len(table)
                need(fits, "customer %s: visits.max exceeds a table" % customer["id"], Unreadable)
            if entry["rep"] in by_id:
                minutes = get(entry, "minutes_per_visit", whole)
                minutes = visit_time(customer, segment, by_id[entry["rep"]], model) if minutes is None else minutes
                covers.append(Cover(by_id[entry["rep"]], minutes, get(entry, "fit", factor, Fraction(1)), table))
        return covers
    owner, handover = customer.get("owner"), Fraction(1)
    if model["owners"] == "keep" and any(rep.id == owner for rep in all_reps):
        chosen = [by_id[owner]] if owner in by_id else []
    else:
        near = reps_nearby(customer, reps, model["travel"])
        chosen = [rep for rep in reps if rep in near or rep.id == owner]
        if model["owners"] == "prefer" and owner is not None:
            handover = factor(model["handover_fit"])
    return [Cover(rep, visit_time(customer, segment, rep, model), Fraction(1) if rep.id == owner else handover, None)
            for rep in chosen]


# ------------------------------------------------------------------------------------------------ response

def potential_and_value(customer, segment, model, shape):
    """P and v in cents: as stated, or derived from sales and wallet (the anchor). v may have a fraction."""
    potential, value = get(customer, "potential", amount), get(customer, "visit_value", amount)
    anchor = model["anchor"]
    to_half = exact(anchor["visits_to_half"])
    sales, wallet = get(customer, "sales", amount, 0), get(customer, "wallet", amount)
    visits, status = get(customer, "last_visits", whole, 0), get(customer, "status", default="active")
    if potential is not None and value is not None:
        return float(potential), float(min(value, potential))
    if value is not None:
        return float(rounded(value * (1 + to_half))), float(value)
    if potential is None:
        if not sales and not wallet:
            return 0.0, 0.0
        need(shape == "hyperbolic", "customer %s: this response needs potential and visit_value" % customer["id"], Unreadable)
        demand = exact(anchor["wallet_multiple"]) * sales if wallet is None else max(wallet, Fraction(11, 10) * sales)
        if sales and visits:
            kept = factor(first([segment, anchor], "kept_without_visits"))
            potential = float(rounded(demand - kept * sales))
            return potential, min(potential, potential / (1 + float(visits * (demand - sales)) / float((1 - kept) * sales)))
        potential = rounded(demand - sales if sales else wallet * factor(anchor["win_rate"][status]))
    return float(potential), potential / (1 + float(to_half))


def curve_of(customer, segment, model):
    """R: the cents (binary floating point) that an effort of e visits adds; e is a fraction."""
    response = customer.get("response") or model["response"]
    shape = response.get("shape", "hyperbolic")
    need(shape in ("hyperbolic", "saturating", "power", "linear", "adbudg"), "unknown shape %r" % shape, Unreadable)
    p, v = potential_and_value(customer, segment, model, shape)

    def curve(effort):
        e = float(effort)
        if e == 0 or p == 0 or v == 0:
            return 0.0
        if e < 1:
            return e * v
        if shape == "hyperbolic":
            return p * e / (e + p / v - 1)
        if shape == "saturating":
            return p * (1 - math.pow(1 - v / p, e))
        if shape == "power":
            return min(v * math.pow(e, float(factor(response["elasticity"]))), p)
        if shape == "linear":
            return min(v * e, p)
        power = math.pow(e, float(factor(response["c"])))
        return p * power / (power + p / v - 1)
    return curve


def to_cents(x):
    """Cents of a curve: floor(x + 0.5 + 1e-6), mirrored below zero."""
    return math.floor(x + 0.5 + 1e-6) if x >= 0 else -math.floor(-x + 0.5 + 1e-6)


# ----------------------------------------------------------------------------------------- options and rows

def options_of(customer, reps, pools, model):
    """All options of a customer, without their rows."""
    segment = model["segments"].get(customer.get("segment")) or {}
    levels, lock = [customer, segment, model], known(customer.get("lock") or {}, "lock")
    need(lock.get("rep") is None or any(rep.id == lock["rep"] for rep in reps), "locked on a rep who is not active", Unreadable)
    least, most = (whole(first(levels, "visits", key)) for key in ("min", "max"))
    least_calls, most_calls = (whole(first(levels, "calls", key)) for key in ("min", "max"))
    usable = first(levels, "calls", "pools")
    locked, locked_calls = get(lock, "visits", whole), get(lock, "calls", whole)
    if model["channels"] in ("field", "field_then_post_pass"):
        calls = [least_calls if locked_calls is None else locked_calls]
    else:
        calls = range(least_calls, most_calls + 1)
    calls = [k for k in calls if least_calls <= k <= most_calls and locked_calls in (None, k)]
    by_phone = [(pool, k) for pool in pools if usable is None or pool.id in usable for k in calls if k > 0]
    response, found, reach = curve_of(customer, segment, model), [], []

    def add(rep, visits, minutes, pool, k, revenue):
        call_minutes = k * pool.per_call if pool else 0
        value = revenue
        if model["objective"] == "contribution":
            margin, hour = economics(customer, model)
            cost = Fraction(hour * minutes + (pool.cost * call_minutes if pool else 0), 60)
            value = rounded(margin * revenue - cost)
        found.append(Option(rep, visits, pool and pool.id, k, minutes, call_minutes, revenue, value, ()))

    if least == 0 and locked in (None, 0) and lock.get("rep") is None:
        if 0 in calls:
            found.append(Option(None, 0, None, 0, 0, 0, 0, 0, ()))
        for pool, k in by_phone:
            add(None, 0, 0, pool, k, to_cents(response(pool.effect * k)))
    for cover in coverage_of(customer, segment, reps, model):
        own_most = most
        if cover.table is not None:
            limit, own_most = first([customer, segment], "visits", "max"), len(cover.table) - 1
            own_most = own_most if limit is None else min(own_most, whole(limit))
        if lock.get("rep") not in (None, cover.rep.id):
            continue
        reach.append(own_most)
        for n in range(max(1, least), own_most + 1):
            if locked not in (None, n):
                continue
            revenue = cover.table[n] if cover.table else response(n) * float(cover.rep.effectiveness * cover.fit)
            if 0 in calls:
                add(cover.rep.id, n, n * cover.minutes, None, 0, revenue if cover.table else to_cents(revenue))
            for pool, k in by_phone if model["mix"] else []:
                if n + k <= max(own_most, most_calls):
                    both = to_cents(revenue + response(n + pool.effect * k) - response(n))
                    add(cover.rep.id, n, n * cover.minutes, pool, k, both)
    need((reach or lock.get("rep") is None) and (locked is None or least <= locked <= max(reach + [0]))
         and (locked_calls is None or least_calls <= locked_calls <= most_calls),
         "customer %s: the lock lies outside minimum, maximum or coverage" % customer["id"], Unreadable)
    return found


def economics(customer, model):
    """The customer's margin and the cents that an hour of visits costs."""
    stated = model.get("economics") or {}
    margin = first([customer, stated], "margin")
    need(margin is not None and stated.get("cost_per_visit_hour") is not None, "the model lacks economics", Unreadable)
    return factor(margin), amount(stated["cost_per_visit_hour"])


def rule_row(tagged, customers, pools, model):
    """A rule as a row: its capacity, and its use as a function of (customer, option)."""
    need(isinstance(tagged, dict) and len(tagged) == 1, "a rule is not an object with one name", Unreadable)
    (kind, rule), = tagged.items()
    who = rule.get("who") or {}
    need(set(who) <= {"status", "segment", "owner", "tags"}, "unknown condition in a rule's who", Unreadable)

    def selected(c):
        fields = [(get(c, "status", default="active"), who.get("status")), (c.get("segment"), who.get("segment")),
                  (c.get("owner"), who.get("owner"))]
        fields += [((c.get("tags") or {}).get(tag), values) for tag, values in (who.get("tags") or {}).items()]
        return all(value in wanted for value, wanted in fields if wanted)  # an empty list is no condition
    chosen = {c["id"] for c in customers if selected(c)}
    need(chosen or not kind.startswith("min_"), "rule %s selects nobody" % kind, Unreadable)
    if kind in ("min_share", "max_share"):
        field, share = rule["of"], int(factor(rule["share"]) * 10 ** 6)
        need(field in ("visits", "minutes", "revenue"), "a share of %r" % field, Unreadable)
        sign = 1 if kind == "min_share" else -1
        return 0, lambda c, o: sign * (share * getattr(o, field) - (10 ** 6 * getattr(o, field) if c["id"] in chosen else 0))
    if kind in ("min_visits", "max_visits", "min_revenue"):
        field = kind[4:]
        sign, limit = (-1 if kind[:3] == "min" else 1), (money if field == "revenue" else whole)(rule[field])
        return sign * limit, lambda c, o: sign * getattr(o, field) if c["id"] in chosen else 0
    if kind == "max_cost":
        hour, cost = economics({"margin": 0}, model)[1], {pool.id: pool.cost for pool in pools}
        return 60 * money(rule["cost"]), lambda c, o: hour * o.minutes + (cost[o.pool] * o.call_minutes if o.pool else 0)
    if kind == "max_changed_owners":
        return whole(rule["customers"]), lambda c, o: int(o.visits > 0 and c.get("owner") not in (None, o.rep))
    if kind == "max_changed_customers":
        tolerance = get(rule, "tolerance", exact, 0)
        return (math.floor(factor(rule["share"]) * len(customers)),
                lambda c, o: int(abs(o.visits - get(c, "last_visits", whole, 0)) > tolerance))
    raise Unreadable("unknown rule %r" % kind)


def build(instance, model):
    """The whole problem: customers in instance order, their options, the rows with their capacities."""
    known(instance, "instance")
    need(instance.get("format") == "visitplan-instance/1", "instance: unknown format", Unreadable)
    customers = [known(c, "customer") for c in instance["customers"]]
    weeks = exact(first([instance, {"period": {"weeks": 13}}], "period", "weeks"))
    for things in (instance["reps"], instance.get("telesales") or [], customers):
        need(len({thing["id"] for thing in things}) == len(things), "an id is given twice", Unreadable)
    reps = [Rep(r["id"], rep_minutes(r, model, weeks), one_time(r, "min_hours", "min_minutes"), get(r, "max_customers", whole),
                get(r, "effectiveness", factor, Fraction(1)), set(r.get("skills") or []), r.get("location"))
            for r in instance["reps"] if known(r, "rep").get("status", "active") == "active"]
    pools = [Pool(t["id"], one_time(t, "hours", "minutes"), whole(t["minutes_per_call"]), factor(t["effect_per_call"]),
                  get(t, "cost_per_hour", amount, 0)) for t in instance.get("telesales") or [] if known(t, "telesales")]
    rows, uses = {}, []  # uses: (row, use as a function of customer and option)
    for rep in reps:
        rows["rep:" + rep.id] = rep.minutes
        uses.append(("rep:" + rep.id, lambda c, o, r=rep.id: o.minutes if o.rep == r else 0))
        if rep.least is not None:
            rows["min:" + rep.id] = -rep.least
            uses.append(("min:" + rep.id, lambda c, o, r=rep.id: -o.minutes if o.rep == r else 0))
        if rep.most is not None:
            rows["customers:" + rep.id] = rep.most
            uses.append(("customers:" + rep.id, lambda c, o, r=rep.id: int(o.rep == r)))
    for pool in pools:
        rows["telesales:" + pool.id] = pool.minutes
        uses.append(("telesales:" + pool.id, lambda c, o, p=pool.id: o.call_minutes if o.pool == p else 0))
    for k, rule in enumerate(model["rules"]):
        rows["rule:%d" % k], use = rule_row(rule, customers, pools, model)
        uses.append(("rule:%d" % k, use))
    need(None not in rows.values(), "a telesales pool has no time", Unreadable)
    options = []
    for c in customers:
        options.append([o._replace(use=tuple((row, a) for row, a in ((row, use(c, o)) for row, use in uses) if a))
                        for o in options_of(c, reps, pools, model)])
    return Problem([c["id"] for c in customers], options, rows)


def decide(instance, decisions):
    """The instance with decisions made by hand as locks, at most one per customer. They must agree with its own locks."""
    customers = {c["id"]: dict(c, lock=dict(c.get("lock") or {})) for c in instance["customers"]}
    need(len({decision["customer"] for decision in decisions}) == len(decisions), "two decisions about one customer")
    for decision in decisions:
        said = {key: decision[key] for key in ("rep", "visits", "calls") if decision.get(key) is not None}
        need(decision["customer"] in customers, "a decision about %r, who is not in the instance" % decision["customer"])
        need(said, "the decision about %s says nothing" % decision["customer"])
        lock = customers[decision["customer"]]["lock"]
        for key, value in said.items():
            need(lock.get(key) in (None, value), "decision and lock of %s contradict each other" % decision["customer"])
            lock[key] = value
    return dict(instance, customers=list(customers.values()))


# -------------------------------------------------------------------------------------------- certificates

def read_prices(entries, key, allowed):
    """A certificate's list of prices as a dictionary; rows have prices of at least 0, customers of any sign."""
    prices = {}
    for entry in entries or []:
        name, price = entry[key], entry["price"]
        need(name in allowed, "certificate: unknown %s %r" % (key, name))
        need(name not in prices, "certificate: %s %r is priced twice" % (key, name))
        need(type(price) is int and abs(price) < 2 ** 53, "certificate: the price of %r is not an integer below 2^53" % name)
        need(price >= 0 or key == "customer", "certificate: the price of %r is negative" % name)
        prices[name] = price
    return prices


def reduced(option, d, prices):
    """s_o: the option's value at the denominator d, less its use at the prices."""
    return d * option.value - sum(prices.get(row, 0) * a for row, a in option.use)


def price_sum(problem, options, d, prices):
    """The sum of a certificate of kind 1, times d; NEVER where a customer has no option."""
    if not all(options):
        return NEVER
    return (sum(price * problem.rows[row] for row, price in prices.items())
            + sum(max(reduced(o, d, prices) for o in own) for own in options))


def by_dynamic_programming(capacity, groups):
    """The largest sum of gains over choices of exactly one (minutes, gain) per group; NEVER where none fits."""
    best = [0] * (capacity + 1)  # best[m]: within m minutes, over the groups so far
    for group in groups:
        after = [NEVER] * (capacity + 1)
        for minutes, gain in group:
            if minutes <= capacity:
                shifted = [x + gain for x in best[:capacity + 1 - minutes]]
                after = after[:minutes] + list(map(max, after[minutes:], shifted))
        best = after
    return best[-1]


def best_knapsack(capacity, groups, memory):
    """The largest sum of gains over choices of at most one (minutes, gain) per group, within the capacity.

    At a price per minute no choice exceeds `upper`, and none that contains a given item exceeds `upper` less that item's
    distance from the best of its group. So the best of the choices among items within `slack` of their group's best
    is the best of all once it reaches `upper` - `slack`. Dynamic programming over the minutes finds it.
    """
    undominated = []
    for group in groups:
        kept = [(0, 0)]
        for minutes, gain in sorted(group, key=lambda item: (item[0], -item[1])):
            if minutes <= capacity and gain > kept[-1][1]:
                kept.append((minutes, gain))
        undominated.append(tuple(kept))
    capacity = min(capacity, sum(group[-1][0] for group in undominated))
    key = (capacity, tuple(undominated))
    if key in memory:
        return memory[key]

    def choice(price):
        return [max(group, key=lambda item: (item[1] - price * item[0], -item[0])) for group in undominated]
    low, high = 0, 1 + max((group[-1][1] for group in undominated), default=0)
    while low < high:  # the least whole price at which the choices fit
        middle = (low + high) // 2
        low, high = (low, middle) if sum(m for m, _ in choice(middle)) <= capacity else (middle + 1, high)
    picked = choice(low)
    tops = [gain - low * minutes for minutes, gain in picked]
    upper = low * capacity + sum(tops)  # no choice is above; an item costs at least its distance from its group's top
    slack, best = upper // 20000 + 1, NEVER
    while best < upper - slack:
        slack *= 4
        kept = [[item for item in group if top - (item[1] - low * item[0]) <= slack] for group, top in zip(undominated, tops)]
        forced = [group[0] for group in kept if len(group) == 1]  # of what was picked, so it fits
        rest = capacity - sum(minutes for minutes, _ in forced)
        best = by_dynamic_programming(rest, [group for group in kept if len(group) > 1]) + sum(gain for _, gain in forced)
    memory[key] = best
    return best


def knapsack_sum(problem, options, d, customer_prices, shared, memory):
    """The sum of a certificate of kind 2, times d; NEVER where a customer has no option."""
    if not all(options):
        return NEVER
    total = sum(price * problem.rows[row] for row, price in shared.items()) + sum(customer_prices.values())
    groups = {}
    for name, own in zip(problem.ids, options):
        p = customer_prices.get(name, 0)
        without, of_rep = 0, {}
        for o in own:
            gain = reduced(o, d, shared) - p
            if o.rep is None:
                without = max(without, gain)
            else:
                of_rep.setdefault(o.rep, []).append((o.minutes, gain))
        total += without
        for rep, group in of_rep.items():
            groups.setdefault(rep, []).append(group)
    return total + sum(best_knapsack(problem.rows["rep:" + rep], own, memory) for rep, own in groups.items())


def sums(problem, options, d, certificate, top, memory):
    """The sums (times d) that a certificate's kinds 1 and 2 give; prices not listed are those of `top`.

    Of kind 1 are all certificates; a leaf of a tree is of one kind only, of kind 2 if it lists `customers` or `shared_rows`.
    """
    not_reps = [row for row in problem.rows if not row.startswith("rep:")]

    def listed(field, key, allowed):
        return {**read_prices(top.get(field), key, allowed), **read_prices(certificate.get(field), key, allowed)}
    rows, found = listed("rows", "row", problem.rows), {}
    if certificate.get("customers") is not None or certificate.get("shared_rows") is not None:
        found["knapsack"] = knapsack_sum(problem, options, d, listed("customers", "customer", set(problem.ids)),
                                         listed("shared_rows", "row", not_reps), memory)
    if not (top and found):
        found["prices"] = price_sum(problem, options, d, rows)
    return found


def tree_leaves(problem, d, certificate, memory, target):
    """The sum (times d) of every leaf of the tree. `target`: D (value + g), for `fix`; None forbids `fix`."""
    nodes, place = certificate["tree"]["nodes"], {name: i for i, name in enumerate(problem.ids)}
    children = [[node[key] for key in ("yes", "no", "next") if key in node] for node in nodes]
    for i, below in enumerate(children):
        need(all(type(j) is int and i < j < len(nodes) for j in below), "tree: node %d has a wrong child" % i)
    need(sorted(j for below in children for j in below) == list(range(1, len(nodes))), "tree: a node is not referred to once")
    need(nodes, "tree: no nodes")
    leaves, waiting = [], [(0, problem.options)]
    while waiting:
        i, options = waiting.pop()
        node = nodes[i]
        need(sum(key in node for key in ("split", "fix", "leaf")) == 1, "tree: node %d is not one of split, fix, leaf" % i)
        right = {"yes", "no"} if "split" in node else {"next"} if "fix" in node else set()
        need({"yes", "no", "next"} & set(node) == right, "tree: node %d has other children than it should" % i)
        if "leaf" in node:
            leaves += sums(problem, options, d, node["leaf"], certificate, memory).values()
        elif "fix" in node:
            need(target is not None, "tree: fix in a proof of infeasibility")
            prices = read_prices(node["fix"]["rows"], "row", problem.rows)
            total, left = price_sum(problem, options, d, prices), []
            for own in options:
                terms = [reduced(o, d, prices) for o in own]
                left.append([o for o, s in zip(own, terms) if total - (max(terms) - s) >= target])
            waiting.append((node["next"], left))
        else:
            yes = split_test(node["split"])
            need(node["split"]["customer"] in place, "tree: unknown customer in node %d" % i)
            c = place[node["split"]["customer"]]
            for child, wanted in ((node["yes"], True), (node["no"], False)):
                waiting.append((child, options[:c] + [[o for o in options[c] if yes(o) == wanted]] + options[c + 1:]))
    return leaves


def split_test(split):
    """What the `yes` side of a split holds, as a function of an option."""
    tests = {"rep": lambda o: o.visits > 0 and o.rep == split["rep"], "pool": lambda o: o.calls > 0 and o.pool == split["pool"],
             "visits": lambda o: o.visits >= split["visits"], "calls": lambda o: o.calls >= split["calls"]}
    named = [key for key in tests if key in split]
    need(len(named) == 1, "tree: a split needs exactly one of rep, visits, calls, pool")
    return tests[named[0]]


# ------------------------------------------------------------------------------------- plans and infeasibility

def cents(x, what):
    """Money of a plan, which has at most two decimals, in cents."""
    need(isinstance(x, (int, Decimal)) and not isinstance(x, bool), "%s is not a number" % what)
    need((Fraction(x) * 100).denominator == 1, "%s has more than two decimals" % what)
    return int(Fraction(x) * 100)


def expect(claimed, found, what):
    """Compare a claim, in cents, with what was found."""
    need(claimed == found, "%s is %s, the plan says %s" % (what, Decimal(found) / 100, Decimal(claimed) / 100))


def gap_of(bound, value):
    """(bound - value) / max(1, |bound|) in currency units, rounded up to nine decimals."""
    gap = Fraction(bound - value, 100) / max(Fraction(1), abs(Fraction(bound, 100)))
    return Fraction(math.ceil(gap * 10 ** 9), 10 ** 9)


def chosen_options(problem, plan):
    """The option that the plan gives each customer, in instance order, after checking it field by field."""
    names = set(problem.ids)
    assigned = {a["customer"]: a for a in plan["assignments"]}
    uncovered = set(plan["uncovered"])
    need(len(assigned) == len(plan["assignments"]) and len(uncovered) == len(plan["uncovered"]), "a customer is listed twice")
    need(not set(assigned) & uncovered, "a customer is both in assignments and in uncovered")
    need(set(assigned) | uncovered <= names, "a customer of the plan is not in the instance")
    need(set(assigned) | uncovered == names, "a customer of the instance is not in the plan")
    for listed, members in (([a["customer"] for a in plan["assignments"]], assigned), (plan["uncovered"], uncovered)):
        need(listed == [name for name in problem.ids if name in members], "customers are not in instance order")
    nothing = {"rep": None, "visits": 0, "pool": None, "calls": 0, "minutes": 0, "call_minutes": 0, "revenue": 0}
    chosen = []
    for name, own in zip(problem.ids, problem.options):
        a = assigned.get(name, nothing)
        for field in ("visits", "calls", "minutes", "call_minutes"):
            need(type(a[field]) is int, "customer %s: %s is not a whole number" % (name, field))
        match = [o for o in own if (o.rep, o.visits, o.pool, o.calls) == (a["rep"], a["visits"], a["pool"], a["calls"])]
        need(match, "customer %s: %s visits by %s, %s calls by %s is not an option"
             % (name, a["visits"], a["rep"], a["calls"], a["pool"]))
        need(name in uncovered or match[0].visits or match[0].calls, "customer %s: assigned, without visit or call" % name)
        need(a["minutes"] == match[0].minutes, "customer %s: minutes are %d" % (name, match[0].minutes))
        need(a["call_minutes"] == match[0].call_minutes, "customer %s: call_minutes are %d" % (name, match[0].call_minutes))
        expect(cents(a["revenue"], "revenue of " + name), match[0].revenue, "customer %s: revenue" % name)
        chosen.append(match[0])
    return chosen


def check_rows(problem, chosen):
    """Every row holds, with no tolerance."""
    use = dict.fromkeys(problem.rows, 0)
    for option in chosen:
        for row, a in option.use:
            use[row] += a
    for row, capacity in problem.rows.items():
        need(use[row] <= capacity, "row %s: use %d exceeds %d" % (row, use[row], capacity))


def check_displayed_prices(plan, problem, d):
    """`prices`, per hour or per unit, are those of the certificate."""
    prices = read_prices(plan["certificate"]["rows"], "row", problem.rows)
    for row in sorted(set(prices) | set(plan["prices"])):
        per_hour = row.startswith(("rep:", "telesales:"))
        right, shown = Fraction(prices.get(row, 0) * (60 if per_hour else 1), 100 * d), exact(plan["prices"].get(row, 0))
        need(abs(right - shown) <= max(abs(right), abs(shown)) / 10 ** 9, "prices: %s is %s" % (row, float(right)))


def undo(problem, wide, plan, after):
    """The options before the post-pass, after checking every change; `after` are options with calls."""
    changes = {change["customer"]: change for change in plan["changes"]}
    need(len(changes) == len(plan["changes"]), "a customer is changed twice")
    listed = [change["customer"] for change in plan["changes"]]
    need(listed == [name for name in problem.ids if name in changes], "changes are not in instance order")
    before = []
    for name, own, to in zip(problem.ids, problem.options, after):
        change = changes.get(name)
        same = lambda o, c: (o.rep, o.visits, o.pool, o.calls) == (c["rep"], c["visits"], c["pool"], c["calls"])
        if change is not None:
            need(same(to, change["to"]), "customer %s: the change leads elsewhere" % name)
        wanted = change["from"] if change else to._asdict()
        match = [o for o in own if same(o, wanted)]
        need(match, "customer %s: what was there before the post-pass is not an option" % name)
        if change is not None:
            need(match[0][:4] != to[:4], "customer %s: nothing is changed" % name)
            need(change["minutes_freed"] == match[0].minutes - to.minutes, "customer %s: minutes_freed" % name)
            expect(cents(change["revenue_change"], "revenue_change"), to.revenue - match[0].revenue,
                   "customer %s: revenue_change" % name)
        before.append(match[0])
    check_rows(problem, before)
    expect(cents(plan["before_post_pass"]["value"], "value before"), sum(o.value for o in before), "value before the post-pass")
    expect(cents(plan["before_post_pass"]["revenue"], "revenue before"), sum(o.revenue for o in before),
           "revenue before the post-pass")
    return before


def check_joint(wide, joint, value):
    """The bound on all plans of visits and calls follows from its certificate."""
    certificate = joint["certificate"]
    d, start, step = certificate["denominator"], sum(own[0].value for own in wide.options), 0
    need(type(d) is int and 1 <= d <= 10 ** 9, "joint: denominator")
    for own in wide.options:
        for o in own:
            step = math.gcd(step, o.value - own[0].value)
    memory = {}
    totals = list(sums(wide, wide.options, d, certificate, {}, memory).values())
    if certificate.get("tree") is not None:
        totals.append(max([d * value] + tree_leaves(wide, d, certificate, memory, d * (value + max(step, 1)))))
    least = start if step == 0 else min(start + step * ((total - d * start) // (d * step)) for total in totals)
    expect(cents(joint["bound"], "joint.bound"), least, "joint.bound")
    need(exact(joint["gap"]) == gap_of(least, value), "joint.gap is %s" % float(gap_of(least, value)))


def check_plan(problem, plan, with_calls):
    """Check a plan and its certificate; returns what was proven. `with_calls()` is the problem of visits and calls."""
    need(not plan.get("scenario"), "not checked: scenario")
    is_changed = plan.get("changes") or plan.get("before_post_pass")
    wide = with_calls() if is_changed or plan.get("joint") else None
    chosen = chosen_options(wide if is_changed else problem, plan)
    check_rows(wide if is_changed else problem, chosen)
    value = sum(o.value for o in chosen)
    expect(cents(plan["revenue"], "revenue"), sum(o.revenue for o in chosen), "revenue")
    expect(cents(plan["value"], "value"), value, "value")
    if plan.get("joint"):
        check_joint(wide, plan["joint"], value)
    if is_changed:
        # The certificate speaks of the plan of visits.
        value = sum(o.value for o in undo(problem, wide, plan, chosen))

    certificate, memory = plan["certificate"], {}
    d = certificate["denominator"]
    need(type(d) is int and 1 <= d <= 10 ** 9, "certificate: denominator")
    need(isinstance(certificate.get("rows"), list), "certificate: rows are missing")
    start, step = 0, 0
    for own in problem.options:
        start += own[0].value
        for o in own:
            step = math.gcd(step, o.value - own[0].value)

    def floored(total):
        """floor_g of total / d."""
        if total == NEVER or step == 0:
            return NEVER if total == NEVER else start
        return start + step * ((total - d * start) // (d * step))
    bounds = {kind: floored(total) for kind, total in sums(problem, problem.options, d, certificate, {}, memory).items()}
    if certificate.get("tree") is not None:
        leaves = tree_leaves(problem, d, certificate, memory, d * (value + max(step, 1)))
        bounds["tree"] = max([value] + [floored(total) for total in leaves])
    least, bound, by = min(bounds.values()), cents(plan["bound"], "bound"), plan["proven_by"]
    need(least >= value, "the certificate claims less than the plan is worth: this checker is wrong")
    if by == "solver":
        expect(cents(plan["certified_bound"], "certified_bound"), least, "certified_bound")
        need(exact(plan["certified_gap"]) == gap_of(least, value), "certified_gap is %s" % float(gap_of(least, value)))
        need(value <= bound <= least, "the solver's bound lies below the value or above the certified bound")
    else:
        need(by in bounds, "proven_by: the certificate has no part %r" % (by,))
        expect(bound, least, "bound")
        need(bounds[by] == least, "proven_by: %s proves only %s" % (by, Decimal(bounds[by]) / 100))
    need(exact(plan["gap"]) == gap_of(bound, value), "gap is %s" % float(gap_of(bound, value)))
    status, reason = plan["status"], plan.get("stopped_by")
    need(status in ("optimal", "within_gap", "stopped"), "unknown status %r" % (status,))
    need(reason in (("time", "work", "interrupt") if status == "stopped" else (None,)), "stopped_by does not fit the status")
    proven = bound <= value or floored(d * bound) < value + step
    need(proven or status != "optimal", "not proven optimal: the bound leaves room")
    check_displayed_prices(plan, problem, d)

    facts = "value %s, no plan above %s" % (Decimal(value) / 100, Decimal(least) / 100)
    if by == "solver":
        word = "its optimality" if status == "optimal" else "its bound of %s" % (Decimal(bound) / 100)
        return "the plan (%s); %s is the solver's word, certified within %s" % (facts, word, plan["certified_gap"])
    return "the plan is %s (%s, gap %s), proven by %s" % (
        "optimal" if status == "optimal" else "feasible, " + status, facts, plan["gap"], by)


def check_infeasible(problem, proof, _with_calls):
    """Check a proof that there is no plan; returns what was proven."""
    certificate, memory = proof["certificate"], {}
    need(type(certificate.get("denominator", 1)) is int and certificate.get("denominator", 1) == 1, "denominator is not 1")
    worthless = problem._replace(options=[[o._replace(value=0) for o in own] for own in problem.options])
    found = sums(worthless, worthless.options, 1, certificate, {}, memory)
    if certificate.get("tree") is not None:
        found = {"tree": max(tree_leaves(worthless, 1, certificate, memory, None))}
    proving = [kind for kind, total in found.items() if total < 0]
    need(proving, "no sum is below 0: nothing is proven")
    return "there is no plan, proven by %s" % proving[-1]


def main(arguments):
    """Read the files, check, report; returns the exit status."""
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser(description="Check a visitplan plan, or a proof that there is none.")
    parser.add_argument("instance")
    parser.add_argument("plan", metavar="PLAN_OR_PROOF")
    parser.add_argument("--model", help="the model used instead of the instance's: a name or a file")
    parser.add_argument("--models", metavar="DIR", default=os.path.join(here, "..", "..", "models"),
                        help="where named models are")
    args = parser.parse_args(arguments)
    try:
        try:
            raw, instance = load(args.instance)
            folder = os.path.dirname(os.path.abspath(args.instance)) if args.model is None else os.getcwd()
            model = read_model(args.model or get(instance, "model", default="field-sales"), folder, args.models)
            problem = build(instance, model)
        except (KeyError, TypeError, AttributeError, ValueError, ArithmeticError, IndexError) as error:
            raise Unreadable("%s: malformed: %s %s" % (args.instance, type(error).__name__, error))
        plan = load(args.plan)[1]
        try:
            check = {"visitplan-plan/1": check_plan, "visitplan-infeasible/1": check_infeasible}.get(plan.get("format"))
            need(check, "unknown format %r" % (plan.get("format"),))
            digest = hashlib.sha256(raw).hexdigest()
            need(plan["instance"]["sha256"] == digest, "the plan is of another instance: sha256 is %s" % digest)
            same_name = (plan["instance"].get("name") or "") == (instance.get("name") or "")
            need(same_name, "the plan is of another instance: the name differs")
            differs = difference(model, plan["model"], "/model")
            need(not differs, "the plan's model differs from the instance's at %s" % differs)
            if plan.get("decisions"):
                instance = decide(instance, plan["decisions"])
                problem = build(instance, model)
            proven = check(problem, plan, lambda: build(instance, dict(model, channels="joint")))
        except (KeyError, TypeError, AttributeError, ValueError, ArithmeticError, IndexError, Unreadable) as error:
            raise Rejected("malformed: %s %s" % (type(error).__name__, error))
    except Unreadable as error:
        print("error: %s" % error, file=sys.stderr)
        return 3
    except Rejected as error:
        print("REJECTED: %s" % error)
        return 8
    print("VERIFIED\n%s" % proven)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
