"""Settings of one Trama installation, read from the environment once and checked at start."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from babel import Locale

ROOT = Path(__file__).resolve().parent
TRANSLATIONS = ROOT / "app" / "translations"
SOURCE = "en"
ALL_LANGUAGES = ("en", "it", "fr", "nl", "de", "el", "pl", "hr", "sl")
LOOPBACK = {"127.0.0.1", "::1", "localhost"}
ADMISSIONS = ("open", "review")
LOGS = ("plain", "json")
MAIL_TLS = ("required", "off")
ENVIRONMENTS = ("development", "production")
COMPRESSIONS = ("br", "zstd", "gzip", "deflate")
"""How answers are compressed, the smallest first, of what a browser accepts."""
BROTLI_LEVEL = 5
"""From this level on Brotli looks at contexts: scripts are 7 % smaller than at 4, in half as much time again; higher ones
gain 1 %."""
SHORTEST_SECRET = 32
SHORTEST_TOKEN = 16
MAX_SETTING_DIGITS = 9
MAX_FILE_MEGABYTES = 100
REPLY_ADDRESS = re.compile(r"[a-z0-9._-]{1,20}@[a-z0-9.-]+", re.IGNORECASE)
"""Where answers by mail arrive: 41 characters and a + are added before the @, where 64 may stand (RFC 5321)."""


class SettingsError(Exception):
    """One or more settings are wrong; the message has a sentence for each."""


@dataclass(frozen=True)
class Settings:
    """Everything an installation can decide, with the defaults of a single small machine."""

    environment: str = "production"
    secret_key: str = ""
    database_url: str = ""
    redis_url: str = ""
    public_url: str = "http://127.0.0.1:5000"
    instance: Path = ROOT / "instance"
    admission: str = "open"
    languages: tuple[str, ...] = ("en", "it")
    translations: Path = TRANSLATIONS
    cluster_name: str = "INN-CO Cluster"
    countries: tuple[str, ...] = ("IT", "FR", "BE", "CY", "PL")
    host: str = "127.0.0.1"
    port: int = 5000
    proxies: int = 0
    demo: bool = False
    mail_url: str = "console:"
    mail_tls: str = "required"
    mail_from: str = "Trama <trama@localhost>"
    mail_replies: str = ""
    push_origins: tuple[str, ...] = ()
    file_megabytes: int = 10
    person_megabytes: int = 200
    room_megabytes: int = 2048
    translate_url: str = ""
    translate_key: str = ""
    contact_mail: str = ""
    contact_phone: str = ""
    enforcement_name: str = ""
    enforcement_url: str = ""
    log: str = "plain"
    metrics_token: str = ""
    coalesce: bool = True
    testing: bool = False
    extra_origins: tuple[str, ...] = field(default=())

    @property
    def origins(self) -> frozenset[str]:
        """The origins whose pages may open a socket here."""
        parts = urlsplit(self.public_url)
        return frozenset({f"{parts.scheme}://{parts.netloc}", *self.extra_origins})

    def has_host(self, host: str) -> bool:
        """Whether `host`, as a request's Host names it, is one under which people reach this installation.

        These are the hosts of the public address and of further origins; where the public address is this machine's
        own, each of its own names on any port.
        """
        hosts = {urlsplit(origin).netloc.lower() for origin in self.origins}
        name, _, port = host.lower().rpartition(":")
        plain = name if port.isdigit() else host.lower()
        is_own = urlsplit(self.public_url).hostname in LOOPBACK and plain in {*LOOPBACK, "[::1]"}
        return host.lower() in hosts or is_own

    @property
    def secure(self) -> bool:
        """Whether people reach this installation over TLS, so that cookies may demand it."""
        return self.public_url.startswith("https://")

    def flask(self) -> dict[str, object]:
        """The same settings under the names that Flask and its extensions read."""
        return {
            "SECRET_KEY": self.secret_key,
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "SESSION_COOKIE_NAME": "trama",
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "SESSION_COOKIE_SECURE": self.secure,
            "MAX_CONTENT_LENGTH": 1024 * 1024,
            "MAX_FORM_MEMORY_SIZE": 512 * 1024,
            "WTF_CSRF_TIME_LIMIT": 12 * 3600,
            "WTF_CSRF_SSL_STRICT": self.secure,
            "BABEL_DEFAULT_LOCALE": "en",
            "BABEL_TRANSLATION_DIRECTORIES": str(self.translations),
            "COMPRESS_ALGORITHM": COMPRESSIONS,
            "COMPRESS_ALGORITHM_STREAMING": COMPRESSIONS,
            "COMPRESS_BR_LEVEL": BROTLI_LEVEL,
            "TESTING": self.testing,
        }


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and check the settings from `TRAMA_*` variables.

    Returns the settings; raises SettingsError with one sentence for each mistake.
    """
    found = {
        name.removeprefix("TRAMA_").lower(): value.strip()
        for name, value in (os.environ if environ is None else environ).items()
        if name.startswith("TRAMA_") and value.strip()
    }
    mistakes: list[str] = []
    settings = _complete(_parse(found, mistakes))
    mistakes += list(_mistakes(settings))
    if mistakes:
        raise SettingsError("\n".join(mistakes))
    return settings


