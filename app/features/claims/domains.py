"""Whether a mail address belongs to an organisation: its registrable domain is the host of the website.

What can be registered below what ("asso.fr", "com.pl", "torino.it", hosts of web pages) is the Public Suffix List's.
"""

from __future__ import annotations

from functools import cache

from publicsuffixlist import PublicSuffixList

from app.core.email_addresses import normalise_email, wire_domain
from app.features.organisations.duplicates.likeness import FREE_MAIL_DOMAINS, website_host


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def proof_domain(website: str) -> str:
    """The domain whose mail proves that somebody speaks for the website's owner; empty where no mail can.

    A website on a subdomain or at a host that offers pages or mail to everybody is no proof.
    """
    host = website_host(website)
    if not host or host in FREE_MAIL_DOMAINS:
        return ""
    return host if _suffixes().privatesuffix(host) == host else ""


def proves(address: str, website: str) -> bool:
    """Whether mail to this address reaches the owner of the website."""
    domain = proof_domain(website)
    written = wire_domain(normalise_email(address).rpartition("@")[2])
    return bool(domain) and bool(written) and _suffixes().privatesuffix(written) == domain
