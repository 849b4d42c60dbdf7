"""The cluster as schema.org describes it, for search engines."""

from __future__ import annotations

from app.core.http.structured_data import SCHEMA, StructuredData, cluster_data
from app.core.i18n import current_language, public_url_for


def cluster_page() -> StructuredData:
    """The first page: a site of the cluster that can be searched for organisations."""
    url = public_url_for("home.index")
    cluster = cluster_data()
    directory = public_url_for("organisations.directory")
    return {
        "@context": SCHEMA,
        "@type": "WebSite",
        "@id": url,
        "url": url,
        "name": cluster["name"],
        "inLanguage": current_language(),
        "publisher": cluster,
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": f"{directory}?q={{words}}"},
            "query-input": "required name=words",
        },
    }
