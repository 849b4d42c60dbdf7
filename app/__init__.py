"""Trama: a virtual cluster for social enterprises."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from apiflask import APIFlask

from app.core import audit  # noqa: F401  its table belongs to every application
from app.core.assets import init_assets
from app.core.backup.cli import backup, restore
from app.core.catalogues import translations
from app.core.chained_log.cli import ledger
from app.core.client_types import types
from app.core.database import db, init_database
from app.core.extensions import compress, csrf, init_sign_in, migrate
from app.core.health import MIGRATIONS
from app.core.health import blueprint as health
from app.core.http.error_handlers import init_error_handlers
from app.core.http.openapi import init_openapi
from app.core.http.request_checks import init_request_checks
from app.core.i18n import init_i18n
from app.core.jobs import register_jobs
from app.core.limits import init_limits
from app.core.live.api import blueprint as commands
from app.core.live.api import presence
from app.core.logs import init_requests
from app.core.mail import deliver
from app.core.metrics.endpoint import blueprint as metrics
from app.core.metrics.endpoint import init_metrics
from app.core.name_checks import UnknownName, check_names
from app.core.proxies import init_proxies
from app.core.rendered import RENEWAL, renew_job, start_renewal, texts
from app.core.security import init_security
from app.core.streams.api import blueprint as streams
from app.core.templating import init_templating
from app.registry import FEATURES
from config import Settings, read_settings


def create_app(settings: Settings | None = None) -> APIFlask:
    """An application with its features, as `settings` say (else as the environment says)."""
    settings = settings or read_settings()
    app = APIFlask(
        __name__,
        json_errors=False,
        docs_path=None,
        spec_path="/api/v1/openapi.json",
        title="Trama",
        version="1",
        instance_path=str(settings.instance),
    )
    app.config.update(settings.flask())
    app.extensions["trama.settings"] = settings
    init_proxies(app, settings)
    init_requests(app)
    init_database(app)
    migrate.init_app(app, db, directory=str(MIGRATIONS), render_as_batch=True)
    init_request_checks(app, settings)
    init_i18n(app)
    init_sign_in(app)
    csrf.init_app(app)
    compress.init_app(app)
    init_limits(app, settings)
    init_security(app, settings)
    init_assets(app)
    init_templating(app, settings)
    init_error_handlers(app)
    init_openapi(app)
    register_jobs(app, {"mail": deliver, RENEWAL: renew_job})
    app.extensions.setdefault("trama.chores", []).append(start_renewal)
    for command in (translations, types, backup, restore, texts, ledger):
        app.cli.add_command(command)
    init_metrics(app)
    for core in (health, metrics, streams, commands, presence):
        app.register_blueprint(core)
    for name in FEATURES:
        if find_spec(f"app.features.{name}") is None:
            raise UnknownName(
                f"app/registry.py names the feature {name!r}, and there is no app/features/{name}."
            )
        import_module(f"app.features.{name}.feature").FEATURE.install(app)
    check_names(app)
    return app
