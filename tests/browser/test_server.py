"""The server as those see it who run it: how it starts, what it refuses, what it says, how it may be cached."""

import gzip
import json
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from accessibility import assert_accessible
from archives import write_reports
from serving import CORPUS, command, environment, serving

HTML = {"Accept": "text/html"}


def run_to_the_end(tmp_path, *arguments):
    return subprocess.run(
        arguments, capture_output=True, text=True, timeout=30, cwd=tmp_path, env=environment(), check=False
    )


def test_a_busy_port_is_told_with_what_to_do(site, tmp_path):
    second = run_to_the_end(tmp_path, *command(CORPUS, tmp_path / "index", "--addr", site.address))
    assert second.returncode == 2
    assert site.address in second.stderr
    assert "--addr" in second.stderr
    assert site.get("/healthz").status == 200


def test_read_only_without_an_index_is_told_with_what_to_do(tmp_path):
    ended = run_to_the_end(tmp_path, *command(CORPUS, tmp_path / "index", "--addr", "127.0.0.1:0", "--read-only"))
    assert ended.returncode == 2
    assert "baoku index" in ended.stderr
    assert not (tmp_path / "index").exists()


def test_read_only_serves_an_index_and_leaves_it_alone(tmp_path):
    index = tmp_path / "index"
    with serving(CORPUS, index):
        pass
    before = {path.name: path.stat().st_mtime_ns for path in index.rglob("*") if path.is_file()}
    with serving(CORPUS, index, "--read-only") as server:
        assert server.search("LongRoPE")["total"] == 9
    assert before == {path.name: path.stat().st_mtime_ns for path in index.rglob("*") if path.is_file()}


def test_an_archive_that_is_not_there_is_told(tmp_path):
    ended = run_to_the_end(tmp_path, *command(tmp_path / "nowhere", tmp_path / "index", "--addr", "127.0.0.1:0"))
    assert ended.returncode == 2
    assert "nowhere" in ended.stderr


@pytest.mark.expects("status of 503")
def test_the_page_says_that_the_index_is_being_built(open_page, tmp_path):
    archive = tmp_path / "archive"
    write_reports(archive, 2_000)
    with serving(archive, tmp_path / "index", ready=False) as server:
        ready = server.get("/readyz")
        page = server.get("/", headers=HTML, timeout=1)
        api = server.get("/api/v1/search", q="word7x1")
        alive = server.get("/healthz")
        still = server.get("/readyz")
        assert alive.status == 200
        assert still.status == ready.status == 503, "built too quickly to see; write more reports"
        assert "text/html" in page.headers["Content-Type"]
        assert re.search("索引", page.text)
        assert api.status == 503
        assert api.json["error"]["code"] == "indexing"
        assert int(api.headers["Retry-After"]) >= 1
        # Somebody who waits on that page gets the real one without doing anything.
        waiting = open_page(server)
        waiting.goto("/")
        assert_accessible(waiting)
        server.wait_ready()
        waiting.wait_for_selector("#answer[data-matched=home]", timeout=15_000)
        assert server.search("word7x1")["total"] == 1


def access_lines(server):
    """The lines of the log that report requests."""
    lines = [json.loads(line) for line in server.lines if line.startswith("{")]
    flat = [{**line, **line.get("fields", {})} for line in lines]
    return [line for line in flat if "method" in line and "status" in line]


@pytest.mark.parametrize("logged", [False, True])
def test_the_log_is_json_and_has_queries_only_if_asked(tmp_path, logged):
    with serving(CORPUS, tmp_path / "index", "--log-format", "json", *(["--log-queries"] if logged else [])) as server:
        server.get("/api/v1/search", q="secretword", section="hiddenfilter")
        server.get("/answer", q="secretword")
        server.get("/", headers={**HTML, "Referer": f"{server.url}/?q=secretword"}, q="secretword")
        server.get("/api/v1/suggest", q="secretword")
        server.get("/no/such/page", q="secretword")
        server.get("/items/2024-02-22/m31tx7")
    log = "\n".join(server.lines)
    lines = access_lines(server)
    seen = {line["path"]: line for line in lines}
    assert {"/api/v1/search", "/answer", "/", "/api/v1/suggest"} <= set(seen), log
    for line in lines:
        assert line["method"] == "GET"
        assert isinstance(line["status"], int)
        assert any(re.search("latency|took|duration|_us|_ms|micros|millis", name) for name in line), line
    # From its first line on the log is nothing but JSON, the program's own notes included.
    begins = next(at for at, line in enumerate(server.lines) if line.startswith("{"))
    for line in server.lines[begins:]:
        json.loads(line)
    assert ("secretword" in log) == logged
    assert ("hiddenfilter" in log) == logged


def test_no_log_is_no_log(tmp_path):
    with serving(CORPUS, tmp_path / "index", "--log-format", "none") as server:
        server.get("/api/v1/search", q="secretword")
        server.get("/items/2024-02-22/m31tx7")
    assert not [line for line in server.lines if "/items/2024-02-22/m31tx7" in line or "secretword" in line]


LABEL = r'[a-zA-Z_]\w*="(?:[^"\\\n]|\\.)*"'
SAMPLE = re.compile(rf"^([a-zA-Z_:][\w:]*)(\{{(?:{LABEL}(?:,{LABEL})*,?)?\}})? (\S+)(?: .*)?$")


