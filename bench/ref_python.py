#!/usr/bin/python3
"""The loader as people write it today: requests for the calls, one after the other on one
connection, json for the answers, psycopg2 for the rows. Prints seconds and rows.

  ref_python.py count|columns|load URL TOKEN      users: len(), id and email, into a table
  ref_python.py grades|enrolments URL TOKEN       course after course
"""
import sys
import time

import requests

SESSION = requests.Session()
SESSION.trust_env = False

USER_COLUMNS = (
    "id username email firstname lastname fullname auth confirmed suspended idnumber department "
    "institution address phone1 phone2 city country interests lang calendartype theme timezone "
    "mailformat trackforums description descriptionformat firstaccess lastaccess "
    "profileimageurlsmall profileimageurl customfields preferences"
).split()
TIMES = ("firstaccess", "lastaccess")
JSON = ("customfields", "preferences")


def call(url, token, function, **arguments):
    form = {"wstoken": token, "wsfunction": function, "moodlewsrestformat": "json", **arguments}
    response = SESSION.post(url + "/webservice/rest/server.php", data=form)
    response.raise_for_status()
    answer = response.json()
    if isinstance(answer, dict) and "exception" in answer:
        raise RuntimeError(answer["message"])
    return answer


def users(url, token):
    criterion = {"criteria[0][key]": "everyone", "criteria[0][value]": "%"}
    return call(url, token, "core_user_get_users", **criterion)["users"]


def count(url, token):
    return len(users(url, token))


def columns(url, token):
    return len([(user["id"], user.get("email")) for user in users(url, token)])


def user_row(user):
    import datetime

    from psycopg2.extras import Json

    row = []
    for name in USER_COLUMNS:
        value = user.get(name)
        if name in TIMES:
            value = datetime.datetime.fromtimestamp(value, datetime.timezone.utc) if value else None
        elif name in JSON and value is not None:
            value = Json(value)
        elif name == "trackforums":
            value = bool(value)
        row.append(value)
    return row


def load(url, token):
    import psycopg2
    from psycopg2.extras import execute_values

    with psycopg2.connect("") as connection, connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS python_users")
        cursor.execute("CREATE TABLE python_users AS SELECT * FROM typed WITH NO DATA")
        cursor.execute("ALTER TABLE python_users DROP COLUMN instance")
        rows = [user_row(user) for user in users(url, token)]
        execute_values(cursor, "INSERT INTO python_users VALUES %s", rows, page_size=1000)
    return len(rows)


def course_ids(url, token):
    courses = call(url, token, "core_course_get_courses_by_field")["courses"]
    return [course["id"] for course in courses if course["id"] != 1]


def grades(url, token):
    rows = 0
    for course in course_ids(url, token):
        report = call(url, token, "gradereport_user_get_grade_items", courseid=course, userid=0)
        for user in report["usergrades"]:
            rows += len([(item["id"], item["graderaw"]) for item in user["gradeitems"]])
    return rows


def enrolments(url, token):
    rows = 0
    fields = {"options[0][name]": "userfields", "options[0][value]": "id,roles"}
    for course in course_ids(url, token):
        people = call(url, token, "core_enrol_get_enrolled_users", courseid=course, **fields)
        for person in people:
            rows += max(1, len({role["roleid"] for role in person.get("roles", [])}))
    return rows


def main():
    work, url, token = sys.argv[1:4]
    begin = time.monotonic()
    rows = globals()[work](url, token)
    if rows == 0:
        raise SystemExit("no rows")
    print(f"{time.monotonic() - begin:.4f} {rows}")


if __name__ == "__main__":
    main()
