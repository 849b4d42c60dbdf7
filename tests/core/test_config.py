"""Settings: every mistake is told in a sentence, at start, all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import SettingsError, read_settings

GOOD = {"TRAMA_SECRET_KEY": "x" * 40}


def test_a_small_installation_needs_only_a_secret() -> None:
    """The defaults are those of one small machine."""
    settings = read_settings(GOOD)
    assert settings.database_url.startswith("sqlite:///")
    assert settings.environment == "production"
    assert not settings.demo


def test_production_refuses_to_start_without_a_secret() -> None:
    """A known secret would let anybody be anybody."""
    with pytest.raises(SettingsError, match="TRAMA_SECRET_KEY"):
        read_settings({})


def test_a_developer_gets_a_secret_that_stays(tmp_path: Path) -> None:
    """Sign-ins survive a restart of `./dev run`, and only the owner may read the file."""
    environ = {"TRAMA_ENV": "development", "TRAMA_INSTANCE": str(tmp_path)}
    first, second = read_settings(environ), read_settings(environ)
    assert first.secret_key == second.secret_key
    assert (tmp_path / "secret-key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("TRAMA_PORT", "five", "whole number"),
        ("TRAMA_PORT", "70000", "between 1 and 65535"),
        ("TRAMA_PUBLIC_URL", "cluster.example.org", "https://cluster.example.org"),
        ("TRAMA_PUBLIC_URL", "https://cluster.example.org/path", "without a path"),
        ("TRAMA_DATABASE_URL", "mysql://x", "sqlite:/// or postgresql://"),
        ("TRAMA_REDIS_URL", "memcached://x", "redis://"),
        ("TRAMA_ADMISSION", "maybe", "open, review"),
        ("TRAMA_LANGUAGES", "en,tlh", "en, it, fr"),
        ("TRAMA_LANGUAGES", "it,fr", "en among them"),
        ("TRAMA_COUNTRIES", "IT, Atlantis", "two-letter codes"),
        ("TRAMA_MAIL_URL", "pigeon:", "smtp://"),
        ("TRAMA_MAIL_TLS", "perhaps", "required, off"),
        ("TRAMA_ENV", "staging", "development, production"),
        ("TRAMA_SECRET_KEY", "short", "32 random characters"),
    ],
)
def test_each_mistake_has_a_sentence(name: str, value: str, told: str) -> None:
    """Whoever sets up an installation is told what to write instead."""
    with pytest.raises(SettingsError, match=told):
        read_settings({**GOOD, name: value})


def test_no_tls_contradicts_a_mail_url_that_is_all_tls() -> None:
    with pytest.raises(SettingsError, match="TRAMA_MAIL_TLS=off contradicts"):
        read_settings({**GOOD, "TRAMA_MAIL_URL": "smtps://mail.example.org", "TRAMA_MAIL_TLS": "off"})


def test_all_mistakes_are_told_at_once() -> None:
    """Nobody wants to start ten times."""
    with pytest.raises(SettingsError) as caught:
        read_settings({"TRAMA_PORT": "five", "TRAMA_ADMISSION": "maybe"})
    assert len(str(caught.value).splitlines()) == 3


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "cluster.example.org"])
def test_demo_sign_in_is_refused_beyond_this_machine(host: str) -> None:
    """One-click sign-in never reaches a network."""
    with pytest.raises(SettingsError, match="TRAMA_DEMO"):
        read_settings({**GOOD, "TRAMA_DEMO": "1", "TRAMA_HOST": host})


@pytest.mark.parametrize("url", ["https://cluster.example.org", "http://192.0.2.7:5000"])
def test_demo_sign_in_is_refused_where_the_public_address_is_not_this_machine(url: str) -> None:
    with pytest.raises(SettingsError, match=r"TRAMA_DEMO=1 .* TRAMA_PUBLIC_URL must be"):
        read_settings({**GOOD, "TRAMA_DEMO": "1", "TRAMA_PUBLIC_URL": url})
    assert read_settings({**GOOD, "TRAMA_DEMO": "1", "TRAMA_PUBLIC_URL": "http://localhost:5101"}).demo


def test_cookies_demand_tls_where_there_is_tls() -> None:
    """The flags of the cookie follow the public address."""
    secure = read_settings({**GOOD, "TRAMA_PUBLIC_URL": "https://cluster.example.org/"})
    assert secure.flask()["SESSION_COOKIE_SECURE"] is True
    assert secure.flask()["SESSION_COOKIE_HTTPONLY"] is True
    assert read_settings(GOOD).flask()["SESSION_COOKIE_SECURE"] is False
    assert secure.origins == frozenset({"https://cluster.example.org"})
