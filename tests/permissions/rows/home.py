"""What is open to everybody."""

from __future__ import annotations

from tests.permissions.rows.row import EVERYONE, NOBODY, get, post

HOME = (
    get("home.root", "/", EVERYONE),
    get("home.index", "/en/", EVERYONE),
    get("places.find", "/en/find", EVERYONE),
    get("places.work", "/en/work", EVERYONE),
    get("places.cluster", "/en/cluster", frozenset({"manager", "facilitator"}), refused=(404,)),
    get("about.help", "/en/help", EVERYONE),
    get("about.privacy", "/en/privacy", EVERYONE),
    post("about.theme", "/en/theme", EVERYONE, data={"theme": "dark"}),
    post("about.reading", "/en/reading", EVERYONE, data={"reading": "usual"}),
    get("about.favicon", "/favicon.ico", EVERYONE),
    get("offline.manifest", "/en/manifest.webmanifest", EVERYONE),
    get("offline.service_worker", "/service-worker.js", EVERYONE),
    get("offline.offline", "/en/offline", EVERYONE),
    get("engines.robots", "/robots.txt", EVERYONE),
    get("engines.sitemap", "/sitemap.xml", EVERYONE),
    get("engines.general", "/sitemaps/general.xml", EVERYONE),
    get("engines.organisations", "/sitemaps/organisations-7.xml.gz", NOBODY, refused=(404,)),
    get("engines.initiatives", "/sitemaps/initiatives-7.xml.gz", NOBODY, refused=(404,)),
    get("feeds.organisations", "/en/feeds/organisations.atom", EVERYONE),
    get("feeds.initiatives", "/en/feeds/initiatives.atom", EVERYONE),
    get("health.health", "/health", EVERYONE),
    get("metrics.metrics", "/metrics", EVERYONE),
)
