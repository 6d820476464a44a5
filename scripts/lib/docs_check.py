#!/usr/bin/python3
"""Runs every SQL block of README.md and docs/*.md, and compares what it gives with what is printed.

    docs_check.py [--update] PAGE…       paths from the top of the tree

Each page gets a database of its own, "docs", cloned from the world that it names (docs_empty,
docs_sites, docs_attached, docs_demo: scripts/stages/tour.sh makes them); each block is one psql
session in it. One line a page tells the result: "ok …" or "not ok …". --update writes what was given
into the page.

In a page, in HTML comments, which readers do not see:

    <!-- world: demo -->          which world; without it sites: moodle1 and moodle2, refreshed. attached:
                                  moodle1 with its own database; demo: the four of scripts/demo
    <!-- first: SQL -->           run before the next block, for what the page takes for granted
    <!-- token: simnewcomer -->      what a token written '…' stands for from here on; without it simadmin
    <!-- not run: why -->         the next block is not run: counted, and told with its reason

A plain block right behind an SQL block is its output. It must be as printed, but for moments,
durations, sparklines (the last one is of this week) and the width of columns; a line of "…" stands for any number of lines, "…" within a line
for any text. A block may fail only if its output has a line that begins with "ERROR:".

A statement within the text (`SELECT …`, INSERT, DELETE, UPDATE) is not run, but must be one that could
be: it is prepared when the page's blocks have been run. One that leaves something out with "…" is not.
So are those of blocks that are not run.
"""
import os
import re
import subprocess
import sys

# More than these must not stay unrun; who adds one raises it, and says why in the page.
NOT_RUN_MOST = 6

WORLDS = ("empty", "sites", "attached", "demo")
# What pages write → what answers here.
SITES = {"https://ead.example.edu": os.environ["MOODLE_SIM_URL"],
         "https://lms.example.edu": os.environ["MOODLE_SIM_2_URL"]}


class Block:
    """An SQL block: where it is, what is run before it, and the lines of its output, if it has one."""

    def __init__(self, line, sql, first, why_not, token):
        self.line, self.sql, self.first, self.why_not, self.token = line, sql, first, why_not, token
        self.output = None      # (first line, line behind the last), counted from 0


def read_page(lines):
    """The world of a page and its SQL blocks."""
    world, token, blocks, first, why_not, number = "sites", "simadmin", [], [], None, 0
    latest = None               # the block that an output may follow
    while number < len(lines):
        line = lines[number]
        if line.startswith("<!--"):
            end = number
            while "-->" not in lines[end]:
                end += 1
            comment = "\n".join(lines[number:end + 1])[4:].split("-->")[0].strip()
            kind, _, text = comment.partition(":")
            if kind == "world":
                world = text.strip()
            elif kind == "token":
                token = text.strip()
            elif kind == "first":
                first.append(text.strip())
            elif kind == "not run":
                why_not = text.strip()
            number, latest = end + 1, None
            continue
        if line.startswith("```"):
            end = next(n for n in range(number + 1, len(lines)) if lines[n].startswith("```"))
            if line == "```sql":
                latest = Block(number + 1, "\n".join(lines[number + 1:end]), first, why_not, token)
                blocks.append(latest)
                first, why_not = [], None
            else:
                if line == "```" and latest is not None:
                    latest.output = (number + 1, end)
                latest = None
            number = end + 1
            continue
        if line.strip():
            latest = None
            if why_not is not None:
                raise SystemExit(f"not run: {why_not}: no SQL block follows")
        number += 1
    if world not in WORLDS:
        raise SystemExit(f"no world {world}; there are: {', '.join(WORLDS)}")
    return world, blocks


def preparable(text):
    """The statements of a text that PREPARE takes."""
    text = re.sub(r"\s*\\watch.*", ";", re.sub(r"--.*", "", text))
    return [statement.strip() for statement in text.split(";")
            if re.match(r"\s*(SELECT|INSERT INTO|DELETE FROM|UPDATE)\s", statement)]


def statements_in_text(lines, blocks):
    """What is named, but not run: the line, counted from 1, and the statement."""
    fenced = False
    for number, line in enumerate(lines, 1):
        if line.startswith("```"):
            fenced = not fenced
        elif not fenced:
            for text in re.findall(r"`([A-Z]+ [^`…]*)`", line):
                for statement in preparable(text):
                    yield number, statement
    for block in blocks:
        if block.why_not is not None:
            for statement in preparable(block.sql):
                yield block.line, statement


def psql(database, sql, stop=True):
    """What psql prints, errors and notices in their place, and whether it succeeded."""
    command = ["psql", "-X", "-q", "-d", database, "-P", "footer=off", "-P", "pager=off"]
    if stop:
        command += ["-v", "ON_ERROR_STOP=1"]
    done = subprocess.run(command, input=sql + "\n", stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, timeout=150, check=False,
                          env={**os.environ, "PGOPTIONS": "-c statement_timeout=60s -c timezone=UTC"})
    return done.stdout, done.returncode == 0


def runnable(sql, token):
    """With the sites that are here, a token where one is left out, and without \\watch."""
    for told, here in SITES.items():
        sql = sql.replace(told, here)
    sql = re.sub(r"(token\s*(?:=>)?\s*)'…'", rf"\1'{token}'", sql)
    return re.sub(r"\s*\\watch.*", ";", sql)


