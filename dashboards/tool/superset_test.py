"""scripts/dashboards test: the bundle in a real Superset, by its API and in a browser."""
import json
import os
import subprocess
import tempfile
import time

from . import bundle as bundles
from .row_security import check_row_security
from .sources import HERE
from .superset_server import Superset, install

RESULTS = os.path.join(os.path.dirname(HERE), "results", "dashboards")


class Tally:
    """Test Anything Protocol, and whether all is well."""

    def __init__(self):
        self.count = self.failed = 0

    def ok(self, passed, what, detail=""):
        self.count += 1
        self.failed += not passed
        print(f"{'ok' if passed else 'not ok'} {self.count} - {what}", flush=True)
        if not passed:
            for line in str(detail).splitlines()[:30]:
                print(f"# {line}", flush=True)

    def done(self):
        print(f"1..{self.count}")
        return 1 if self.failed else 0


def took(what, began):
    print(f"# {what}: {time.monotonic() - began:.0f} s", flush=True)
    return time.monotonic()


def default_uri():
    """To where this process connects, as SQLAlchemy says it."""
    host, port = os.environ.get("PGHOST", "/var/run/postgresql"), os.environ.get("PGPORT", "5432")
    user, database = os.environ.get("PGUSER", "postgres"), os.environ.get("PGDATABASE", "postgres")
    return f"postgresql+psycopg2://{user}@/{database}?host={host}&port={port}"


def run(made, arguments):
    os.makedirs(RESULTS, exist_ok=True)
    began = time.monotonic()
    venv = install()
    began = took("Superset installed", began)
    superset = Superset(venv, os.path.join(RESULTS, "superset.log"))
    tally = Tally()
    try:
        superset.prepare()
        began = took("its database made", began)
        import_both_ways(superset, made, arguments.uri or default_uri(), tally)
        began = took("imported twice", began)
        charts = check_charts(superset, made, tally)
        began = took("charts asked", began)
        check_filters(superset, made, charts, tally)
        check_row_security(superset, made, charts, tally, ask)
        began = took("filters, row security", began)
        check_pages(superset, made, tally, arguments)
        took("pages looked at", began)
        if arguments.keep:
            input(f"{superset.url} admin {superset.password} … Enter ends it ")
    finally:
        superset.stop()
    return tally.done()


def import_both_ways(superset, made, uri, tally):
    """By the command, then once more as the pages do: nothing is doubled."""
    files = made.files(uri)
    superset.uri = uri
    with tempfile.TemporaryDirectory() as directory:
        bundles.write_directory(files, os.path.join(directory, "bundle"))
        superset.command("import-directory", "--overwrite", os.path.join(directory, "bundle"))
        superset.start()
        expected = [len(made.dashboards), len(made.charts), len(made.datasets), 1]
        tally.ok(counts(superset) == expected, "superset import-directory brings everything", counts(superset))
        archive = os.path.join(directory, "bundle.zip")
        bundles.write_zip(files, archive)
        with open(archive, "rb") as file:
            status, answer = superset.upload("/api/v1/dashboard/import/", "formData", "bundle.zip", file.read(),
                                             overwrite="true", passwords="{}")
        tally.ok(status == 200, "the zip is imported as Superset's pages do it", answer)
    tally.ok(counts(superset) == expected, "imported again, nothing is doubled", counts(superset))


def counts(superset):
    return [superset.call("GET", f"/api/v1/{what}/?q=(page_size:1)")[1]["count"]
            for what in ("dashboard", "chart", "dataset", "database")]


def check_charts(superset, made, tally):
    """Every chart's query by the API: rows, and no error. Gives {chart's uuid: dataset's number}."""
    _, answer = superset.call("GET", "/api/v1/dataset/?q=(page_size:100,columns:!(id,uuid))")
    numbers = {one["uuid"]: one["id"] for one in answer["result"]}
    datasets = {}
    for chart in made.charts:
        status, answer = superset.call("GET", f"/api/v1/chart/{chart.uuid}")
        if status != 200:
            tally.ok(False, f"{chart.where}: is there", answer)
            continue
        datasets[chart.uuid] = numbers[made.sources.uuid("dataset", chart.source["data"])]
        rows, problem = ask(superset, datasets[chart.uuid], chart.query())
        tally.ok(not problem and rows, f"{chart.where}: {len(rows)} rows", problem)
    return datasets


def ask(superset, dataset, query, user="admin"):
    """(rows, what is wrong) of a query on a dataset."""
    status, answer = superset.call("POST", "/api/v1/chart/data", {
        "datasource": {"id": dataset, "type": "table"}, "force": False, "queries": [query],
        "result_format": "json", "result_type": "full"}, user=user)
    if status != 200:
        return [], f"{status}: {answer}"
    result = answer["result"][0]
    return result.get("data") or [], result.get("error")


def check_filters(superset, made, charts, tally):
    """A filter by directorate narrows every chart that has one, and breaks none."""
    first = next(chart for chart in made.charts if "directorate" in chart.dataset.columns)
    rows, problem = ask(superset, charts[first.uuid], {"columns": ["directorate"], "metrics": None, "row_limit": 100})
    tally.ok(len(rows) > 1, "there is more than one directorate", problem)
    if not rows:
        return
    chosen = rows[0]["directorate"]
    broken, narrowed, tried = [], 0, 0
    for chart in made.charts:
        if "directorate" not in chart.dataset.columns or chart.uuid not in charts:
            continue
        query = chart.query()
        everything, _ = ask(superset, charts[chart.uuid], query)
        query["filters"] = [{"col": "directorate", "op": "IN", "val": [chosen]}]
        few, problem = ask(superset, charts[chart.uuid], query)
        tried += 1
        narrowed += few != everything
        if problem:
            broken.append(f"{chart.where}: {problem}")
    tally.ok(not broken, f"{tried} charts take a filter by directorate", "\n".join(broken))
    tally.ok(narrowed >= tried * 0.9, f"{narrowed} of them show something else then")


def check_pages(superset, made, tally, arguments):
    """Every dashboard in headless Chromium: browse.py looks, this judges."""
    wanted = {"url": superset.url, "password": superset.password, "results": RESULTS, "dashboards": [
        {"slug": dashboard.source["slug"], "charts": len(dashboard.charts),
         "filters": len(dashboard.source.get("filters", []))}
        for dashboard in made.dashboards if arguments.only in (None, dashboard.name)]}
    found = subprocess.run([os.path.join(superset.venv, "bin", "python"), os.path.join(HERE, "tool", "browse.py")],
                           input=json.dumps(wanted), stdout=subprocess.PIPE, text=True, check=False, timeout=1500)
    if found.returncode:
        tally.ok(False, "the browser looks at the dashboards", f"browse.py ended with {found.returncode}")
        return
    for result in json.loads(found.stdout.splitlines()[-1]):
        tally.ok(result["passed"], result["what"], result["detail"])
