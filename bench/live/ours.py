"""Our server as it is measured: all of Trama, but that nobody is told to wait for having said too much."""

from __future__ import annotations

from gevent import monkey

monkey.patch_all()

from dataclasses import replace  # noqa: E402  everything below must see the patched modules

from app import create_app  # noqa: E402
from app.core.live import connection_handler  # noqa: E402
from app.core.live.commands import commands_of, register_commands  # noqa: E402
from app.core.live.server import serve  # noqa: E402
from config import read_settings  # noqa: E402

WITHOUT_END = 10**9

if __name__ == "__main__":
    settings = read_settings()
    app = create_app(settings)
    register_commands(app, [replace(each, rate=WITHOUT_END) for each in commands_of(app).values()])
    connection_handler.EVENT_RATES |= dict.fromkeys(connection_handler.EVENT_RATES, WITHOUT_END)
    connection_handler.PERSON_FRAMES = connection_handler.PERSON_BYTES = WITHOUT_END
    serve(app, settings)
