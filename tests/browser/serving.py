"""Starts and stops the program under test, and talks to it without a browser."""

import http.client
import json
import os
import re
import signal
import subprocess
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("BAOKU_BINARY", ROOT / "target" / "release" / "baoku"))
CORPUS = ROOT / "corpus"
# Requests under way get ten seconds when the server is asked to stop; two more are for the machine.
STOPS_WITHIN = 12


def until(condition, seconds, what):
    """Returns the first true value of `condition()`; fails with `what` when there is none in time."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"after {seconds} s still not so: {what}")
        # Only paces the questions: what is waited for is the condition.
        time.sleep(0.02)


def command(archive, index, *arguments):
    return [str(BINARY), "-C", str(archive), "--index", str(index), "serve", *arguments]


def environment():
    """The environment without settings of the one who runs the tests."""
    return {name: value for name, value in os.environ.items() if not name.startswith("BAOKU_")}


class Answer:
    """A whole HTTP answer."""

    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def text(self):
        return self.body.decode()

    @property
    def json(self):
        return json.loads(self.body)


class Server:
    """`baoku serve` on a free port of loopback."""

    def __init__(self, archive, index, *options):
        arguments = command(archive, index, "--addr", "127.0.0.1:0", *options)
        self.lines = []
        self._told = threading.Condition()
        self._ended = False
        # Its own folder, so that no baoku.toml is found that the test does not know of.
        self.process = subprocess.Popen(
            arguments, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, cwd=Path(index).parent, env=environment()
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.address = self._wait_for_address()
        self.host, port = self.address.split(":")
        self.port = int(port)
        self.url = f"http://{self.address}"

    def _read(self):
        for line in self.process.stderr:
            with self._told:
                self.lines.append(line.decode(errors="replace").rstrip("\n"))
                self._told.notify_all()
        with self._told:
            self._ended = True
            self._told.notify_all()

    def _wait_for_address(self):
        def found():
            hits = (re.search(r"http://([\d.]+:\d+)/", line) for line in self.lines)
            return next((hit[1] for hit in hits if hit), None)

        with self._told:
            self._told.wait_for(lambda: found() or self._ended, timeout=30)
            address = found()
        if not address:
            self.process.kill()
            raise AssertionError(f"{BINARY} named no address: {self.lines}")
        return address

    def get(self, path, method="GET", headers=None, body=None, timeout=10, **parameters):
        """One request on a connection of its own."""
        if parameters:
            path += "?" + urlencode(parameters, doseq=True)
        connection = http.client.HTTPConnection(self.host, self.port, timeout=timeout)
        try:
            connection.request(method, path, body=body, headers=headers or {})
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def search(self, q="", **parameters):
        answer = self.get("/api/v1/search", q=q, **parameters)
        assert answer.status == 200, answer.text
        return answer.json

    def wait_ready(self, seconds=60):
        until(lambda: self.get("/readyz").status == 200, seconds, "the server is ready")
        return self

    def terminate(self):
        self.process.send_signal(signal.SIGTERM)

    def wait(self, seconds=STOPS_WITHIN):
        """Waits for the end and returns the exit status."""
        status = self.process.wait(timeout=seconds)
        self._reader.join(timeout=5)
        return status

    def stop(self):
        if self.process.poll() is None:
            self.terminate()
        try:
            status = self.wait()
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError(f"the server did not stop within {STOPS_WITHIN} s of SIGTERM") from None
        assert status == 0, f"exit status {status}: {self.lines[-5:]}"


@contextmanager
def serving(archive, index, *options, ready=True):
    """A server that has to end well: stopped with SIGTERM, it exits with status 0."""
    server = Server(archive, index, *options)
    try:
        yield server.wait_ready() if ready else server
    except BaseException:
        # The failure that is reported should be the first one.
        server.process.kill()
        server.wait()
        raise
    server.stop()