def metrics(server):
    """The samples by name and labels; fails at a line that is not of the text format."""
    answer = server.get("/metrics")
    assert answer.status == 200
    assert re.match(r"text/plain|application/openmetrics-text", answer.headers["Content-Type"])
    samples = {}
    for line in answer.text.splitlines():
        if line and not line.startswith("#"):
            sample = SAMPLE.match(line)
            assert sample, line
            samples[sample[1] + (sample[2] or "")] = float(sample[3])
    return samples


def requests_counted(samples):
    return sum(
        value
        for name, value in samples.items()
        if re.match(r"\w*requests\w*(_total)?(\{|$)", name) and "_bucket" not in name
    )


def test_metrics_parse_and_count(site):
    before = metrics(site)
    for _ in range(7):
        site.search("LongRoPE")
    after = metrics(site)
    assert requests_counted(after) - requests_counted(before) >= 7, after
    buckets = [name for name in after if "_bucket{" in name]
    assert buckets and any('le="+Inf"' in name for name in buckets)
    assert any("items" in name and value == 452 for name, value in after.items())
    assert any("age" in name for name in after)
    # What people type must not become labels.
    site.get("/no/such/metricsprobe")
    assert "metricsprobe" not in site.get("/metrics").text


@pytest.mark.parametrize(
    "path", ["/", "/?q=LongRoPE", "/api/v1/search?q=LongRoPE", "/items/2024-02-22/m31tx7", "/assets/page.css"]
)
def test_head_answers_as_get_without_a_body(site, path):
    get, head = site.get(path, headers=HTML), site.get(path, method="HEAD", headers=HTML)
    assert head.status == get.status == 200
    assert head.body == b""
    assert head.headers["Content-Type"] == get.headers["Content-Type"]


@pytest.mark.parametrize(
    "path", ["/api/v1/search?q=LongRoPE", "/api/v1/suggest?q=shenj", "/assets/page.js", "/assets/page.css"]
)
def test_an_etag_saves_the_second_answer(site, path):
    first = site.get(path)
    assert first.status == 200 and first.headers["ETag"]
    assert first.headers["Cache-Control"]
    second = site.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert second.status == 304 and second.body == b""
    assert site.get(path, headers={"If-None-Match": '"another"'}).status == 200


@pytest.mark.parametrize("path", ["/", "/?q=LongRoPE", "/items/2024-02-22/m31tx7", "/api", "/api/v1/search?q=LongRoPE"])
def test_an_unchanged_answer_keeps_its_policies(site, path):
    """Browsers put the headers of a 304 in the place of those they have: another policy would break the kept page."""
    first = site.get(path, headers=HTML)
    second = site.get(path, headers={**HTML, "If-None-Match": first.headers["ETag"] or '"none"'})
    assert second.status in {200, 304}
    for name in ("Content-Security-Policy", "X-Frame-Options", "Cross-Origin-Resource-Policy", "Content-Type"):
        assert second.headers[name] in {None, first.headers[name]}, name


@pytest.mark.parametrize("coding", ["gzip", "br"])
@pytest.mark.parametrize("path", ["/?q=大模型", "/api/v1/search?q=大模型", "/assets/page.css", "/embed.js"])
def test_answers_are_compressed_for_those_who_ask(site, path, coding):
    path = path.replace("大模型", "%E5%A4%A7%E6%A8%A1%E5%9E%8B")
    plain, packed = site.get(path), site.get(path, headers={"Accept-Encoding": coding})
    assert packed.headers["Content-Encoding"] == coding
    assert "accept-encoding" in ", ".join(packed.headers.get_all("Vary")).lower()
    assert len(packed.body) < len(plain.body) / 2
    assert "Content-Encoding" not in plain.headers
    if coding == "gzip" and "/api/" not in path:
        # The time that a search took makes every answer of the API its own.
        assert len(gzip.decompress(packed.body)) == len(plain.body)


def test_many_at_once_are_answered_or_told_to_come_back(site):
    """More searches than may run at once: no answer but a good one or 503 with Retry-After."""
    with ThreadPoolExecutor(64) as many:
        answers = list(many.map(lambda at: site.get("/api/v1/search", q=f"大模型 {at % 7}", limit=100), range(600)))
    assert {answer.status for answer in answers} <= {200, 503}
    assert all(answer.headers["Retry-After"] for answer in answers if answer.status == 503)
    assert sum(answer.status == 200 for answer in answers) > 300


@pytest.mark.parametrize(
    "path, header, value",
    [
        ("/", "Content-Security-Policy", r"default-src 'none'"),
        ("/", "Content-Security-Policy", r"frame-ancestors 'none'"),
        ("/", "X-Content-Type-Options", "nosniff"),
        ("/", "Referrer-Policy", "."),
        ("/api/v1/search?q=a", "X-Content-Type-Options", "nosniff"),
        ("/api/v1/search?q=a", "Access-Control-Allow-Origin", r"^\*$"),
        ("/embed.js", "Access-Control-Allow-Origin", r"^\*$"),
        ("/embed.js", "Content-Type", "javascript"),
        ("/feed.xml", "Content-Type", "application/atom\\+xml"),
    ],
)
def test_headers_are_there(open_site, path, header, value):
    answer = open_site.get(path, headers={**HTML, "Origin": "https://example.com"})
    assert re.search(value, answer.headers[header] or ""), (path, header, answer.headers[header])
    assert "unsafe" not in (answer.headers["Content-Security-Policy"] or "")
