"""With `--watch` an archive may change all the time: no request fails, and the last state is found soon."""

import http.client
import itertools
import threading
import time
from datetime import date, timedelta

import pytest

from archives import write_report, write_reports
from serving import serving, until

FIRST = date(2024, 1, 1)
CHANGES_A_SECOND = 10
SECONDS = 5
# A report is found within a second after it was saved; the rest is for a busy machine.
FOUND_WITHIN = 5


@pytest.fixture
def watched(tmp_path):
    archive = tmp_path / "archive"
    write_reports(archive, 60, first=date(2020, 1, 1))
    with serving(archive, tmp_path / "index", "--watch", "--log-format", "none") as server:
        yield archive, server


class Reader(threading.Thread):
    """Asks for everything that depends on a snapshot, on a connection that is kept, until asked to stop."""

    PATHS = (
        "/api/v1/search?q=word7x1",
        "/answer?q=word7x1",
        "/?q=watched",
        "/api/v1/suggest?q=wo",
        "/",
        "/api/v1/facets",
    )

    def __init__(self, server, stop):
        super().__init__()
        self.server, self.stop, self.answers, self.failures = server, stop, 0, []

    def run(self):
        connection = http.client.HTTPConnection(self.server.host, self.server.port, timeout=10)
        for path in itertools.cycle(self.PATHS):
            if self.stop.is_set():
                break
            try:
                connection.request("GET", path)
                response = connection.getresponse()
                body = response.read()
                if response.status != 200 or (path.endswith("word7x1") and b"word7x1" not in body):
                    self.failures.append(f"{path}: {response.status} {body[:200]!r}")
                self.answers += 1
            except (OSError, http.client.HTTPException) as error:
                self.failures.append(f"{path}: {error!r}")
                connection.close()
        connection.close()


def test_no_request_fails_while_reports_come_change_and_go(watched):
    archive, server = watched
    stop = threading.Event()
    readers = [Reader(server, stop) for _ in range(4)]
    for reader in readers:
        reader.start()
    start = time.monotonic()
    try:
        for at in range(CHANGES_A_SECOND * SECONDS):
            day = FIRST + timedelta(days=at % 7)
            if at % 5 == 4:
                (archive / f"{day}.md").unlink(missing_ok=True)
            else:
                write_report(archive, day, [(f"watched 第 {at} 次", f"change{at} 的正文")] * (1 + at % 3))
            # Keeps the pace of the changes; nothing is waited for.
            stop.wait(max(0, start + (at + 1) / CHANGES_A_SECOND - time.monotonic()))
        write_report(archive, FIRST, [("watched 最后一次", "lastchange 的正文")])
        until(lambda: server.search("lastchange")["total"] == 1, FOUND_WITHIN, "the last change is found")
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    assert not [failure for reader in readers for failure in reader.failures][:3]
    assert sum(reader.answers for reader in readers) > 100


def test_a_report_appears_changes_and_goes(watched):
    archive, server = watched

    def find(word):
        return server.search(word, strict="true")["total"]

    path = write_report(archive, FIRST, [("新的一条", "appearsword")])
    until(lambda: find("appearsword") == 1, FOUND_WITHIN, "the new report is found")
    write_report(archive, FIRST, [("改过的一条", "changesword")])
    until(lambda: find("changesword") == 1 and find("appearsword") == 0, FOUND_WITHIN, "the change is found")
    path.unlink()
    until(lambda: find("changesword") == 0, FOUND_WITHIN, "the report is gone")


def test_the_etag_changes_with_the_archive(watched):
    archive, server = watched

    def ask(**headers):
        return server.get("/api/v1/search", q="etagword", headers=headers)

    old = ask().headers["ETag"]
    assert ask(**{"If-None-Match": old}).status == 304
    write_report(archive, FIRST, [("标签", "etagword")])
    fresh = until(
        lambda: (answer := ask(**{"If-None-Match": old})).status == 200 and answer, FOUND_WITHIN, "the tag has changed"
    )
    assert fresh.json["total"] == 1 and fresh.headers["ETag"] != old


def test_an_open_page_finds_what_came_after_it_was_opened(watched, open_page):
    archive, server = watched
    page = open_page(server)
    page.goto("/")
    write_report(archive, FIRST, [("后来的一条", "laterword")])
    until(lambda: server.search("laterword")["total"] == 1, FOUND_WITHIN, "the report is found")
    page.locator("#q").fill("laterword")
    page.locator("#answer[data-query=laterword][data-total='1']").wait_for()
