#!/usr/bin/env python3
"""SCIP on the options that `--export` writes: scip.py OPTIONS SECONDS THREADS

It searches on one thread whatever THREADS says: its concurrent mode found less in the same time where it was tried.
"""
from pyscipopt import SCIP_EVENTTYPE, Eventhdlr, Model, quicksum

import options


class Listener(Eventhdlr):
    """Tells of every better plan."""

    def __init__(self, clock):
        super().__init__()
        self.clock = clock

    def eventinit(self):
        self.model.catchEvent(SCIP_EVENTTYPE.BESTSOLFOUND, self)

    def eventexit(self):
        self.model.dropEvent(SCIP_EVENTTYPE.BESTSOLFOUND, self)

    def eventexec(self, event):
        self.clock.plan(round(100 * self.model.getPrimalbound()))


def main():
    problem, limit, _ = options.arguments()
    model = Model()
    model.hideOutput()
    uses = [[] for _ in problem.capacities]
    values, chosen = [], []
    for customer in problem.customers:
        ours = [model.addVar(vtype="B") for _ in customer]
        model.addCons(quicksum(ours) == 1)
        for column, option in zip(ours, customer):
            for row, use in options.pairs(option):
                uses[row].append(use * column)
            # In units of the currency: its tolerances are absolute.
            values.append(option[0] / 100 * column)
        chosen.append(ours)
    for drawing, capacity in zip(uses, problem.capacities):
        if drawing:
            model.addCons(quicksum(drawing) <= capacity)
    model.setObjective(quicksum(values), "maximize")

    model.setParam("limits/time", limit)
    model.setParam("limits/gap", 0.0)
    clock = options.Clock()
    model.includeEventhdlr(Listener(clock), "plans", "tells of every better plan")
    model.optimize()
    seconds = clock.seconds()
    value = None
    if model.getNSols() > 0:
        best = model.getBestSol()
        value = problem.value([[best[column] > 0.5 for column in ours].index(True) for ours in chosen])
    bound = 100 * model.getDualbound()
    clock.end(value, bound if abs(bound) < 1e18 else None, seconds, model.getStatus() == "infeasible")


if __name__ == "__main__":
    main()
