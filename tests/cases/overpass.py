"""A server on this machine that plays Overpass."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs


class Server(ThreadingHTTPServer):
    """Gives one answer after another, the last for ever, and remembers what it was asked."""

    def __init__(self, *answers: tuple[int, str]) -> None:
        super().__init__(("127.0.0.1", 0), Overpass)
        self.answers = list(answers)
        self.queries: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/api"


class Overpass(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.answer(200, "Connected as: 0\nTime\nRate limit: 2\n\n2 slots available now.\n")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.queries.append(parse_qs(body)["data"][0])
        answers = self.server.answers
        self.answer(*(answers.pop(0) if len(answers) > 1 else answers[0]))

    def answer(self, status: int, content: str) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(content.encode())

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def playing(*answers: tuple[int, str]) -> Iterator[Server]:
    """Play Overpass with these answers for as long as the context lasts."""
    server = Server(*answers)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
