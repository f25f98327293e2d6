"""Everything that is the same in every installation."""

from __future__ import annotations

from pathlib import Path

import sluis.wire
from sluis.site.settings import environment

SITE = Path(__file__).resolve().parent.parent
WIRE = Path(sluis.wire.__file__).parent
ASSETS = WIRE / "assets"

SECRET_KEY = environment.secret("SLUIS_SECRET_FILE")
SLUIS_POLICY_KEYS = environment.listed("SLUIS_POLICY_KEYS")
SLUIS_HUB_KEY_FILE = environment.need("SLUIS_HUB_KEY_FILE")
SLUIS_LOG_KEY_FILE = environment.need("SLUIS_LOG_KEY_FILE")
SLUIS_LOG_ORIGIN = environment.need("SLUIS_LOG_ORIGIN")
SLUIS_WEB_URL = environment.need("SLUIS_WEB_URL")
SLUIS_OIDC_FILE = environment.optional("SLUIS_OIDC_FILE")
ALLOWED_HOSTS = environment.listed("SLUIS_ALLOWED_HOSTS")
globals().update(environment.mail(environment.optional("SLUIS_MAIL")))
DATABASES = {"default": environment.database(environment.need("DATABASE_URL"))}

INSTALLED_APPS = [
    "sluis.apps.casework",
    "sluis.apps.exchange",
    "sluis.apps.privacy",
    "sluis.apps.consent",
    "sluis.apps.partners",
    "sluis.apps.audit",
    "sluis.plumbing",
    "procrastinate.contrib.django",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp_webauthn",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "sluis.apps.partners.views.guard.sessions",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "sluis.site.middleware.api_headers",
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "django_otp_webauthn.backends.WebAuthnBackend",
    "sluis.apps.partners.services.outside.Backend",
]
ROOT_URLCONF = "sluis.site.urls"
WSGI_APPLICATION = "sluis.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [SITE / "templates", WIRE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "sluis.site.context.place",
            ],
        },
    },
]

LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", "Nederlands"), ("en", "English")]
LOCALE_PATHS = [SITE / "locale"]
USE_TZ = True
TIME_ZONE = "Europe/Amsterdam"

STATIC_URL = "/static/"
STATICFILES_DIRS = [ASSETS]
# The assets are packaged with the code and served from there; nothing is collected.
WHITENOISE_USE_FINDERS = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOGIN_URL = "partners:sign-in"
LOGIN_REDIRECT_URL = "begin"
LOGOUT_REDIRECT_URL = "partners:sign-in"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"
SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008"]