def _parse(found: Mapping[str, str], mistakes: list[str]) -> Settings:
    """Turn the texts of the environment into typed values, noting those that cannot be."""
    values: dict[str, object] = {}
    texts: tuple[str, ...] = (
        "secret_key",
        "database_url",
        "redis_url",
        "public_url",
        "admission",
        "cluster_name",
        "host",
    )
    texts += ("mail_url", "mail_tls", "mail_from", "mail_replies", "log", "metrics_token")
    texts += ("translate_url", "translate_key")
    texts += ("contact_mail", "contact_phone", "enforcement_name", "enforcement_url")
    values |= {name: found[name] for name in texts if name in found}
    for name in ("port", "proxies", "file_megabytes", "person_megabytes", "room_megabytes"):
        if name in found:
            text = found[name]
            if text.isascii() and text.isdigit() and len(text) <= MAX_SETTING_DIGITS:
                values[name] = int(text)
            else:
                mistakes.append(f"TRAMA_{name.upper()} must be a whole number, not “{found[name]}”.")
    if "env" in found:
        values["environment"] = found["env"]
    if "instance" in found:
        values["instance"] = Path(found["instance"]).resolve()
    if "countries" in found:
        values["countries"] = _listed(found["countries"].upper())
    if "languages" in found:
        values["languages"] = _listed(found["languages"].lower())
    if "push_origins" in found:
        values["push_origins"] = _listed(found["push_origins"])
    if "origins" in found:
        values["extra_origins"] = _listed(found["origins"])
    values["demo"] = found.get("demo") == "1"
    values["coalesce"] = found.get("coalesce") != "0"
    return replace(Settings(), **values)  # type: ignore[arg-type]


def _listed(text: str) -> tuple[str, ...]:
    """The words of a list that is separated by commas or spaces, each once."""
    return tuple(dict.fromkeys(text.replace(",", " ").split()))


def _complete(settings: Settings) -> Settings:
    """Fill in what depends on other settings: the database's place and a developer's secret."""
    if not settings.database_url:
        settings = replace(settings, database_url=f"sqlite:///{settings.instance / 'trama.db'}")
    if settings.database_url.startswith(("postgres://", "postgresql://")):
        address = settings.database_url.split("://", 1)[1]
        settings = replace(settings, database_url=f"postgresql+psycopg://{address}")
    if settings.environment == "development" and not settings.secret_key:
        settings = replace(settings, secret_key=_kept_secret(settings.instance))
    return replace(settings, public_url=settings.public_url.rstrip("/"))


def _kept_secret(instance: Path) -> str:
    """A developer's secret, made once and kept in the instance folder so that sign-ins survive a restart."""
    path = instance / "secret-key"
    if not path.exists():
        instance.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48), encoding="ascii")
    return path.read_text(encoding="ascii")


