"""A web site of somebody else that embeds the search box, on an origin of its own and with a policy of its own."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Foreign:
    """Serves the files that a test puts into `files`, each with its type and headers."""

    def __enter__(self):
        files = self.files = {}

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                found = files.get(self.path.partition("?")[0])
                content_type, body, headers = found or ("text/plain", "", {})
                body = body.encode()
                self.send_response(200 if found else 404)
                self.send_header("Content-Type", f"{content_type}; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        threading.Thread(target=self._http.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._http.shutdown()
        self._http.server_close()

    def embed(self, server, boxes="<baoku-search></baoku-search>", css="", lang="zh-CN"):
        """Puts a page in place that embeds the box; its policy allows the server's script and nothing inline."""
        policy = f"default-src 'none'; script-src {server.url}; connect-src {server.url}; style-src 'self'"
        html = f"""<!doctype html>
<html lang="{lang}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Somebody else</title>
<link rel="stylesheet" href="/host.css"><script src="{server.url}/embed.js" defer></script></head>
<body><main><h1>A host page</h1><p>Text of the host.</p>{boxes}</main></body>
</html>"""
        self.files["/"] = ("text/html", html, {"Content-Security-Policy": policy})
        self.files["/host.css"] = ("text/css", css, {})
        return self.url + "/"
