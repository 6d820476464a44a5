"""A chart of the sources as Superset's form data, and as the query that stands behind it."""
from .sources import SourceError

GRAINS = {"day": "P1D", "week": "P1W", "month": "P1M", "hour": "PT1H"}
TRUNCATE = {"P1D": "day", "P1W": "week", "P1M": "month", "PT1H": "hour"}
# What Superset calls the kinds of charts that are used here.
VIZ = {
    "big": "big_number_total", "trend": "big_number", "bar": "echarts_timeseries_bar",
    "line": "echarts_timeseries_line", "area": "echarts_area", "mixed": "mixed_timeseries",
    "pie": "pie", "funnel": "funnel", "heat": "heatmap_v2", "table": "table", "list": "table",
    "pivot": "pivot_table_v2", "tree": "treemap_v2", "rings": "sunburst_v2", "bubble": "bubble_v2",
    "box": "box_plot", "histogram": "histogram_v2",
}
SCHEME = "okabe_ito"


class Chart:
    """One chart of a dashboard."""

    def __init__(self, sources, datasets, dashboard, source):
        self.sources, self.dashboard = sources, dashboard
        self.title, self.kind = source["title"], source["kind"]
        self.dataset = datasets[source["data"]]
        self.source = source = self._named(source)
        if self.kind not in VIZ:
            raise SourceError(f"{self.where}: no kind {self.kind}")
        self.uuid = sources.uuid("chart", dashboard, self.title)
        self.viz = VIZ[self.kind]
        self.metrics = as_list(source.get("metrics"))
        self.by = as_list(source.get("by"))
        self.x = source.get("x")
        self.limit = source.get("limit", 10000 if self.kind != "list" else 200)
        for metric in self.metrics + [source[key] for key in ("size", "y") if key in source]:
            if metric not in self.dataset.metrics:
                raise SourceError(f"{self.where}: {source['data']} has no metric {metric}")
        for column in self.dimensions():
            self.dataset.column_sql(column)

    def _named(self, source):
        """The chart with its metrics by the names that the dataset gives them."""
        found = dict(source)
        chosen = as_list(source.get("metrics"))
        for key in ("metrics", "size", "y", "highlight") + (("x",) if self.kind == "bubble" else ()):
            if key in source:
                named = [self.dataset.names.get(one, one) for one in as_list(source[key])]
                found[key] = named if isinstance(source[key], list) else named[0]
        if source.get("sort") in chosen:
            found["sort"] = self.dataset.names[source["sort"]]
        return found

    @property
    def where(self):
        return f"{self.dashboard}: {self.title}"

    def dimensions(self):
        """The columns that it asks for."""
        named = as_list(self.x if self.kind not in ("bubble",) else None) + self.by + \
            as_list(self.source.get("rows")) + as_list(self.source.get("columns")) + \
            as_list(self.source.get("column"))
        return list(dict.fromkeys(named))

    def grain(self):
        """How a time on the x axis is rounded; None: it is none."""
        if self.x is None or self.kind == "bubble" or not self.dataset.is_time(self.x):
            return None
        return GRAINS[self.source.get("grain", "week")]

    def all_metrics(self):
        found = list(self.metrics)
        if self.kind == "bubble":
            found = [self.x, self.source["y"], self.source["size"]]
        return list(dict.fromkeys(found))

    def sql(self):
        """What Superset asks, but for its paging: to be tried without Superset."""
        chosen = []
        for column in self.dimensions():
            expression = self.dataset.column_sql(column)
            if self.grain() and column == self.x:
                expression = f"date_trunc('{TRUNCATE[self.grain()]}', {expression})"
            chosen.append((expression, column))
        asked = chosen + [(self.dataset.metrics[name]["expression"], name) for name in self.all_metrics()]
        listed = ", ".join(f'{expression} AS "{name}"' for expression, name in asked)
        where = f" WHERE ({self.source['where']})" if self.source.get("where") else ""
        grouped = self.kind not in ("list", "histogram") and chosen
        group = f" GROUP BY {', '.join(str(number + 1) for number in range(len(chosen)))}" if grouped else ""
        return f"SELECT {listed} FROM {self.dataset.relation}{where}{group} LIMIT {self.limit}"

    def query(self):
        """The same as Superset's API takes it (a query of a query context)."""
        columns = []
        for column in self.dimensions():
            if self.grain() and column == self.x:
                columns.append({"timeGrain": self.grain(), "columnType": "BASE_AXIS", "sqlExpression": column,
                                "label": column, "expressionType": "SQL"})
            else:
                columns.append(column)
        return {"columns": columns, "metrics": self.all_metrics() if self.kind != "list" else None,
                "row_limit": self.limit, "filters": [], "orderby": [],
                "extras": {"where": f"({self.source['where']})" if self.source.get("where") else "",
                           **({"time_grain_sqla": self.grain()} if self.grain() else {})}}

    def params(self):
        """Its form data."""
        data = {"viz_type": self.viz, "adhoc_filters": self._filters(), "row_limit": self.limit,
                "color_scheme": SCHEME, "annotation_layers": [], "extra_form_data": {}, "dashboards": []}
        data.update(getattr(self, "_" + self.kind)())
        data.update(self.source.get("options", {}))
        return data

    def _filters(self):
        found = []
        time = self.source.get("x") if self.grain() else self.dataset.source.get("time")
        if time:
            found.append({"clause": "WHERE", "comparator": "No filter", "expressionType": "SIMPLE",
                          "operator": "TEMPORAL_RANGE", "subject": time})
        if self.source.get("where"):
            found.append({"clause": "WHERE", "expressionType": "SQL", "sqlExpression": self.source["where"]})
        return found

    def _format(self, metric=None):
        return self.source.get("format") or self.dataset.metrics[metric or self.metrics[0]]["format"]

    def _big(self):
        return {"metric": self.metrics[0], "y_axis_format": self._format(), "header_font_size": 0.5,
                "subtitle": self.source.get("subtitle", ""), "subtitle_font_size": 0.15,
                "subheader": "", "time_format": "smart_date"}

    def _trend(self):
        return {"metric": self.metrics[0], "x_axis": self.x, "time_grain_sqla": self.grain(),
                "y_axis_format": self._format(), "header_font_size": 0.4, "subheader": "",
                "subtitle": self.source.get("subtitle", ""), "subtitle_font_size": 0.125,
                "show_trend_line": True, "start_y_axis_at_zero": True, "aggregation": "LAST_VALUE",
                "time_format": "%Y-%m-%d"}

    def _series(self):
        grain = self.grain()
        found = {"x_axis": self.x, "metrics": self.metrics, "groupby": self.by, "y_axis_format": self._format(),
                 "show_legend": bool(self.by) or len(self.metrics) > 1, "legendType": "scroll",
                 "legendOrientation": "top", "rich_tooltip": True, "showTooltipTotal": bool(self.by),
                 "order_desc": True, "truncate_metric": True, "truncateXAxis": False, "only_total": True,
                 "comparison_type": "values", "tooltipTimeFormat": "smart_date", "x_axis_time_format": "smart_date",
                 "y_axis_title_margin": 0, "x_axis_title_margin": 0, "show_empty_columns": True,
                 "sort_series_type": "name", "sort_series_ascending": True, "minorTicks": False}
        if grain:
            found["time_grain_sqla"] = grain
        else:
            sort = self.source.get("sort", self.metrics[0])
            ascending = not self.source.get("descending", sort in self.metrics)
            # Where there are several series Superset sorts by their sum, or by name.
            if self.by or len(self.metrics) > 1:
                sort = "sum" if sort in self.metrics else "name"
            found.update(x_axis_sort=sort, x_axis_sort_asc=ascending)
        return found

    def _bar(self):
        across = self.source.get("horizontal", False)
        found = self._series()
        found.update(orientation="horizontal" if across else "vertical",
                     stack=self.source.get("stack", "Stack" if self.by else None),
                     show_value=self.source.get("show_values", not self.by and len(self.metrics) == 1))
        if found["stack"] == "Expand":
            found["y_axis_format"] = ".0%"
        if across and not self.grain():
            # A horizontal axis is drawn from below: what comes first is to stand at the top.
            found["x_axis_sort_asc"] = not found["x_axis_sort_asc"]
        return found

    def _line(self):
        return {**self._series(), "seriesType": "line", "markerEnabled": True, "markerSize": 5, "opacity": 0.2}

    def _area(self):
        return {**self._series(), "seriesType": "line", "stack": self.source.get("stack", "Stack"),
                "opacity": 0.75, "markerEnabled": False}

    def _mixed(self):
        """The first metric as bars, the second as a line with an axis of its own."""
        first, second = self.metrics
        found = self._series()
        found.update(metrics=[first], metrics_b=[second], groupby=self.by, groupby_b=[], seriesType="bar",
                     seriesTypeB="line", yAxisIndex=0, yAxisIndexB=1, markerEnabledB=True, markerSizeB=5,
                     y_axis_format=self._format(first), y_axis_format_secondary=self._format(second),
                     adhoc_filters_b=self._filters(), row_limit_b=self.limit, opacityB=0.2, show_legend=True,
                     order_desc_b=True, truncate_metric_b=True, comparison_type_b="values")
        return found

    def _pie(self):
        return {"metric": self.metrics[0], "groupby": self.by, "number_format": self._format(),
                "donut": True, "innerRadius": 45, "outerRadius": 70, "show_labels": True, "labels_outside": True,
                "label_type": "percent", "show_legend": True, "legendOrientation": "top", "legendType": "scroll", "sort_by_metric": True, "label_line": True,
                "show_labels_threshold": 2, "show_total": True}

    def _funnel(self):
        return {"metric": self.metrics[0], "groupby": self.by, "number_format": self._format(),
                "percent_calculation_type": "first_step", "show_labels": True, "show_tooltip_labels": True,
                "label_type": 5, "tooltip_label_type": 5, "show_legend": False, "sort_by_metric": True,
                "legendOrientation": "top", "legendMargin": 50}

    def _heat(self):
        return {"metric": self.metrics[0], "x_axis": self.x, "groupby": self.by[0],
                "linear_color_scheme": self.sources.colours["sequential"], "legend_type": "continuous",
                "normalize_across": "heatmap", "show_legend": True, "show_percentage": False,
                "show_values": self.source.get("show_values", False), "sort_x_axis": "alpha_asc",
                "sort_y_axis": self.source.get("sort", "alpha_desc"), "left_margin": 120,
                "bottom_margin": 50, "value_bounds": [None, None], "xscale_interval": -1,
                "yscale_interval": 1, "y_axis_format": self._format(), "x_axis_time_format": "%d %b",
                "border_color": {"r": 255, "g": 255, "b": 255, "a": 1}, "border_width": 1,
                **({"time_grain_sqla": self.grain()} if self.grain() else {})}

    def _columns_config(self, names):
        """Formats of a table's columns; bars in cells only where asked, since they crowd."""
        config = {}
        for name in names:
            one = {}
            if name in self.dataset.metrics:
                form = self.dataset.metrics[name]["format"]
                one["d3NumberFormat" if form else "d3TimeFormat"] = form or "%Y-%m-%d %H:%M"
            elif name.endswith("_pct"):
                one["d3NumberFormat"] = ",.1f"
            elif self.dataset.columns[name]["type"] in ("bigint", "integer"):
                one["d3NumberFormat"] = ",d"
            elif self.dataset.is_time(name):
                one["d3TimeFormat"] = "%Y-%m-%d" if self.dataset.columns[name]["type"] == "date" else "%Y-%m-%d %H:%M"
            one["showCellBars"] = name in as_list(self.source.get("highlight"))
            config[name] = one
        return config

    def _table_of(self, names):
        # Narrow tables scroll; wide ones turn pages and can be searched.
        wide = self.source["width"] > 8 and self.limit > 20
        return {"table_timestamp_format": "%Y-%m-%d %H:%M", "include_search": wide,
                "page_length": 10 if wide else 0, "server_page_length": 10, "show_cell_bars": bool(self.source.get("highlight")),
                "color_pn": False, "allow_rearrange_columns": True, "allow_render_html": False,
                "column_config": self._columns_config(names), "order_desc": self.source.get("descending", True),
                "conditional_formatting": []}

    def _table(self):
        """One row for each different value of the columns, with metrics."""
        dimensions = as_list(self.source.get("columns"))
        sort = self.source.get("sort", self.metrics[0])
        return {**self._table_of(dimensions + self.metrics), "query_mode": "aggregate", "groupby": dimensions,
                "metrics": self.metrics, "all_columns": [], "timeseries_limit_metric": sort,
                "temporal_columns_lookup": {name: True for name in dimensions if self.dataset.is_time(name)}}

    def _list(self):
        """The rows as they are."""
        columns = as_list(self.source.get("columns"))
        sort = self.source.get("sort")
        order = [f'["{sort}", {str(not self.source.get("descending", True)).lower()}]'] if sort else []
        return {**self._table_of(columns), "query_mode": "raw", "groupby": [], "metrics": [],
                "all_columns": columns, "order_by_cols": order}

    def _pivot(self):
        return {"groupbyRows": as_list(self.source.get("rows")), "groupbyColumns": as_list(self.source.get("columns")),
                "metrics": self.metrics, "metricsLayout": "COLUMNS", "aggregateFunction": "Sum",
                "rowOrder": "key_a_to_z", "colOrder": "key_a_to_z", "valueFormat": self._format(),
                "rowTotals": False, "colTotals": False, "order_desc": True, "date_format": "smart_date",
                "column_config": {name: {"d3NumberFormat": self.dataset.metrics[name]["format"]}
                                  for name in self.metrics},
                "combineMetric": False}

    def _tree(self):
        return {"metric": self.metrics[0], "groupby": self.by, "number_format": self._format(),
                "label_type": "key_value", "show_labels": True, "show_upper_labels": True,
                "date_format": "smart_date"}

    def _rings(self):
        # A second metric colours the segments: size is how many, colour how well.
        found = {"columns": self.by, "metric": self.metrics[0], "number_format": self._format(),
                 "show_labels": True, "show_labels_threshold": 5, "label_type": "key", "date_format": "smart_date",
                 "linear_color_scheme": self.sources.colours["sequential"]}
        if len(self.metrics) > 1:
            found["secondary_metric"] = self.metrics[1]
        return found

    def _bubble(self):
        entity = self.by[0]
        return {"entity": entity, "series": self.by[1] if len(self.by) > 1 else None, "x": self.x,
                "y": self.source["y"], "size": self.source["size"], "max_bubble_size": "25", "opacity": 0.6,
                "xAxisFormat": self._format(self.x), "y_axis_format": self._format(self.source["y"]),
                "tooltipSizeFormat": self._format(self.source["size"]), "show_legend": True,
                "legendOrientation": "top", "legendType": "scroll", "order_desc": True,
                "x_axis_label": self.dataset.metrics[self.x]["label"], "truncateXAxis": False,
                "y_axis_label": self.dataset.metrics[self.source["y"]]["label"],
                "x_axis_title_margin": 30, "y_axis_title_margin": 50, "xAxisBounds": [None, None],
                "y_axis_bounds": [None, None]}

    def _box(self):
        return {"groupby": self.by, "columns": as_list(self.source["columns"]), "metrics": self.metrics,
                "whiskerOptions": "Min/max (no outliers)", "number_format": self._format(),
                "x_ticks_layout": "auto", "x_axis_title_margin": 15, "y_axis_title_margin": 30,
                "y_axis_title_position": "Left", "date_format": "smart_date"}

    def _histogram(self):
        return {"column": self.source["column"], "groupby": self.by, "bins": self.source.get("bins", 10),
                "normalize": False, "cumulative": False, "show_legend": bool(self.by), "show_value": True,
                "x_axis_title": self.dataset.columns[self.source["column"]]["label"],
                "x_axis_format": "SMART_NUMBER", "y_axis_format": ",d"}


def as_list(value):
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]
