#!/usr/bin/env python3
"""CP-SAT of OR-Tools on the options that `--export` writes: cp_sat.py OPTIONS SECONDS THREADS"""
from ortools.sat.python import cp_model

import options


class Listener(cp_model.CpSolverSolutionCallback):
    """Tells of every better plan."""

    def __init__(self, clock):
        super().__init__()
        self.clock = clock

    def on_solution_callback(self):
        self.clock.plan(round(self.objective_value))


def main():
    problem, limit, threads = options.arguments()
    model = cp_model.CpModel()
    uses = [([], []) for _ in problem.capacities]
    columns, values, chosen = [], [], []
    for customer in problem.customers:
        ours = [model.new_bool_var("") for _ in customer]
        model.add_exactly_one(ours)
        for column, option in zip(ours, customer):
            for row, use in options.pairs(option):
                uses[row][0].append(column)
                uses[row][1].append(use)
            values.append(option[0])
        columns += ours
        chosen.append(ours)
    for (drawing, amounts), capacity in zip(uses, problem.capacities):
        model.add(cp_model.LinearExpr.weighted_sum(drawing, amounts) <= capacity)
    model.maximize(cp_model.LinearExpr.weighted_sum(columns, values))

    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = limit
    solver.parameters.num_workers = threads
    clock = options.Clock()
    status = solver.solve(model, Listener(clock))
    seconds = clock.seconds()
    value = bound = None
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        value = problem.value([[solver.boolean_value(column) for column in ours].index(True) for ours in chosen])
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE, cp_model.UNKNOWN):
        bound = solver.best_objective_bound
        # Where it was stopped before it had any, it says 0 or the sum of everything.
        bound = bound if status != cp_model.UNKNOWN or bound > 0 else None
    clock.end(value, bound, seconds, status == cp_model.INFEASIBLE)


if __name__ == "__main__":
    main()
