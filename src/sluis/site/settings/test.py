"""Tests: the demo's settings, with quick passwords, and invented values where a run gives none."""

import os
import tempfile
from pathlib import Path


def _invented(name: str) -> str:
    file = Path(tempfile.gettempdir()) / f"sluis-test-{os.getuid()}-{name}"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text("11" * 32)
    return str(file)


os.environ.setdefault("SLUIS_SECRET_FILE", _invented("secret"))
os.environ.setdefault("SLUIS_HUB_KEY_FILE", _invented("hub"))
os.environ.setdefault("SLUIS_LOG_KEY_FILE", _invented("log"))
os.environ.setdefault("SLUIS_LOG_ORIGIN", "testserver/logboek")
os.environ.setdefault("SLUIS_WEB_URL", "http://testserver")
os.environ.setdefault("SLUIS_ALLOWED_HOSTS", "testserver,127.0.0.1,localhost")
os.environ.setdefault("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/sluis")

from sluis.site.settings.demo import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AXES_ENABLED = False
OTP_WEBAUTHN_ALLOWED_ORIGINS = ["http://localhost"]
# The check of migrations is a developer's tool; a run does not have it.
INSTALLED_APPS = [*INSTALLED_APPS, "django_linear_migrations"]  # noqa: F405
