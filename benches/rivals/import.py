"""The sums of `visitplan import` as a script does them: visits and sales of the reference period by customer.

Reads the four files of the folder it is run in, with pandas where Python has it, with the csv module otherwise, and
writes sums.json. It checks no cell, finds out no format and says nothing of what was left out.
"""

import json
import sys

START, END, ACTIVE = "2026-04-01", "2026-07-01", "2025-07-01"


def with_pandas(pandas):
    customers = pandas.read_csv("customers.csv", dtype={"customer_id": str, "owner": str})
    reps = pandas.read_csv("reps.csv", dtype={"rep_id": str})
    visits = pandas.read_csv("visits.csv", dtype=str, parse_dates=["date"])
    orders = pandas.read_csv("orders.csv", dtype={"customer_id": str}, parse_dates=["date"])
    visits = visits[visits.customer_id.isin(customers.customer_id)]
    orders = orders[orders.customer_id.isin(customers.customer_id)]
    within = lambda table: table[(table.date >= START) & (table.date < END)]
    customers["visits"] = customers.customer_id.map(within(visits).groupby("customer_id").size()).fillna(0)
    customers["sales"] = customers.customer_id.map(within(orders).groupby("customer_id").revenue.sum()).fillna(0)
    customers["active"] = customers.customer_id.map(orders.groupby("customer_id").date.max()) >= ACTIVE
    customers["known_owner"] = customers.owner.isin(reps.rep_id)
    customers.to_json("sums.json", orient="records")


def with_csv(csv):
    def rows(name):
        with open(name, newline="", encoding="utf-8") as file:
            yield from csv.DictReader(file)

    customers = {row["customer_id"]: row | {"visits": 0, "sales": 0.0, "last": ""} for row in rows("customers.csv")}
    reps = {row["rep_id"] for row in rows("reps.csv")}
    for row in rows("visits.csv"):
        customer = customers.get(row["customer_id"])
        if customer is not None and START <= row["date"] < END:
            customer["visits"] += 1
    for row in rows("orders.csv"):
        customer = customers.get(row["customer_id"])
        if customer is not None:
            customer["last"] = max(customer["last"], row["date"])
            if START <= row["date"] < END:
                customer["sales"] += float(row["revenue"])
    for customer in customers.values():
        customer["active"] = customer["last"] >= ACTIVE
        customer["known_owner"] = customer["owner"] in reps
    with open("sums.json", "w", encoding="utf-8") as file:
        json.dump(list(customers.values()), file)


try:
    import pandas
except ImportError:
    import csv

    print("the rival uses Python's csv module: there is no pandas", file=sys.stderr)
    with_csv(csv)
else:
    print("the rival uses pandas", pandas.__version__, file=sys.stderr)
    with_pandas(pandas)
