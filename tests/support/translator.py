"""A translation service of the tests: it speaks LibreTranslate's protocol over HTTP, and behaves as a test says."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

Answer = tuple[int, bytes]


def in_capitals(line: str) -> str:
    """What this service takes for a translation."""
    return line.upper()


class Translator:
    """The service: `asked` are the questions that came, `answer` makes what is answered to one."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.headers: dict[str, str] = {}
        self.drip_seconds = 0.0
        self.answer: Callable[[dict[str, Any]], Answer] = self.translated
        self.translate = in_capitals
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}/api"
        Thread(target=self._server.serve_forever, daemon=True).start()

    def translated(self, question: dict[str, Any]) -> Answer:
        """Each line translated."""
        texts = [self.translate(line) for line in question["q"]]
        return 200, json.dumps({"translatedText": texts}).encode()

    def stop(self) -> None:
        """Answer nobody any more."""
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        translator = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                question = json.loads(body)
                translator.asked.append({**question, "path": self.path})
                status, content = translator.answer(question)
                self.send_response(status)
                for name, value in translator.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                try:
                    for at in range(0, len(content), step := 4 if translator.drip_seconds else len(content)):
                        self.wfile.write(content[at : at + step])
                        time.sleep(translator.drip_seconds)
                except OSError:
                    pass  # whoever asked has gone

            def log_message(self, format: str, *args: Any) -> None:
                """Nothing."""

        return Handler


@pytest.fixture
def translator() -> Iterator[Translator]:
    """A translation service."""
    translator = Translator()
    yield translator
    translator.stop()
