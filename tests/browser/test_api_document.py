"""The OpenAPI document is valid, and the API does what it says."""

import subprocess
import sys

from openapi_spec_validator import OpenAPIV31SpecValidator

from serving import ROOT

# Cases for each operation; a run takes about 15 seconds, and on a slow machine not more than the other number.
CASES = 400
MOST_SECONDS = 240
ITEM = "2024-02-22/m31tx7"
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
    "unsupported_method",
)
OPERATIONS = ("search", "suggest", "items/{id}", "facets", "trend", "covered", "stats")


def document(site):
    answer = site.get("/openapi.json")
    assert answer.status == 200 and "json" in answer.headers["Content-Type"]
    return answer.json


def test_the_document_is_valid(site):
    found = document(site)
    assert found["openapi"].startswith("3.1")
    errors = list(OpenAPIV31SpecValidator(found).iter_errors())
    assert not errors, errors


def test_the_document_tells_every_operation_and_its_errors(site):
    paths = document(site)["paths"]
    for name in OPERATIONS:
        assert f"/api/v1/{name}" in paths, sorted(paths)
    for path, operations in paths.items():
        for method, operation in operations.items():
            if method in {"get", "post"} and path.startswith("/api/"):
                assert operation.get("summary") or operation.get("description"), path
                assert "200" in operation["responses"], path
                assert {"400", "503"} & set(operation["responses"]), path


def test_the_human_page_tells_every_operation(page, site):
    page.goto("/api")
    text = page.locator("body").inner_text()
    for name in OPERATIONS:
        assert f"/api/v1/{name}" in text


def test_errors_have_one_shape(site):
    for path, method, status in (
        ("/api/v1/search?limit=101", "GET", 400),
        ("/api/v1/search?sort=best", "GET", 400),
        ("/api/v1/items/1999-01-01/1", "GET", 404),
        ("/api/v1/nowhere", "GET", 404),
        ("/api/v1/search", "DELETE", 405),
        ("/api/v1/search?q=" + "a" * 20_000, "GET", 414),
    ):
        answer = site.get(path, method=method)
        assert answer.status == status, path
        assert set(answer.json["error"]) == {"code", "message", "hint"}, path
        assert answer.json["error"]["message"], path
    for body, kind, status in (
        (b"x", "image/png", 415),
        (b"x" * 3_000_000, "text/plain", 413),
        (b"{", "application/json", 400),
    ):
        try:
            answer = site.get("/api/v1/covered", method="POST", body=body, headers={"Content-Type": kind})
        except ConnectionError:
            # A server may hang up on a body that nobody asked for, once it has said so.
            assert status == 413
            continue
        assert answer.status == status, (kind, answer.text)
        assert set(answer.json["error"]) == {"code", "message", "hint"}


def hold_against_document(site, folder, *options, cases=CASES):
    """Runs schemathesis and keeps its report; cases are derandomised, so that a failure can be repeated."""
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{site.url}/openapi.json", *options]
    command += ["--checks", ",".join(CHECKS), "--phases", "examples,coverage,fuzzing"]
    command += ["--max-examples", str(cases), "--generation-deterministic", "--request-timeout", "10", "--no-color"]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=folder, timeout=MOST_SECONDS, check=False)
    report = ROOT / "target" / "browser-tests" / "schemathesis.txt"
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text(ended.stdout + ended.stderr)
    assert ended.returncode == 0, ended.stdout[-6_000:] + ended.stderr[-2_000:]
    assert site.get("/readyz").status == 200


def test_the_api_does_what_the_document_says(site, tmp_path):
    hold_against_document(site, tmp_path)


def test_items_are_what_the_document_says(site, tmp_path):
    """No made-up id is one of an item, so one is given."""
    path = "/api/v1/items/{id}"
    settings = f"[[operations]]\ninclude-path = {path!r}\nparameters = {{ id = {ITEM!r} }}\n"
    (tmp_path / "schemathesis.toml").write_text(settings)
    hold_against_document(site, tmp_path, "--include-path", path, cases=10)
