"""Writes the bundle: what Superset's import takes, in its directory or as its zip."""
import os
import re
import shutil
import zipfile

import yaml

from .charts import Chart
from .describe import Dataset
from .layout import Dashboard
from .sources import BUNDLE

SUPERSET_TYPES = {"timestamp with time zone": "TIMESTAMP WITH TIME ZONE", "text[]": "TEXT[]"}


class Dumper(yaml.SafeDumper):
    """Texts of several lines as they are."""


Dumper.add_representer(str, lambda dumper, text: dumper.represent_scalar(
    "tag:yaml.org,2002:str", text, style="|" if "\n" in text else None))


class Bundle:
    """Everything that is built of the sources and the database's description of itself."""

    def __init__(self, sources, connection):
        self.sources = sources
        self.datasets = {name: Dataset(sources, connection, name) for name in sources.datasets}
        self.charts = [Chart(sources, self.datasets, name, chart) for name, chart in sources.charts()]
        self.dashboards = [Dashboard(sources, self.datasets, name,
                                     [chart for chart in self.charts if chart.dashboard == name])
                           for name in sources.dashboards]

    def files(self, uri=None, impersonate=False):
        """Path within the bundle → its content."""
        found = {"metadata.yaml": {"version": "1.0.0", "type": "Dashboard",
                                   "timestamp": "2026-01-01T00:00:00+00:00"},
                 "databases/moodle.yaml": self._database(uri, impersonate)}
        for name, dataset in self.datasets.items():
            found[f"datasets/moodle/{name}.yaml"] = self._dataset(name, dataset)
        for chart in self.charts:
            found[f"charts/{chart.dashboard}_{slug(chart.title)}.yaml"] = self._chart(chart)
        for dashboard in self.dashboards:
            found[f"dashboards/{dashboard.name}.yaml"] = dashboard.export()
        return {path: yaml.dump(content, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=110)
                for path, content in found.items()}

    def _database(self, uri, impersonate):
        return {"database_name": self.sources.bundle["database"], "sqlalchemy_uri": uri or self.sources.bundle["uri"],
                "cache_timeout": self.sources.bundle["cache_seconds"], "expose_in_sqllab": True,
                "allow_run_async": False, "allow_ctas": False, "allow_cvas": False, "allow_dml": False,
                "impersonate_user": impersonate,
                "extra": {"allows_virtual_table_explore": True, "metadata_params": {}, "engine_params": {}},
                "uuid": self.sources.uuid("database"), "version": "1.0.0"}

    def _dataset(self, name, dataset):
        source = dataset.source
        return {"table_name": dataset.table, "main_dttm_col": source.get("time"), "description": dataset.about,
                "default_endpoint": None, "offset": 0,
                # What is read live says so itself how long it is kept: the server option cache_ttl.
                "cache_timeout": 0 if source.get("live") else None,
                "schema": dataset.schema, "sql": dataset.sql, "source_db_engine": "postgresql",
                "params": None, "template_params": None, "filter_select_enabled": True,
                "fetch_values_predicate": None, "extra": None, "normalize_columns": False,
                "always_filter_main_dttm": False, "uuid": self.sources.uuid("dataset", name),
                "metrics": [self._metric(key, one) for key, one in dataset.metrics.items()],
                "columns": [self._column(key, one, dataset) for key, one in dataset.columns.items()],
                "version": "1.0.0", "database_uuid": self.sources.uuid("database")}

    @staticmethod
    def _metric(key, one):
        return {"metric_name": key, "verbose_name": one["label"], "metric_type": one["kind"],
                "expression": one["expression"], "description": one["about"] or None, "d3format": one["format"]}

    @staticmethod
    def _column(key, one, dataset):
        return {"column_name": key, "verbose_name": one["label"], "is_dttm": dataset.is_time(key),
                "is_active": True, "type": SUPERSET_TYPES.get(one["type"], one["type"].upper()),
                "groupby": True, "filterable": True, "expression": one["expression"],
                "description": one["about"] or None}

    def _chart(self, chart):
        return {"slice_name": chart.title, "description": chart.source["words"], "certified_by": None,
                "certification_details": None, "viz_type": chart.viz, "params": chart.params(),
                # Superset makes it of the parameters. A stored one would name a dataset by a number
                # that import-directory does not mend.
                "query_context": None, "cache_timeout": None, "uuid": chart.uuid, "version": "1.0.0",
                "dataset_uuid": self.sources.uuid("dataset", chart.source["data"])}


def slug(title):
    return re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")


def write_directory(files, directory=BUNDLE):
    """Replaces the directory's content."""
    shutil.rmtree(directory, ignore_errors=True)
    for path, content in files.items():
        os.makedirs(os.path.dirname(os.path.join(directory, path)), exist_ok=True)
        with open(os.path.join(directory, path), "w", encoding="utf-8") as file:
            file.write(content)


def write_zip(files, path):
    """For the import in Superset's pages; the same sources give the same bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo("moodle_dashboards/" + name, (2026, 1, 1, 0, 0, 0)), content)
