#!/usr/bin/python3
"""report() in a real browser: drawn, complete, and deaf to what a site writes into its names."""
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from harness import Sim, add_instance, connect, done, ok, one, run, temporary_directory

session = connect()
session.autocommit = True
sim = Sim("--users", "60", "--courses", "4")
add_instance(session, "site", sim.url)
run(session, "SELECT moodle_fdw.deploy()")
run(session, "CALL moodle_fdw.refresh()")
run(session, """UPDATE moodle_mart.course_summary SET
    course_name = '&lt;img src=x onerror="document.title=1"&gt;<script>document.title=2</script>',
    top_category_name = '"><script>document.title=3</script>'""")
run(session, """UPDATE moodle_mart.completion_funnel SET
    stage = '</text></svg><script>document.title=4</script>' WHERE stage_no = 1""")
directory = temporary_directory()
page = directory + "/report.html"
with open(page, "w") as file:
    file.write(one(session, "SELECT moodle_fdw.report('site')"))


def chromium(*arguments):
    return subprocess.run(
        ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
         f"--user-data-dir={directory}/profile", *arguments, "file://" + page],
        capture_output=True, text=True, timeout=120)


drawn = chromium("--dump-dom", "--enable-logging=stderr")
dom = drawn.stdout
ok("<title>site – moodle_fdw</title>" in dom, "no name got to run: the title is ours", dom[:300])
ok(not re.search(r"<(script|img|iframe|link)\b", dom), "the browser found nothing to run or to load")
ok(dom.count("<svg") == 4 and dom.count("<rect") > 5, "four charts stand", str(dom.count("<svg")))
ok("The largest courses" in dom and dom.rstrip().endswith("</html>"), "to the last section")
ok("&lt;/text&gt;&lt;/svg&gt;&lt;script" in dom, "and the hostile name is shown as it is written")
ok("Refused to" not in drawn.stderr and "net::ERR" not in drawn.stderr,
   "nothing was asked for from elsewhere", drawn.stderr[-500:])
chromium(f"--screenshot={directory}/report.png", "--window-size=1100,1400")
ok(os.path.getsize(directory + "/report.png") > 20000, "it can be seen")
done()
