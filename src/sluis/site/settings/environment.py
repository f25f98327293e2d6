"""Reading the environment. Secrets come from credential files, never from variables."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from sluis.core import errors
from sluis.wire import credentials


def need(name: str) -> str:
    """The variable `name`. Raises ImproperlyConfigured naming the page that explains it."""
    value = os.environ.get(name, "")
    if not value:
        raise ImproperlyConfigured(f"Set {name}; see docs/reference/settings.md.")
    return value


def optional(name: str) -> str:
    """The variable `name`, or nothing."""
    return os.environ.get(name, "")


def origin(url: str) -> tuple[str, str]:
    """Origin and host of an address, as browsers bind passkeys to them; an IP address of this machine becomes its name."""
    parts = urlsplit(url)
    host = "localhost" if parts.hostname in ("127.0.0.1", "::1") else parts.hostname or "localhost"
    return f"{parts.scheme}://{host}{f':{parts.port}' if parts.port else ''}", host


def secret(name: str) -> str:
    """The content of the credential file named by `name`."""
    try:
        return credentials.secret(Path(need(name))).decode()
    except errors.SluisError as error:
        raise ImproperlyConfigured(f"{name}: {error}") from None


def listed(name: str) -> list[str]:
    """The comma-separated values of `name`."""
    return [part.strip() for part in os.environ.get(name, "").split(",") if part.strip()]


def database(url: str) -> dict[str, object]:
    """Django's words for a `postgresql://` address."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured("DATABASE_URL starts with postgresql://; see docs/reference/settings.md.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 8, "timeout": 5}, "server_side_binding": True},
    }


def mail(url: str) -> dict[str, object]:
    """Django's words for a mail server: `smtp://` (by STARTTLS) or `smtps://`, the user's name in it; no host for nothing."""
    parts = urlsplit(url)
    if not url:
        return {"EMAIL_HOST": ""}
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ImproperlyConfigured("SLUIS_MAIL starts with smtp:// or smtps://; see docs/reference/settings.md.")
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp",
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": secret("SLUIS_MAIL_PASSWORD_FILE") if parts.username else "",
        "EMAIL_TIMEOUT": 10,
        "DEFAULT_FROM_EMAIL": need("SLUIS_MAIL_FROM"),
    }
