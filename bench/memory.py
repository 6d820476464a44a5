#!/usr/bin/python3
"""How much private memory a backend takes over an idle one while a query runs.

  memory.py DATABASE QUERY      prints bytes, the peak of samples taken every few milliseconds

Private_Clean counts too: pages of the libraries that no other process has mapped.
"""
import subprocess
import sys
import threading
import time


def private_bytes(pid):
    total = 0
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
        for line in file:
            if line.startswith(("Private_Dirty:", "Private_Clean:", "Private_Hugetlb:")):
                total += int(line.split()[1]) * 1024
    return total


def main():
    database, query = sys.argv[1:3]
    psql = subprocess.Popen(
        ["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", database],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)

    def ask(statement):
        psql.stdin.write(statement + ";\n")
        psql.stdin.flush()
        answer = psql.stdout.readline().strip()
        if not answer:
            raise SystemExit("the query failed")
        return answer

    pid = int(ask("SELECT pg_backend_pid()"))
    time.sleep(0.1)
    idle = private_bytes(pid)
    peak = idle
    done = threading.Event()

    def sample():
        nonlocal peak
        while not done.is_set():
            peak = max(peak, private_bytes(pid))
            time.sleep(0.005)

    sampler = threading.Thread(target=sample)
    sampler.start()
    answer = ask(query)
    done.set()
    sampler.join()
    peak = max(peak, private_bytes(pid))
    psql.stdin.close()
    psql.wait()
    print(peak - idle, answer)


if __name__ == "__main__":
    main()
