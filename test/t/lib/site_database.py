"""A site's own database: the dump of a real Moodle restored into PostgreSQL, and into a MariaDB of
this test's own, with its own directory, socket and port."""
import getpass
import os
import shutil
import subprocess
import time

from harness import ROOT, connect, free_port, run, temporary_directory

DUMP = os.path.join(ROOT, "test", "data", "moodle-db.sql.gz")
OWN = os.path.join(ROOT, "test", "pgtap", "lib", "site_own.sql")
PASSWORD = "TokenOfTheDatabase"
# What a refresh would land.
STAGE = """
    INSERT INTO moodle_stg.courses (instance, moodle_course_id, shortname, fullname, idnumber, categoryid,
        visible, ts_extract)
    SELECT '{0}', id, shortname, fullname, idnumber, category, visible, now() FROM {0}_db.mdl_course;
    INSERT INTO moodle_stg.categories (instance, moodle_category_id, name, idnumber, parent, depth, path, ts_extract)
    SELECT '{0}', id, name, idnumber, parent, depth, path, now() FROM {0}_db.mdl_course_categories;
    INSERT INTO moodle_stg.roles (instance, moodle_role_id, shortname, name, archetype, ts_extract)
    SELECT '{0}', id, shortname, name, archetype, now() FROM {0}_db.mdl_role"""


def program(name):
    """Of the PostgreSQL that is tested, where that has it."""
    own = os.path.join(os.environ["PGBIN"], name)
    return own if os.path.exists(own) else name


class PostgresSite:
    """The dump in a database of the test's cluster."""

    def __init__(self, dbname):
        self.dbname = dbname
        session = connect(dbname="postgres")
        run(session, f"DROP DATABASE IF EXISTS {dbname} WITH (FORCE)")
        run(session, f"CREATE DATABASE {dbname}")
        session.close()
        unpacked = subprocess.Popen(["zcat", DUMP], stdout=subprocess.PIPE)
        for source in (unpacked.stdout, open(OWN, "rb")):
            subprocess.run([program("psql"), "-qX", "-v", "ON_ERROR_STOP=1", "-d", dbname], stdin=source,
                           stdout=subprocess.DEVNULL, check=True, timeout=120)
        unpacked.wait()

    def run(self, sql):
        session = connect(dbname=self.dbname)
        try:
            return run(session, sql)
        finally:
            session.close()

    def attach(self, session, instance, zone="Europe/Prague", password=PASSWORD):
        run(session, "SELECT moodle_fdw.attach_database(%s, 'postgres', host => %s, port => %s, dbname => %s, "
                     "username => 'postgres', password => %s, time_zone => %s)",
            instance, os.environ["PGHOST"], int(os.environ["PGPORT"]), self.dbname, password, zone)


class MariaDB:
    """A MariaDB server with what a PostgresSite holds in its database `moodle`."""

    def __init__(self):
        self.directory = temporary_directory()
        self.socket = os.path.join(self.directory, "socket")
        self.port = free_port()
        data = os.path.join(self.directory, "data")
        subprocess.run(["mariadb-install-db", "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal",
                        "--skip-test-db", f"--user={getpass.getuser()}"], check=True, timeout=120,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.start()
        self.run(f"CREATE DATABASE moodle CHARACTER SET utf8mb4; CREATE USER reader@'127.0.0.1' IDENTIFIED BY '{PASSWORD}'; "
                 "GRANT SELECT ON moodle.* TO reader@'127.0.0.1'", database="mysql")

    def start(self):
        server = shutil.which("mariadbd") or "/usr/sbin/mariadbd"
        self.process = subprocess.Popen(
            [server, "--no-defaults", f"--datadir={self.directory}/data", f"--socket={self.socket}",
             f"--port={self.port}", "--bind-address=127.0.0.1", f"--user={getpass.getuser()}",
             f"--pid-file={self.directory}/pid", f"--log-error={self.directory}/log",
             "--innodb-flush-log-at-trx-commit=0", "--max-allowed-packet=64M", "--skip-name-resolve"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(300):
            if subprocess.run(self.client("mysql") + ["-e", "SELECT 1"], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, check=False).returncode == 0:
                return
            time.sleep(0.1)
        raise RuntimeError("MariaDB did not start")

    def client(self, database="moodle"):
        return ["mariadb", "--no-defaults", f"--socket={self.socket}", "--user=root",
                "--default-character-set=utf8mb4", database]

    def run(self, sql, database="moodle"):
        subprocess.run(self.client(database), input=sql.encode(), stdout=subprocess.DEVNULL, check=True, timeout=120)

    def fill(self, site):
        dump = subprocess.Popen([program("pg_dump"), "--no-owner", "-t", "mdl_*", site.dbname],
                                stdout=subprocess.PIPE)
        turned = subprocess.Popen(["python3", os.path.join(ROOT, "test", "lib", "mariadb_dump.py")],
                                  stdin=dump.stdout, stdout=subprocess.PIPE)
        subprocess.run(self.client(), stdin=turned.stdout, stdout=subprocess.DEVNULL, check=True, timeout=120)
        if dump.wait() or turned.wait():
            raise RuntimeError("the dump did not get over to MariaDB")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.kill()
        shutil.rmtree(self.directory, ignore_errors=True)

    def attach(self, session, instance, zone="Europe/Prague", password=PASSWORD):
        run(session, "SELECT moodle_fdw.attach_database(%s, 'mysql', host => '127.0.0.1', port => %s, "
                     "username => 'reader', password => %s, time_zone => %s)", instance, self.port, password, zone)


def stage(session, instance):
    run(session, STAGE.format(instance))


def counted(session, instance, without=("instance", "created_at", "updated_at", "ts_extract")):
    """All that is known of an instance's activity, by table."""
    return {table: run(session, f"SELECT (to_jsonb(kept) - %s::text[])::text FROM {table} kept WHERE instance = %s "
                                "ORDER BY 1", list(without), instance)
            for table in ("moodle_stg.events", "moodle_stg.modules", "moodle_mart.activity_counts",
                          "moodle_mart.user_counts", "moodle_mart.user_activity", "moodle_mart.usage_daily",
                          "moodle_mart.usage_hourly")} | {
        # When one that is gone was missed is the moment of looking.
        "moodle_stg.role_assignments": run(
            session, "SELECT assignment_id, moodle_course_id, moodle_user_id, moodle_role_id, assigned_at "
                     "FROM moodle_stg.role_assignments WHERE instance = %s ORDER BY 1", instance)}
