"""What the process-level tests share: TAP, sessions, simulated Moodles of their own."""
import atexit
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

import psycopg2

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
_count = 0
_failed = 0


def ok(passed, what, detail=""):
    global _count, _failed
    _count += 1
    print(f"{'ok' if passed else 'not ok'} {_count} - {what}", flush=True)
    if not passed:
        _failed += 1
        for line in str(detail).splitlines():
            print(f"# {line}", flush=True)


def done():
    print(f"1..{_count}", flush=True)
    sys.exit(1 if _failed else 0)


def connect(**more):
    connection = psycopg2.connect(
        host=os.environ["PGHOST"], port=os.environ["PGPORT"], user=more.get("user", "postgres"),
        dbname=more.get("dbname", os.environ["PGDATABASE"]))
    connection.autocommit = True
    return connection


def run(connection, sql, *arguments):
    with connection.cursor() as cursor:
        cursor.execute(sql, arguments or None)
        return cursor.fetchall() if cursor.description else None


def one(connection, sql, *arguments):
    return run(connection, sql, *arguments)[0][0]


def failure(connection, sql):
    """The error that `sql` gives, or None."""
    try:
        run(connection, sql)
    except psycopg2.Error as error:
        return error
    return None


def pid_of(connection):
    return connection.get_backend_pid()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Sim:
    """A simulated Moodle that this test may kill."""

    def __init__(self, *arguments, port=None):
        self.arguments = arguments
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()
        atexit.register(self.kill)

    def start(self):
        self.process = subprocess.Popen(
            [os.environ["SIM_BIN"], "--port", str(self.port), *self.arguments],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL)
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("the simulated Moodle did not start")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def ask(self, path, data=None, method=None):
        body = None if data is None else json.dumps(data).encode()
        request = urllib.request.Request(self.url + path, data=body, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.read().decode()

    def fault(self, **fault):
        self.ask("/__sim/faults", [fault])

    def clear(self):
        self.ask("/__sim/faults", method="DELETE")

    def reset(self):
        self.ask("/__sim/reset", {})

    def stats(self):
        return json.loads(self.ask("/__sim/stats"))


def add_instance(connection, name, url, token="simadmin", **options):
    run(connection, "SELECT moodle_fdw.add_instance(%s, %s, %s, %s)", name, url, token,
        json.dumps(options))


class Query(threading.Thread):
    """A statement running in a session of its own."""

    def __init__(self, sql, **more):
        super().__init__(daemon=True)
        self.connection = connect(**more)
        self.pid = pid_of(self.connection)
        self.sql = sql
        self.rows = None
        self.error = None
        self.ended_at = None
        self.start()

    def run(self):
        try:
            self.rows = run(self.connection, self.sql)
        except psycopg2.Error as error:
            self.error = error
        self.ended_at = time.monotonic()


def temporary_directory():
    """One that goes with the test."""
    directory = tempfile.mkdtemp(prefix="moodle_fdw_t.")
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    os.chmod(directory, 0o755)
    return directory
