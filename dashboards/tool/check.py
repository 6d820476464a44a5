"""The bundle against a database, without Superset: every chart's query is asked, and gives rows."""
import difflib
import os
import time

import psycopg2

from .sources import BUNDLE


def check_charts(bundle, connection, rows_needed):
    """[(chart, what is wrong or None, how many rows and how fast)]."""
    found = []
    for chart in bundle.charts:
        problem, rows, began = None, 0, time.monotonic()
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = '60s'")
                cursor.execute(chart.sql())
                answer = cursor.fetchall()
            rows = sum(1 for row in answer if any(value is not None for value in row))
        except psycopg2.Error as error:
            problem = str(error).strip()
        connection.rollback()
        if problem is None and rows == 0 and rows_needed and not chart.source.get("may_be_empty"):
            problem = "no rows"
        seconds = time.monotonic() - began
        found.append((chart, problem, f"{rows} rows in {seconds:.1f} s"))
    return found


def check_filters(bundle, connection, rows_needed):
    """[(name, what is wrong or None)]: each filter has something to choose."""
    found = []
    for dashboard in bundle.dashboards:
        for one in dashboard.source.get("filters", []):
            if one.get("kind") == "time":
                continue
            dataset = bundle.datasets[one["data"]]
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT count(DISTINCT {dataset.column_sql(one['column'])}) FROM {dataset.relation}")
                many = cursor.fetchone()[0]
            connection.rollback()
            found.append((f"{dashboard.name}: filter {one['name']}",
                          None if many or not rows_needed else "nothing to choose from"))
    return found


def check_written(files):
    """What dashboards/bundle has that a build would not write, and the other way round."""
    problems = []
    there = set()
    for folder, _, names in os.walk(BUNDLE):
        there.update(os.path.relpath(os.path.join(folder, name), BUNDLE) for name in names)
    for path in sorted(there | set(files)):
        if path not in files:
            problems.append(f"{path} is not built of any source")
        elif path not in there:
            problems.append(f"{path} is missing")
        else:
            with open(os.path.join(BUNDLE, path), encoding="utf-8") as file:
                kept = file.read()
            if kept != files[path]:
                problems.extend(list(difflib.unified_diff(kept.splitlines(), files[path].splitlines(),
                                                          "dashboards/bundle/" + path, "built", lineterm="", n=1))[:20])
    return problems
