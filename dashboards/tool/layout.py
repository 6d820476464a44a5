"""A dashboard: where its charts stand, its filters, its colours."""
from .charts import SCHEME
from .sources import SourceError

WIDTH = 12


class Dashboard:
    """One dashboard with its charts placed."""

    def __init__(self, sources, datasets, name, charts):
        self.sources, self.datasets, self.name = sources, datasets, name
        self.source = sources.dashboards[name]
        self.charts = charts
        self.uuid = sources.uuid("dashboard", name)

    def export(self):
        """The dashboard as Superset exports one."""
        return {"dashboard_title": self.source["title"], "description": self.source.get("words"), "css": "",
                "slug": self.source["slug"], "certified_by": "", "certification_details": "", "published": True,
                "uuid": self.uuid, "position": self._position(), "metadata": self._metadata(),
                "version": "1.0.0"}

    def _position(self):
        grid = {"type": "GRID", "id": "GRID_ID", "children": [], "parents": ["ROOT_ID"]}
        position = {"DASHBOARD_VERSION_KEY": "v2",
                    "ROOT_ID": {"type": "ROOT", "id": "ROOT_ID", "children": ["GRID_ID"]}, "GRID_ID": grid,
                    "HEADER_ID": {"type": "HEADER", "id": "HEADER_ID", "meta": {"text": self.source["title"]}}}
        placed = iter(self.charts)
        for number, row in enumerate(self.source["rows"], 1):
            if "heading" in row:
                key = f"HEADER-{number}"
                position[key] = {"type": "HEADER", "id": key, "children": [], "parents": ["ROOT_ID", "GRID_ID"],
                                 "meta": {"text": row["heading"], "headerSize": "SMALL_HEADER",
                                          "background": "BACKGROUND_TRANSPARENT"}}
                grid["children"].append(key)
            if row.get("charts") or row.get("text"):
                key = f"ROW-{number}"
                grid["children"].append(key)
                position[key] = {"type": "ROW", "id": key, "children": [], "parents": ["ROOT_ID", "GRID_ID"],
                                 "meta": {"background": "BACKGROUND_TRANSPARENT"}}
                self._fill(position, key, row, placed)
        return position

    def _fill(self, position, key, row, placed):
        parents = ["ROOT_ID", "GRID_ID", key]
        taken = 0
        if row.get("text"):
            inner = f"MARKDOWN-{key}"
            taken += row.get("width", WIDTH)
            position[inner] = {"type": "MARKDOWN", "id": inner, "children": [], "parents": parents,
                               "meta": {"code": row["text"], "height": row["height"], "width": taken}}
            position[key]["children"].append(inner)
        for source in row.get("charts", []):
            chart = next(placed)
            taken += source["width"]
            inner = f"CHART-{chart.uuid[:8]}"
            position[inner] = {"type": "CHART", "id": inner, "children": [], "parents": parents,
                               "meta": {"chartId": self.charts.index(chart) + 1, "uuid": chart.uuid,
                                        "sliceName": chart.title, "height": row["height"],
                                        "width": source["width"]}}
            position[key]["children"].append(inner)
        if taken > WIDTH:
            raise SourceError(f"{self.name}: row {key} is {taken} wide, {WIDTH} is a whole one")

    def _metadata(self):
        everything = list(range(1, len(self.charts) + 1))
        scope = {"rootPath": ["ROOT_ID"], "excluded": []}
        order = [self.sources.colours["palette"][name] for name in self.sources.colours["order"]]
        return {"color_scheme": SCHEME, "color_scheme_domain": order, "label_colors": self.colours(),
                "shared_label_colors": [], "filter_bar_orientation": "HORIZONTAL", "map_label_colors": {}, "cross_filters_enabled": True,
                "chart_configuration": {}, "default_filters": "{}", "expanded_slices": {},
                "global_chart_configuration": {"scope": scope, "chartsInScope": everything},
                "refresh_frequency": self.source.get("refresh_seconds", 0), "timed_refresh_immune_slices": [],
                "native_filter_configuration": [self._filter(one) for one in self.source.get("filters", [])]}

    def colours(self):
        """The same meaning, the same colour; single series go by the label of their metric."""
        palette = self.sources.colours["palette"]
        found = {word: palette[colour] for colour, words in self.sources.colours["meanings"].items()
                 for word in words}
        # A chart of one metric asks by the metric's name, not by its label.
        for dataset in self.datasets.values():
            for name, metric in dataset.metrics.items():
                if metric["label"] in found:
                    found.setdefault(name, found[metric["label"]])
        return found

    def _filter_id(self, name):
        return "NATIVE_FILTER-" + self.sources.uuid("filter", self.name, name)[:8]

    def _filter(self, one):
        kind = one.get("kind", "select")
        found = {"id": self._filter_id(one["name"]), "name": one["name"], "type": "NATIVE_FILTER",
                 "description": one.get("words", ""), "scope": {"rootPath": ["ROOT_ID"], "excluded": []},
                 "cascadeParentIds": [self._filter_id(parent) for parent in one.get("parents", [])],
                 "defaultDataMask": {"extraFormData": {}, "filterState": {}, "ownState": {}},
                 "chartsInScope": [], "tabsInScope": []}
        if kind == "time":
            default = one.get("default", "No filter")
            found.update(filterType="filter_time", targets=[{}], controlValues={"enableEmptyFilter": False})
            if default != "No filter":
                found["defaultDataMask"] = {"extraFormData": {"time_range": default},
                                            "filterState": {"value": default}, "ownState": {}}
            return found
        dataset = self.datasets[one["data"]]
        dataset.column_sql(one["column"])
        found.update(filterType="filter_select",
                     targets=[{"datasetUuid": self.sources.uuid("dataset", one["data"]),
                               "column": {"name": one["column"]}}],
                     controlValues={"enableEmptyFilter": False, "defaultToFirstItem": False, "multiSelect": True,
                                    "searchAllOptions": True, "inverseSelection": False})
        return found