def _mistakes(settings: Settings) -> list[str]:
    """One sentence for each setting that would not work."""
    checks = {
        f"TRAMA_ENV must be one of {', '.join(ENVIRONMENTS)}.": settings.environment in ENVIRONMENTS,
        f"TRAMA_SECRET_KEY must be set to at least {SHORTEST_SECRET} random characters; "
        "make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'.": (
            len(settings.secret_key) >= SHORTEST_SECRET
        ),
        "TRAMA_PUBLIC_URL must be an address such as https://cluster.example.org, without a path.": (
            _is_address(settings.public_url)
        ),
        "TRAMA_DATABASE_URL must begin with sqlite:/// or postgresql://.": (
            settings.database_url.startswith(("sqlite:///", "postgresql+psycopg://"))
        ),
        "TRAMA_REDIS_URL must begin with redis://, rediss:// or unix://.": (
            not settings.redis_url or settings.redis_url.startswith(("redis://", "rediss://", "unix://"))
        ),
        f"TRAMA_ADMISSION must be one of {', '.join(ADMISSIONS)}.": settings.admission in ADMISSIONS,
        "TRAMA_MAIL_URL must be console: or begin with smtp:// or smtps://.": (
            settings.mail_url.startswith(("console:", "smtp://", "smtps://"))
        ),
        f"TRAMA_MAIL_TLS must be one of {', '.join(MAIL_TLS)}.": settings.mail_tls in MAIL_TLS,
        "TRAMA_MAIL_TLS=off contradicts smtps:// in TRAMA_MAIL_URL: write smtp:// or leave it out.": (
            settings.mail_tls != "off" or not settings.mail_url.startswith("smtps://")
        ),
        "TRAMA_MAIL_REPLIES must be an address such as reply@in.example.org, with at most 20 characters before the @ "
        "and no +.": not settings.mail_replies or REPLY_ADDRESS.fullmatch(settings.mail_replies) is not None,
        "TRAMA_PUSH_ORIGINS must be addresses such as https://push.example.org, without a path.": (
            all(_is_address(origin) for origin in settings.push_origins)
        ),
        f"TRAMA_LANGUAGES must name some of {', '.join(ALL_LANGUAGES)}, {SOURCE} among them, such as {SOURCE},it.": (
            SOURCE in settings.languages and set(settings.languages) <= set(ALL_LANGUAGES)
        ),
        "TRAMA_COUNTRIES must be two-letter codes of countries, such as IT,FR,PL.": (
            all(len(code) == 2 and code in Locale("en").territories for code in settings.countries)
        ),
        "TRAMA_CONTACT_MAIL must be a mail address, such as help@cluster.example.org.": (
            not settings.contact_mail or _is_mail_address(settings.contact_mail)
        ),
        "TRAMA_ENFORCEMENT_URL must be an address that begins with https://.": (
            not settings.enforcement_url or settings.enforcement_url.startswith("https://")
        ),
        "TRAMA_ENFORCEMENT_URL needs TRAMA_ENFORCEMENT_NAME: who is found there.": (
            not settings.enforcement_url or bool(settings.enforcement_name)
        ),
        "TRAMA_TRANSLATE_URL must be the address of a LibreTranslate service, such as https://translate.example.org.": (
            not settings.translate_url or _is_service_address(settings.translate_url)
        ),
        "TRAMA_TRANSLATE_KEY needs TRAMA_TRANSLATE_URL: whose key it is.": (
            not settings.translate_key or bool(settings.translate_url)
        ),
        f"TRAMA_LOG must be one of {', '.join(LOGS)}.": settings.log in LOGS,
        f"TRAMA_METRICS_TOKEN must have at least {SHORTEST_TOKEN} characters.": (
            not settings.metrics_token or len(settings.metrics_token) >= SHORTEST_TOKEN
        ),
        "TRAMA_PORT must be between 1 and 65535.": 1 <= settings.port <= 65535,
        f"TRAMA_FILE_MEGABYTES must be between 1 and {MAX_FILE_MEGABYTES}.": (
            1 <= settings.file_megabytes <= MAX_FILE_MEGABYTES
        ),
        "TRAMA_PERSON_MEGABYTES and TRAMA_ROOM_MEGABYTES must be at least TRAMA_FILE_MEGABYTES.": (
            min(settings.person_megabytes, settings.room_megabytes) >= settings.file_megabytes
        ),
        "TRAMA_DEMO=1 lets anybody sign in as anybody, so TRAMA_HOST must be 127.0.0.1 with it.": (
            not settings.demo or settings.host in LOOPBACK
        ),
        "TRAMA_DEMO=1 lets anybody sign in as anybody, so TRAMA_PUBLIC_URL must be an address of this machine with it, "
        "such as http://127.0.0.1:5000.": (
            not settings.demo or urlsplit(settings.public_url).hostname in LOOPBACK
        ),
    }
    return [sentence for sentence, holds in checks.items() if not holds]


def _is_mail_address(text: str) -> bool:
    local, at, domain = text.rpartition("@")
    return bool(local and at and domain) and not set(text) & set(' ,;<>"?&')


def _is_service_address(url: str) -> bool:
    parts = urlsplit(url)
    try:
        has_port = parts.port != 0
    except ValueError:
        has_port = False
    return has_port and _is_address(f"{parts.scheme}://{parts.hostname or ''}") and not parts.query


def _is_address(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(parts.netloc) and parts.path in ("", "/")
