"""Reads dashboards/sources, and refuses what it does not know: a misspelt key is an error here, not
a chart that is quietly different."""
import os
import uuid

import yaml

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SOURCES = os.environ.get("DASHBOARD_SOURCES", os.path.join(HERE, "sources"))
BUNDLE = os.path.join(HERE, "bundle")

KEYS = {
    "dataset": {"table", "sql", "comments", "schema", "label", "words", "time", "metrics", "columns", "live", "course"},
    "dashboard": {"title", "slug", "words", "filters", "rows", "refresh_seconds"},
    "row": {"height", "heading", "text", "charts", "width"},
    "filter": {"name", "column", "data", "parents", "words", "kind", "default"},
    "chart": {"title", "kind", "data", "width", "words", "metrics", "x", "by", "where", "grain", "columns",
              "sort", "limit", "horizontal", "stack", "options", "format", "size", "y", "subtitle", "bins",
              "rows", "descending", "column", "highlight", "show_values", "may_be_empty"},
}


class SourceError(Exception):
    """Something in dashboards/sources that cannot be meant."""


def load(path):
    with open(os.path.join(SOURCES, path), encoding="utf-8") as file:
        return yaml.safe_load(file)


def known(what, kind, where):
    unknown = set(what) - KEYS[kind]
    if unknown:
        raise SourceError(f"{where}: {kind} has no {', '.join(sorted(unknown))}")
    return what


class Sources:
    """All of dashboards/sources."""

    def __init__(self):
        self.bundle = load("bundle.yaml")
        self.words = load("words.yaml")
        self.colours = load("colours.yaml")
        self.datasets = {name: known(load(f"datasets/{name}.yaml"), "dataset", name)
                         for name in self.bundle["datasets"]}
        self.dashboards = {name: known(load(f"dashboards/{name}.yaml"), "dashboard", name)
                           for name in self.bundle["dashboards"]}
        self._check()

    def uuid(self, *names):
        """The same for the same names, whenever and wherever it is built."""
        return str(uuid.uuid5(uuid.UUID(self.bundle["namespace"]), "/".join(names)))

    def charts(self):
        """(name of the dashboard, chart) of all, in order."""
        for name, dashboard in self.dashboards.items():
            for row in dashboard["rows"]:
                for chart in row.get("charts", []):
                    yield name, chart

    def _check(self):
        for folder, listed in (("datasets", self.datasets), ("dashboards", self.dashboards)):
            for file in sorted(os.listdir(os.path.join(SOURCES, folder))):
                if file.removesuffix(".yaml") not in listed:
                    raise SourceError(f"{folder}/{file} is not named in bundle.yaml")
        seen = set()
        for name, dashboard in self.dashboards.items():
            for row in dashboard["rows"]:
                known(row, "row", name)
            for one in dashboard.get("filters", []):
                known(one, "filter", name)
                if one.get("kind") != "time":
                    self._dataset(one["data"], name)
        for name, chart in self.charts():
            where = f"{name}: {chart.get('title')}"
            known(chart, "chart", where)
            self._dataset(chart["data"], where)
            if not chart.get("words"):
                raise SourceError(f"{where}: a chart says in its words how it is to be read")
            if (name, chart["title"]) in seen:
                raise SourceError(f"{where}: the title is taken")
            seen.add((name, chart["title"]))

    def _dataset(self, name, where):
        if name not in self.datasets:
            raise SourceError(f"{where}: no dataset {name}")
