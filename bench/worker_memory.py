#!/usr/bin/python3
"""How much memory of its own a background worker takes over an idle backend while a refresh runs.

  worker_memory.py DATABASE STATEMENT     prints bytes, the most of any worker, and how many there were

Its own: Anonymous and its share of mapped files; not the shared buffers it has touched, which are
mapped by each and belong to the server.
"""
import subprocess
import sys
import threading
import time


def own_bytes(pid):
    total = 0
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
            for line in file:
                if line.startswith(("Anonymous:", "Pss_File:")):
                    total += int(line.split()[1]) * 1024
    except (FileNotFoundError, ProcessLookupError):
        pass  # it has ended meanwhile
    return total


class Session:
    def __init__(self, database):
        self.psql = subprocess.Popen(
            ["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", database],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)

    def ask(self, statement):
        self.psql.stdin.write(statement + ";\n\\echo done\n")
        self.psql.stdin.flush()
        lines = []
        for line in self.psql.stdout:
            if line.strip() == "done":
                return lines
            lines.append(line.strip())
        raise SystemExit("failed: " + statement)


def main():
    database, statement = sys.argv[1:3]
    refresher, watcher = Session(database), Session(database)
    idle = own_bytes(int(refresher.ask("SELECT pg_backend_pid()")[0]))
    peaks = {}
    done = threading.Event()

    def sample():
        while not done.is_set():
            for line in watcher.ask("SELECT pid FROM pg_stat_activity"
                                    " WHERE backend_type LIKE 'moodle_fdw refresh%'"):
                peaks[line] = max(peaks.get(line, 0), own_bytes(line))
            time.sleep(0.01)

    sampler = threading.Thread(target=sample)
    sampler.start()
    try:
        refresher.ask(statement)
    finally:
        done.set()
        sampler.join()
    print(max(peaks.values(), default=0) - idle, len(peaks))


if __name__ == "__main__":
    main()
