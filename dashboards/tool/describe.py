"""Datasets as the database describes them: columns and their types, labels from names, descriptions
from COMMENTs, metrics and their formats from both."""
import re

import psycopg2

from .sources import SourceError

TEXT = ("replace(replace(replace(replace(replace({0}, '&lt;', '<'), '&gt;', '>'), "
        "'&quot;', '\"'), '&#039;', ''''), '&amp;', '&')")
NUMBERS = {"bigint", "integer", "smallint", "numeric", "double precision", "real"}
TIMES = {"timestamp with time zone", "timestamp without time zone", "date"}


def label_of(words, column):
    """avg_performance_pct: as words.yaml has it, or the words of the name."""
    if column in words["columns"]:
        return words["columns"][column]
    parts = [words["words"].get(part, part) for part in column.split("_")]
    said = " ".join(part for part in parts if part)
    return said[:1].upper() + said[1:]


def unescaped(sql):
    """{column|text}: the column without what Moodle escaped for HTML."""
    return re.sub(r"\{(\w+)\|text\}", lambda found: TEXT.format(found.group(1)), sql)


def sentence(text):
    text = (text or "").strip()
    return text[:1].upper() + text[1:]


def with_units(table, course):
    """A table with the directorate and unit of its courses, which rules may have set."""
    return f"""SELECT data.*, coalesce({TEXT.format('units.directorate')}, '(none)') AS directorate,
       coalesce({TEXT.format('units.unit')}, '(none)') AS unit
FROM {table} data
LEFT JOIN moodle_mart.course_units units
       ON units.instance = data.instance AND units.moodle_course_id = data.{course}
"""