def as_told(output):
    """With the sites that the page names, without spaces at the ends of lines and empty lines last."""
    for told, here in SITES.items():
        output = output.replace(here, told)
    return re.sub(r"\n+\Z", "", re.sub(r" +$", "", output, flags=re.M))


def normal(text):
    """Without moments, durations, sparklines and widths."""
    text = re.sub(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?([+-]\d\d(:?\d\d)?| [A-Z]{3,4}\b)?", "MOMENT", text)
    text = re.sub(r"\b\d\d:\d\d:\d\d(\.\d+)?", "DURATION", text)
    text = re.sub(r"\b\d+(\.\d+)? (s|ms|kB/s|MB/s)\b", "DURATION", text)
    text = re.sub(r"\bjust now\b|\b\d+ (min|h|days) ago\b", "AGO", text)
    text = re.sub(r"[▁▂▃▄▅▆▇█]+( *[▁▂▃▄▅▆▇█]+)*", "SPARKLINE", text)
    text = re.sub(r"-{2,}", "-", text)
    return re.sub(r" +", " ", re.sub(r" +$", "", text, flags=re.M)).strip("\n ")


def agrees(told, given):
    pattern = ""
    for line in normal(told).split("\n"):
        if line.strip() == "…":
            pattern += r"(?:.*\n)*?"
        else:
            pattern += ".*".join(re.escape(part.strip(" ")) if part.strip() else "" for part in line.split("…")) \
                .join((" *", " *\n"))
    return re.fullmatch(pattern, normal(given) + "\n") is not None


def roles():
    return set(psql("postgres", r"\t on" "\nSELECT quote_ident(rolname) FROM pg_roles")[0].split())


def fresh_database(world):
    output, well = psql("postgres", f"""
        DROP DATABASE IF EXISTS docs WITH (FORCE);
        CREATE DATABASE docs TEMPLATE docs_{world} STRATEGY file_copy;""")
    if well:
        output, well = psql("docs", "SET client_min_messages = warning; CREATE EXTENSION pg_cron")
    if not well:
        raise SystemExit(output)


def try_block(block, lines, given):
    """What is wrong with a block, or None; what it gave goes into given, by the block."""
    for sql in block.first:
        output, well = psql("docs", runnable(sql, block.token))
        if not well:
            return f"what comes first failed:\n{output}"
    output, well = psql("docs", runnable(block.sql, block.token))
    output = given[block] = as_told(output)
    told = "\n".join(lines[slice(*block.output)]) if block.output else None
    if not well and not (told and re.search(r"^ERROR:", told, re.M)):
        return f"failed:\n{output}"
    if told is not None and not agrees(told, output):
        return f"gave something else than is printed:\n{output}"
    return None


def check_text(path, lines, blocks):
    """How many statements there are in the text, and what is wrong with them."""
    statements = list(statements_in_text(lines, blocks))
    wrong = []
    for number, statement in statements:
        output, well = psql("docs", f"PREPARE it AS {statement}")
        if not well:
            wrong.append(f"{path}:{number} {statement}\n{output}")
    return len(statements), wrong


def update(path, lines, blocks, given):
    """Writes what was given, where it is not what is told; what leaves something out stays."""
    for block in reversed(blocks):
        if block not in given or not block.output:
            continue
        told = "\n".join(lines[slice(*block.output)])
        if "…" not in told and not agrees(told, given[block]):
            lines[slice(*block.output)] = given[block].split("\n")
    with open(path, "w", encoding="utf-8") as page:
        page.write("\n".join(lines) + "\n")


def check_page(path, updating):
    """The blocks that are not run, with their reasons."""
    with open(path, encoding="utf-8") as page:
        lines = page.read().rstrip("\n").split("\n")
    world, blocks = read_page(lines)
    run = [block for block in blocks if block.why_not is None]
    not_run = [f"{path}:{block.line}: {block.why_not}" for block in blocks if block.why_not is not None]
    if not run:
        return len(blocks), not_run
    before, given, wrong = roles(), {}, []
    fresh_database(world)
    for block in run:
        problem = try_block(block, lines, given)
        if problem:
            wrong.append(f"{path}:{block.line} {problem}")
    in_text, wrong_in_text = check_text(path, lines, blocks)
    wrong += wrong_in_text
    # What a page makes beside its database are roles.
    psql("postgres", "DROP DATABASE docs WITH (FORCE);"
         + "".join(f"DROP ROLE {role};" for role in sorted(roles() - before)), stop=False)
    compared = sum(1 for block in run if block.output)
    for problem in wrong:
        print(problem)
    print(f"{'not ok' if wrong else 'ok'} {path}: {len(run)} blocks run, {compared} outputs compared, {in_text} statements prepared")
    if updating:
        update(path, lines, blocks, given)
    return len(blocks), not_run


def main(arguments):
    updating = "--update" in arguments
    seen, not_run = 0, []
    for path in arguments:
        if path != "--update":
            count, left = check_page(path, updating)
            seen += count
            not_run += left
    print(*not_run, sep="\n")
    few = len(not_run) <= NOT_RUN_MOST
    print(f"{'ok' if few else 'not ok'} of {seen} SQL blocks {len(not_run)} are not run, {NOT_RUN_MOST} at most")


main(sys.argv[1:])
