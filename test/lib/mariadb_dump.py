#!/usr/bin/env python3
"""A plain pg_dump on stdin becomes statements for MariaDB on stdout: tables as Moodle makes them
there, primary keys and rows. Knows the types that a Moodle has, and refuses others."""
import re
import sys

TYPES = [
    (r"character varying\((\d+)\)", r"varchar(\1) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"),
    (r"character\((\d+)\)", r"char(\1) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"),
    (r"numeric\((\d+),(\d+)\)", r"decimal(\1,\2)"),
    (r"double precision", "double"),
    (r"bigint", "bigint"),
    (r"integer", "int"),
    (r"smallint", "smallint"),
    (r"text", "longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"),
    (r"bytea", "longblob"),
]
ESCAPES = {"\\\\": "\\", "\\n": "\n", "\\t": "\t", "\\r": "\r", "\\b": "\b", "\\f": "\f", "\\v": "\v"}
ROWS_A_STATEMENT = 500


def column(line):
    name, rest = line.strip().rstrip(",").split(" ", 1)
    for pattern, there in TYPES:
        match = re.match(pattern + r"\b", rest) or re.match(pattern, rest)
        if match:
            null = " NOT NULL" if "NOT NULL" in rest else ""
            return f"`{name.strip(chr(34))}` {match.expand(there)}{null}"
    raise SystemExit(f"mariadb_dump: no type for {line.strip()}")


def literal(field):
    if field == "\\N":
        return "NULL"
    text = re.sub(r"\\.", lambda escape: ESCAPES[escape.group()], field)
    return "'" + text.replace("\\", "\\\\").replace("'", "''").replace("\n", "\\n").replace("\0", "") + "'"


def copy_rows(lines, table, columns, write):
    rows = []

    def flush():
        if rows:
            write(f"INSERT INTO `{table}` ({columns}) VALUES\n" + ",\n".join(rows) + ";\n")
            rows.clear()

    for line in lines:
        line = line.rstrip("\n")
        if line == "\\.":
            break
        rows.append("(" + ",".join(map(literal, line.split("\t"))) + ")")
        if len(rows) == ROWS_A_STATEMENT:
            flush()
    flush()


def main():
    lines = iter(sys.stdin)
    write = sys.stdout.write
    write("SET NAMES utf8mb4; SET foreign_key_checks = 0; SET sql_mode = '';\n")
    for line in lines:
        made = re.match(r'CREATE TABLE public\."?(\w+)"? \($', line)
        copied = re.match(r'COPY public\."?(\w+)"? \((.*)\) FROM stdin;$', line)
        if made:
            columns = []
            for inner in lines:
                if inner.startswith(")"):
                    break
                columns.append(column(inner))
            write(f"CREATE TABLE `{made[1]}` (\n  " + ",\n  ".join(columns) + ",\n  PRIMARY KEY (`id`)\n)"
                  " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;\n")
        elif copied:
            names = ", ".join(f"`{name.strip().strip(chr(34))}`" for name in copied[2].split(","))
            copy_rows(lines, copied[1], names, write)


main()
