"""The declared proxies: whose word about a visitor's address is taken, and what shows that their number is wrong.

With a wrong TRAMA_PROXIES all visitors have one address, so that the wrong passwords of one are counted as everybody's.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from config import LOOPBACK, Settings

log = logging.getLogger(__name__)
PRIVATE_NETWORKS = [
    ip_network(network)
    for network in (
        "127.0.0.0/8",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "::1/128",
        "fc00::/7",
        "fe80::/10",
    )
]
UNDECLARED = (
    "A proxy forwards requests here, but TRAMA_PROXIES is 0: all visitors have one address, so that the wrong passwords "
    "of one are counted as everybody's. Set TRAMA_PROXIES=1, or as many as there are."
)
TOO_FEW = (
    "Requests come through fewer proxies than TRAMA_PROXIES says: all visitors have one address, so that the wrong "
    "passwords of one are counted as everybody's. Set TRAMA_PROXIES to how many addresses X-Forwarded-For has."
)
NOT_FORWARDED = (
    "The proxy sends no X-Forwarded-For, so all visitors have one address and the wrong passwords of one are counted as "
    "everybody's. deploy/nginx/trama.conf shows how it is sent."
)
PROXYS_OWN = (
    "The address that is taken for a visitor's is that of a proxy, so all visitors have one: there are more proxies than "
    "the first of them trusts or TRAMA_PROXIES says. docs/operations.md says how to name them."
)


class ProxyCheck:
    """WSGI middleware before ProxyFix: logs once what shows that TRAMA_PROXIES is wrong; `faults` keeps it for `/health`."""

    def __init__(self, application: Any, settings: Settings) -> None:
        self.application = application
        self.settings = settings
        self.public_host = urlsplit(settings.public_url).hostname or ""
        self.faults: set[str] = set()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Look at a request and pass it on."""
        fault = self._find_fault(environ)
        if fault and fault not in self.faults:
            self.faults.add(fault)
            log.warning("%s", fault)
        if self.settings.proxies and self.settings.secure:
            # What proxies say of TLS is lost where one stands before another; the public address says it anyway.
            environ["wsgi.url_scheme"] = "https"
        return self.application(environ, start_response)  # type: ignore[no-any-return]

    def _find_fault(self, environ: dict[str, Any]) -> str | None:
        """The sentence for a request whose headers do not fit TRAMA_PROXIES; only a proxy near by is believed."""
        if not _is_private(environ.get("REMOTE_ADDR", "")):
            return None
        hops = _hops(environ)
        proxies = self.settings.proxies
        is_public = self.public_host not in LOOPBACK
        if not hops:
            is_ours = self.settings.has_host(environ.get("HTTP_HOST", ""))
            return NOT_FORWARDED if proxies and is_public and is_ours else None
        if not proxies:
            return UNDECLARED
        if len(hops) < proxies:
            return TOO_FEW
        taken, before = hops[-proxies], hops[:-proxies]
        hides_visitor = _is_private(taken) and any(not _is_private(hop) for hop in before)
        return PROXYS_OWN if hides_visitor or (is_public and taken in LOOPBACK) else None


def client_address(environ: Mapping[str, Any], proxies: int) -> str:
    """The visitor's address as the outermost of `proxies` declared proxies gives it; without them the connection's."""
    hops = _hops(environ)
    taken = hops[-proxies] if 0 < proxies <= len(hops) else environ.get("REMOTE_ADDR", "")
    return str(taken)


def _hops(environ: Mapping[str, Any]) -> list[str]:
    """The addresses in X-Forwarded-For."""
    return [hop.strip() for hop in environ.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]


def init_proxies(app: Flask, settings: Settings) -> None:
    """Take a visitor's address from as many proxies as are declared, and watch whether that is how many there are."""
    application: Any = app.wsgi_app
    if settings.proxies:
        application = ProxyFix(
            application, x_for=settings.proxies, x_host=settings.proxies, x_proto=0, x_port=0, x_prefix=0
        )
    check = ProxyCheck(application, settings)
    app.wsgi_app = check  # type: ignore[method-assign]
    app.extensions["trama.proxy_faults"] = check.faults

    def check_start() -> str | None:
        must_be_proxied = settings.host in LOOPBACK and check.public_host not in LOOPBACK
        return UNDECLARED if must_be_proxied and not settings.proxies else None

    app.extensions.setdefault("trama.start_checks", []).append(check_start)


def _is_private(address: str) -> bool:
    """Whether an address is of this machine or of a local network."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in PRIVATE_NETWORKS)
