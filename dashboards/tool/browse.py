"""Looks at the dashboards with Debian's Chromium. Run by the virtual environment's Python; what to
look at comes as JSON on standard input, what was found goes out the same way."""
import json
import os
import sys
import time

from playwright.sync_api import TimeoutError as TooLate
from playwright.sync_api import sync_playwright

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
LAPTOP = {"width": 1440, "height": 900}
HOLDER = "[data-test='dashboard-component-chart-holder'], .dashboard-component-chart-holder"
LOADING = "[data-test='loading-indicator'], .loading"
WRONG = ".ant-alert-error, [data-test='error-message'], .chart-container .alert-danger"


class Looker:
    """One browser, logged in."""

    def __init__(self, playwright, wanted):
        self.wanted = wanted
        self.found = []
        self.browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--force-color-profile=srgb"])
        self.page = self.browser.new_context(viewport=LAPTOP, locale="en-GB", timezone_id="UTC").new_page()
        self.answers, self.errors = [], []
        self.page.on("response", self._note)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _note(self, response):
        if "/api/v1/chart/data" in response.url:
            self.answers.append((response.status, response.url))

    def tell(self, passed, what, detail=""):
        self.found.append({"passed": bool(passed), "what": what, "detail": str(detail)})

    def log_in(self):
        self.page.goto(self.wanted["url"] + "/login/")
        self.page.fill("#username, input[name=username]", "admin")
        self.page.fill("#password, input[name=password]", self.wanted["password"])
        self.page.click("[data-test='login-button'], button[type=submit], input[type=submit]")
        self.page.wait_for_url(lambda url: "/login" not in url, timeout=60_000)

    def settle(self, seconds=90):
        """Until nothing has been loading for a while."""
        quiet, end = 0, time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(0.25)
            quiet = quiet + 1 if self.page.locator(LOADING).count() == 0 else 0
            if quiet >= 8:
                return True
        return False

    def open(self, slug, height):
        self.answers.clear()
        self.errors.clear()
        self.page.set_viewport_size({**LAPTOP, "height": height})
        self.page.goto(f"{self.wanted['url']}/superset/dashboard/{slug}/")
        self.page.wait_for_selector(HOLDER, timeout=90_000)

    def height(self):
        """Of the whole dashboard: charts out of sight are not drawn."""
        return int(self.page.evaluate(
            "() => { const rows = [...document.querySelectorAll('.grid-row, .dashboard-component-header')];"
            " return Math.max(...rows.map(row => row.getBoundingClientRect().bottom)) + window.scrollY }")) + 40

    def look(self, one):
        slug = one["slug"]
        self.open(slug, 1400)
        self.settle()
        self.page.set_viewport_size({**LAPTOP, "height": min(max(self.height(), 900), 6000)})
        settled = self.settle()
        self.tell(settled, f"{slug}: all charts are loaded")
        holders = self.page.locator(HOLDER).count()
        self.tell(holders == one["charts"], f"{slug}: {one['charts']} charts", f"{holders} are there")
        self.page.screenshot(path=os.path.join(self.wanted["results"], slug + ".png"))
        wrong = self.page.locator(WRONG).all_inner_texts()
        self.tell(not wrong, f"{slug}: no error is shown", "\n".join(wrong))
        empty = self.page.get_by_text("No results were returned for this query").count() + \
            self.page.get_by_text("No data", exact=True).count()
        self.tell(not empty, f"{slug}: no chart is empty", f"{empty} are")
        bad = [answer for answer in self.answers if answer[0] != 200]
        self.tell(self.answers and not bad, f"{slug}: {len(self.answers)} queries, all answered", bad)
        self.tell(not self.errors, f"{slug}: no script breaks", "\n".join(self.errors))

    def first_number(self):
        return self.page.locator(".superset-legacy-chart-big-number .header-line").first.inner_text()

    def use_filter(self, slug):
        """Chooses the first directorate in the filter bar, as a person would."""
        self.open(slug, 1400)
        self.settle()
        before = self.first_number()
        self.page.locator("[data-test='form-item-value'] .ant-select").nth(1).click()
        self.page.locator(".ant-select-dropdown:visible .ant-select-item-option").first.click()
        self.page.keyboard.press("Escape")
        self.page.locator("[data-test='filter-bar__apply-button']").click()
        self.settle()
        after = self.first_number()
        self.tell(before != after, f"{slug}: a directorate chosen in the filter bar changes the figures",
                  f"{before} before, {after} after")

    def cross_filter(self, slug):
        """Clicks a cell of a table; then a right click offers to drill."""
        self.open(slug, 3200)
        self.settle()
        before = self.first_number()
        cell = self.page.locator("td.dt-is-filter").first
        cell.scroll_into_view_if_needed()
        cell.click()
        self.settle()
        after = self.first_number()
        self.tell(before != after, f"{slug}: a click on a cell filters the other charts",
                  f"{before} before, {after} after")
        cell.click(button="right")
        offered = self.page.get_by_text("Drill by").or_(self.page.get_by_text("Drill to detail"))
        try:
            offered.first.wait_for(timeout=10_000)
            self.tell(True, f"{slug}: a right click offers to drill")
        except TooLate:
            self.tell(False, f"{slug}: a right click offers to drill", "no such menu")


def main():
    wanted = json.load(sys.stdin)
    with sync_playwright() as playwright:
        looker = Looker(playwright, wanted)
        looker.log_in()
        for one in wanted["dashboards"]:
            looker.look(one)
        slugs = [one["slug"] for one in wanted["dashboards"]]
        for slug, what in (("moodle-institution", looker.use_filter), ("moodle-courses", looker.cross_filter)):
            if slug in slugs:
                what(slug)
        looker.browser.close()
    print(json.dumps(looker.found))


main()
