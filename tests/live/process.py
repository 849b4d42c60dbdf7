"""The real server with the notes feature beside the others: `python -m tests.live.process`."""

from __future__ import annotations

from gevent import monkey

monkey.patch_all()

from app import create_app  # noqa: E402  everything below must see the patched modules
from app.core.live.server import serve  # noqa: E402
from config import read_settings  # noqa: E402
from tests.live.notes import FEATURE  # noqa: E402
from tests.support.contracts import check_contracts  # noqa: E402

if __name__ == "__main__":
    settings = read_settings()
    app = create_app(settings)
    FEATURE.install(app)
    check_contracts(app)
    serve(app, settings)
