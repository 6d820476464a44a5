"""Two deans with different directorates see different rows of the same dashboard: Superset connects as
the person who looks (impersonate_user), PostgreSQL's row security does the rest."""
import contextlib
import os
import secrets

import psycopg2

# Roles of the cluster and users of Superset, for as long as the test lasts.
DEANS = ("dashboards_test_dean_a", "dashboards_test_dean_b")
STRANGER = "dashboards_test_stranger"
# What each dean may count, by a role that sees all.
TRUTH = """
SELECT units.directorate, count(*)
FROM moodle_mart.student_performance student
JOIN moodle_mart.course_units units USING (instance, moodle_course_id)
WHERE units.directorate IS NOT NULL
GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 2
"""
PERSONAL = ("institution: Enrolments by directorate", "institution: Courses that need a look",
            "courses: Distribution of grades", "courses: Students in courses",
            "progress: Learners to look after", "funnel: From enrolment to completion")


@contextlib.contextmanager
def roles(connection, password):
    """The roles, with grants for the two greatest directorates; gives what is true of these."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT moodle_fdw.access_enabled()")
        was_on = cursor.fetchone()[0]
        cursor.execute(TRUTH)
        truth = cursor.fetchall()
        try:
            for name in (*DEANS, STRANGER):
                cursor.execute(f"CREATE ROLE {name} LOGIN PASSWORD %s", (password,))
            for dean, (directorate, _) in zip(DEANS, truth):
                cursor.execute("SELECT moodle_fdw.grant_access(%s, %s)", (dean, directorate))
            yield truth
        finally:
            for dean in DEANS:
                cursor.execute("SELECT moodle_fdw.revoke_access(%s)", (dean,))
            if not was_on:
                cursor.execute("SELECT moodle_fdw.disable_access()")
            for name in (*DEANS, STRANGER):
                cursor.execute(f"DROP OWNED BY {name}")
                cursor.execute(f"DROP ROLE {name}")


@contextlib.contextmanager
def impersonation(superset, made, password):
    """The same database, read as whoever looks; then as before."""
    _, answer = superset.call("GET", "/api/v1/database/?q=(columns:!(id,uuid))")
    number = next(one["id"] for one in answer["result"] if one["uuid"] == made.sources.uuid("database"))
    host, port = os.environ.get("PGHOST", "/var/run/postgresql"), os.environ.get("PGPORT", "5432")
    uri = (f"postgresql+psycopg2://superset:{password}@/{os.environ.get('PGDATABASE', 'postgres')}"
           f"?host={host}&port={port}")
    change(superset, number, uri, True)
    try:
        yield
    finally:
        change(superset, number, superset.uri, False)


def change(superset, number, uri, impersonate):
    """By Superset's own model, since its API insists on connecting first."""
    superset.python(f"""
from superset import db
from superset.models.core import Database
one = db.session.get(Database, {number})
one.set_sqlalchemy_uri({uri!r})
one.impersonate_user = {impersonate}
db.session.commit()
""")


def make_users(superset, names):
    """Superset's users of the same names; they may see every dashboard: the database decides on rows."""
    _, answer = superset.call("GET", "/api/v1/security/roles/?q=(page_size:100)")
    alpha = next(one["id"] for one in answer["result"] if one["name"] == "Alpha")
    for name in names:
        status, answer = superset.call("POST", "/api/v1/security/users/", {
            "username": name, "first_name": name, "last_name": "Test", "email": name + "@example.edu",
            "password": superset.password, "active": True, "roles": [alpha]})
        if status not in (200, 201):
            raise RuntimeError(f"{name} cannot be made: {answer}")


def check_row_security(superset, made, charts, tally, ask):
    """As each dean the same charts: the rows that the database says are theirs, and no others."""
    connection = psycopg2.connect("")
    connection.autocommit = True
    password = secrets.token_urlsafe(16)
    make_users(superset, (*DEANS, STRANGER))
    by_name = {chart.where: chart for chart in made.charts}
    with roles(connection, password) as truth, impersonation(superset, made, password):
        whole = by_name["institution: Enrolments"]
        for dean, (directorate, many) in zip(DEANS, truth):
            rows, problem = ask(superset, charts[whole.uuid], whole.query(), dean)
            found = rows[0]["enrolments"] if rows else None
            tally.ok(found == many, f"the dean of {directorate} counts {many} enrolments", problem or f"{found} are counted")
        for name in PERSONAL:
            chart = by_name[name]
            answers = [ask(superset, charts[chart.uuid], chart.query(), dean) for dean in DEANS]
            tally.ok(all(rows and not problem for rows, problem in answers) and answers[0][0] != answers[1][0],
                     f"{name}: two deans, different rows", [problem for _, problem in answers])
        directorates = by_name["institution: Enrolments by directorate"]
        query = {"columns": ["directorate"], "metrics": None, "row_limit": 1000}
        seen = [{row["directorate"] for row in ask(superset, charts[directorates.uuid], query, dean)[0]}
                for dean in DEANS]
        tally.ok(len(seen[0]) == len(seen[1]) == 1 and not seen[0] & seen[1],
                 "each sees one directorate, their own", seen)
        rows, problem = ask(superset, charts[whole.uuid], whole.query(), STRANGER)
        tally.ok(problem and not rows, "who was granted nothing gets nothing", rows)
