"""Pages as schema.org describes them: what the features' descriptions are made of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import current_app

from app.core.i18n import current_language

StructuredData = dict[str, Any]
"""A schema.org object, printed as JSON-LD: "@context", "@type" and the properties of the type."""
SCHEMA = "https://schema.org"


def cluster_data() -> StructuredData:
    """The cluster itself, without its context."""
    settings = current_app.extensions["trama.settings"]
    return {"@type": "Organization", "name": settings.cluster_name, "url": settings.public_url}


def list_data(url: str, name: str, items: Iterable[tuple[str, str]]) -> StructuredData:
    """A page that lists others, each given by its address and name, in their order."""
    return {
        "@context": SCHEMA,
        "@type": "CollectionPage",
        "@id": url,
        "url": url,
        "name": name,
        "inLanguage": current_language(),
        "mainEntity": {
            "@type": "ItemList",
            "itemListElement": [
                {"@type": "ListItem", "position": position, "url": address, "name": title}
                for position, (address, title) in enumerate(items, 1)
            ],
        },
    }
