"""What the test of the cache looks at: the site's own list of requests, and the shared memory."""
import ctypes
import glob
import json
import os

from harness import one, run


def asked(sim):
    """What the site was asked since it began to count: function and arguments, in order."""
    listed = json.loads(sim.ask("/__sim/requests"))
    return [(request["function"], json.dumps(request["arguments"])) for request in listed]


def entries(connection):
    return one(connection, "SELECT count(*) FROM moodle_fdw.cache")


def answer_memory(connection):
    """The part of the server's shared memory that the cache has. The server must have been started
    with shared_memory_type = sysv, so that it can be had from outside."""
    # Other parts are none of its business: the catalogs' pages in shared buffers do hold tokens.
    offset, size = run(connection, "SELECT off, allocated_size FROM pg_shmem_allocations "
                                   "WHERE name = 'moodle_fdw cache'")[0]
    with open(os.environ["CLUSTER"] + "/data/postmaster.pid", encoding="ascii") as file:
        segment = int(file.read().splitlines()[6].split()[1])
    libc = ctypes.CDLL(None, use_errno=True)
    libc.shmat.restype = ctypes.c_void_p
    read_only = 0o10000
    address = libc.shmat(segment, None, read_only)
    if address in (None, ctypes.c_void_p(-1).value):
        raise OSError(ctypes.get_errno(), "shmat")
    try:
        return ctypes.string_at(address + int(offset), int(size))
    finally:
        libc.shmdt(ctypes.c_void_p(address))


def forged_requests():
    """Requests made to look like one another."""
    def users(*values):
        return json.dumps({"criteria": [{"key": key, "value": value} for key, value in values]})

    long = "x" * 30000
    listed = [users(("id", "20")), users(("id", "21")), users(("id", "20&criteria[0][value]=21")),
              users(("id", "20%26criteria[0][value]=21")), users(("id", "20&wstoken=x")),
              users(("id", "20&wsfunction=core_course_get_courses")), users(("id", "20 ")),
              users(("id", "2"), ("lastname", "%")), users(("lastname", "%"), ("id", "2")),
              users(("lastname", "a%")), users(("lastname", "a%25")), users(("lastname", "a\\%")),
              users(("lastname", "A%")), users(("lastname", "%\u00e9%")), users(("lastname", "%e\u0301%")),
              users(("lastname", long + "1")), users(("lastname", long + "2")),
              users(("lastname", long * 3)), users(("lastname", "\u0001")),
              json.dumps({"criteria": [{"value": "20", "key": "id"}]}), "{}"]
    requests = [("core_user_get_users", arguments) for arguments in listed]
    requests += [("core_user_get_users_by_field", json.dumps({"field": "id", "values": values}))
                 for values in (["20", "21"], ["21", "20"], ["20"], ["2", "021"], [20, 21], ["20,21"])]
    requests += [("core_enrol_get_enrolled_users", json.dumps({"courseid": course, "options": options}))
                 for course in (5, 6) for options in (
                     [], [{"name": "userfields", "value": "id"}],
                     [{"name": "userfields", "value": "id,roles"}],
                     [{"name": "userfields", "value": "roles,id"}])]
    return requests


def log_holds(*secrets):
    """Lines of the server's logs with one of them, which are left out of what is told."""
    found = []
    for log in glob.glob(os.path.dirname(os.environ["CLUSTER_LOG"]) + "/*"):
        with open(log, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                for secret in secrets:
                    if secret in line:
                        found.append(line.replace(secret, "TOKEN"))
    return found
