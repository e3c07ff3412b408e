"""The Lambda Runtime API (2018-06-01) on loopback, for one execution environment."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue

PREFIX = "/2018-06-01/runtime/"


class RuntimeApi:
    """Hands invocations to the runtime one at a time; what the runtime says goes to `on_message`."""

    def __init__(self):
        self.messages: Queue = Queue()
        self._invocations: Queue = Queue()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._server.server_port}"

    def offer(self, invocation: dict) -> None:
        self._invocations.put(invocation)

    def close(self) -> None:
        self._invocations.put(None)
        self._server.shutdown()
        self._server.server_close()

    def _handler(self):
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                if self.path != f"{PREFIX}invocation/next":
                    return self._answer(404)
                api.messages.put(("next", None, None))
                invocation = api._invocations.get()
                if invocation is None:
                    return self._answer(410)
                self._answer(200, invocation["body"], invocation["headers"])

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                parts = self.path.removeprefix(PREFIX).split("/")
                if parts == ["init", "error"]:
                    api.messages.put(("init-error", None, body))
                elif len(parts) == 3 and parts[0] == "invocation" and parts[2] in ("response", "error"):
                    api.messages.put((parts[2], parts[1], body))
                else:
                    return self._answer(404)
                self._answer(202, b"{}")

            def _answer(self, status, body=b"", headers=None):
                self.send_response(status)
                for name, value in (headers or {}).items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                """Requests are not worth a line."""

        return Handler


def error_payload(kind: str, message: str) -> bytes:
    return json.dumps({"errorType": kind, "errorMessage": message}).encode()
