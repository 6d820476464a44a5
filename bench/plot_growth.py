#!/usr/bin/python3
"""Draws results/bench/growth.csv, as bench/run growth left it: docs/images/growth.svg.

  plot_growth.py [CSV [SVG]]      needs matplotlib (pip install matplotlib)
"""
import csv
import pathlib
import sys

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "growth"  # the same picture from the same numbers
import matplotlib.pyplot as plt  # noqa: E402


def main():
    root = pathlib.Path(__file__).resolve().parent.parent
    source = sys.argv[1] if len(sys.argv) > 1 else root / "results/bench/growth.csv"
    target = sys.argv[2] if len(sys.argv) > 2 else root / "docs/images/growth.svg"
    with open(source, encoding="ascii") as file:
        rows = [{key: float(value) for key, value in row.items()} for row in csv.DictReader(file)]
    sizes = [row["rows"] for row in rows]
    full = [row["full_ms"] / 1000 for row in rows]
    refresh = [row["refresh_ms"] / 1000 for row in rows]
    figure, axes = plt.subplots(figsize=(7, 4.5))
    axes.loglog(sizes, full, "o-", label="everything, from nothing")
    axes.loglog(sizes, refresh, "s-", label="after 1 % of the courses' grades changed")
    axes.loglog(sizes, [full[-1] * size / sizes[-1] for size in sizes], ":", color="grey",
                label="linear")
    axes.set_xlabel("rows in moodle_raw.landing")
    axes.set_ylabel("seconds, landing to course_performance")
    axes.grid(True, which="major", alpha=0.3)
    axes.legend()
    figure.tight_layout()
    pathlib.Path(target).parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(target, metadata={"Date": None})


if __name__ == "__main__":
    main()