class Dataset:
    """One dataset with its columns and metrics."""

    def __init__(self, sources, connection, name):
        self.name = name
        self.source = sources.datasets[name]
        self.words = sources.words
        self.sql = self.source.get("sql")
        table = self.source.get("table")
        if (table is None) == (self.sql is None):
            raise SourceError(f"{name}: either a table or sql")
        self.schema, self.table = table.split(".") if table else (self.source.get("schema", "moodle_mart"),
                                                                  "dashboard_" + name)
        self.comments = self.source.get("comments", [table] if table else [])
        if "course" in self.source:
            self.sql, self.table = with_units(table, self.source["course"]), "dashboard_" + name
            self.comments = [*self.comments, "moodle_mart.course_units"]
        self.columns = self._columns(connection)
        self._add_shared(sources)
        self._add_own()
        # Superset shows a metric that is called as a column is by the column's label.
        self.names = {key: f"total_{key}" if key in self.columns else key
                      for key in self.source.get("metrics", {})}
        self.metrics = {self.names[key]: self._metric(key, one)
                        for key, one in self.source.get("metrics", {}).items()}
        self._check_labels()
        self.about = self.source.get("words") or self._table_comment(connection)

    def _check_labels(self):
        """Superset refuses a query with two columns or metrics of one label, and shows a value that is
        the name of a metric by that metric's label."""
        labels = [one["label"] for one in self.metrics.values()]
        for label in labels:
            if labels.count(label) > 1:
                raise SourceError(f"{self.name}: two metrics are called {label}")

    @property
    def relation(self):
        """What stands behind FROM."""
        if self.sql:
            return f"({self.sql.strip()}) {self.table}"
        return f"{self.schema}.{self.table}"

    def _columns(self, connection):
        with connection.cursor() as cursor:
            try:
                cursor.execute(f"SELECT * FROM {self.relation} LIMIT 0")
            except psycopg2.Error as error:
                raise SourceError(f"{self.name}: {error}") from error
            found = [(one.name, one.type_code) for one in cursor.description]
            cursor.execute("SELECT oid::integer, format_type(oid, NULL) FROM pg_type WHERE oid = ANY (%s)",
                           ([oid for _, oid in found],))
            types = dict(cursor.fetchall())
            described = {}
            for relation in reversed(self.comments):
                cursor.execute("SELECT attname, col_description(attrelid, attnum) FROM pg_attribute "
                               "WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped", (relation,))
                described.update({key: said for key, said in cursor.fetchall() if said})
        return {column: {"type": types[oid], "expression": None, "label": label_of(self.words, column),
                         "about": sentence(described.get(column))} for column, oid in found}

    def _table_comment(self, connection):
        with connection.cursor() as cursor:
            cursor.execute("SELECT obj_description(%s::regclass)", (self.comments[0],))
            return sentence(cursor.fetchone()[0])

    def _add_shared(self, sources):
        for name, one in sources.words["shared"].items():
            if one["from"] in self.columns and name not in self.columns:
                self.columns[name] = {"type": "text", "expression": unescaped(one["sql"]),
                                      "label": one["label"], "about": sentence(one["words"])}

    def _add_own(self):
        for name, one in self.source.get("columns", {}).items():
            if "sql" in one:
                self.columns[name] = {"type": one.get("type", "text"), "expression": unescaped(one["sql"]),
                                      "label": label_of(self.words, name), "about": ""}
            elif name not in self.columns:
                raise SourceError(f"{self.name}: no column {name}")
            if "label" in one:
                self.columns[name]["label"] = one["label"]
            if "words" in one:
                self.columns[name]["about"] = sentence(one["words"])

    def column_sql(self, name):
        if name not in self.columns:
            raise SourceError(f"{self.name}: no column {name}")
        return self.columns[name]["expression"] or f'"{name}"'

    def is_time(self, name):
        return self.columns[name]["type"] in TIMES

    def _about(self, column):
        said = self.columns.get(column, {}).get("about", "")
        return said[:1].lower() + said[1:]

    def _metric(self, key, one):
        """sum, max, min, mean (weighted), count, distinct, ratio or sql, WHERE when."""
        kinds = {"sum", "max", "min", "mean", "count", "distinct", "ratio", "sql"} & set(one)
        if len(kinds) != 1:
            raise SourceError(f"{self.name}: metric {key} is one of sum, mean, count, ratio, …")
        kind = kinds.pop()
        if one.get("when") and kind in ("ratio", "sql"):
            raise SourceError(f"{self.name}: metric {key}: when is for sums, means and counts")
        expression, about, form = getattr(self, "_" + kind)(one, one.get("when"))
        label = one.get("label") or label_of(self.words, key)
        # Numeric comes to the browser as text, which it cannot sort by.
        if expression and form != "time":
            expression = f"({expression})::{'bigint' if form == ',d' else 'double precision'}"
        form = one.get("format") or (None if form == "time" else form)
        return {"label": label, "expression": expression, "format": form,
                "about": sentence(one.get("words") or about), "kind": kind}

    @staticmethod
    def _only(when):
        return f" FILTER (WHERE {when})" if when else ""

    def _form(self, column):
        """How figures of a column are shown, by what its name and type say they are."""
        if column.endswith("bytes"):
            return ".3s"
        if self.is_time(column):
            return "time"
        return ",d" if self.columns[column]["type"] in ("bigint", "integer") else ",.1f"

    def _plain(self, word, said, column, when):
        self.column_sql(column)
        if column.endswith("_pct"):
            return f"{word}({column}){self._only(when)} / 100.0", f"{said} {self._about(column)}", ".1%"
        return f"{word}({self.column_sql(column)}){self._only(when)}", f"{said} {self._about(column)}", \
            self._form(column)

    def _sum(self, one, when):
        return self._plain("sum", "sum of:", one["sum"], when)

    def _max(self, one, when):
        return self._plain("max", "greatest:", one["max"], when)

    def _min(self, one, when):
        return self._plain("min", "least:", one["min"], when)

    def _mean(self, one, when):
        column, weight = one["mean"], one.get("weight")
        percent = column.endswith("_pct")
        if weight:
            self.column_sql(weight)
            value = (f"sum({column} * {weight}){self._only(when)} / "
                     f"nullif(sum({weight}) FILTER (WHERE {column} IS NOT NULL"
                     f"{' AND (' + when + ')' if when else ''}), 0)")
        else:
            value = f"avg({self.column_sql(column)}){self._only(when)}"
        about = f"mean of: {self._about(column)}" + (f"; weighted by {weight}" if weight else "")
        return (f"{value} / 100.0" if percent else value), about, (".1%" if percent else ",.1f")

    def _count(self, one, when):
        return f"count(*){self._only(when)}", one["count"] if isinstance(one["count"], str) else "rows", ",d"

    def _distinct(self, one, when):
        columns = [one["distinct"]] if isinstance(one["distinct"], str) else one["distinct"]
        listed = ", ".join(self.column_sql(column) for column in columns)
        return (f"count(DISTINCT {listed if len(columns) == 1 else '(' + listed + ')'}){self._only(when)}",
                f"different {', '.join(columns)}", ",d")

    def _ratio(self, one, when):
        above, below = one["ratio"]
        for column in (above, below):
            self.column_sql(column)
        return (f"sum({above}){self._only(when)}::numeric / nullif(sum({below}){self._only(when)}, 0)",
                f"{self._about(above)}, as a share of: {self._about(below)}", ".1%")

    @staticmethod
    def _sql(one, _when):
        return " ".join(unescaped(one["sql"]).split()), "", one.get("format", ",d")
