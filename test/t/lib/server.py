"""A PostgreSQL of a test's own, with the extension in it and settings of its own."""
import os
import shutil
import subprocess

import psycopg2

from harness import temporary_directory

USER = os.environ.get("CLUSTER_USER", "postgres")


class Server:
    def __init__(self, *settings):
        self.directory = temporary_directory()
        self.data = self.directory + "/data"
        if os.geteuid() == 0:
            shutil.chown(self.directory, USER)
        self.command("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
                     "--locale=C.UTF-8", "--no-sync", "--no-instructions")
        self.configure("listen_addresses = ''", f"unix_socket_directories = '{self.directory}'",
                       "port = 5432", "fsync = off", "log_min_messages = debug1",
                       "log_min_error_statement = panic", *settings)
        self.control("start")

    def command(self, program, *arguments):
        prefix = ["runuser", "-u", USER, "--"] if os.geteuid() == 0 else []
        subprocess.run([*prefix, f"{os.environ['PGBIN']}/{program}", *arguments], check=True, timeout=60,
                       cwd=self.directory, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)

    def control(self, *arguments):
        self.command("pg_ctl", "-D", self.data, "-l", self.directory + "/log", "-w", "-s", *arguments)

    def configure(self, *lines):
        with open(self.data + "/postgresql.conf", "a", encoding="utf-8") as file:
            file.write("".join(line + "\n" for line in lines))

    def connect(self, database, user="postgres"):
        connection = psycopg2.connect(host=self.directory, port=5432, user=user, dbname=database)
        connection.autocommit = True
        return connection

    def use(self, database):
        """Makes it the server that connect() and Query of the harness go to."""
        os.environ.update(PGHOST=self.directory, PGPORT="5432", PGDATABASE=database)

    def log(self):
        with open(self.directory + "/log", encoding="utf-8", errors="replace") as file:
            return file.read()

    def remove(self):
        self.control("stop", "-m", "immediate")
        shutil.rmtree(self.directory)
