"""Two deans with different directorates see different rows of the same dashboard: Superset connects as
the person who looks (impersonate_user), PostgreSQL's row security does the rest."""
import psycopg2

DEANS = ("dashboards_test_dean_a", "dashboards_test_dean_b")


def check_row_security(superset, made, charts, tally):
    connection = psycopg2.connect("")
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regprocedure('moodle_fdw.grant_access(text,text,text,text,boolean)') IS NOT NULL, "
                       "rolsuper FROM pg_roles WHERE rolname = current_user")
        there, superuser = cursor.fetchone()
    print(there, superuser)
