"""Headers, sessions and lockout."""

from __future__ import annotations

import os

from csp.constants import NONE, SELF

from sluis.site.settings import environment

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
# Everybody signs in with a second factor. The demo and the tests leave it to the person; with data that are not invented the
# hub refuses to start without it.
SLUIS_SECOND_FACTOR = True
OTP_TOTP_ISSUER = "Sluis"
_ORIGIN, _HOST = environment.origin(os.environ.get("SLUIS_WEB_URL", ""))
OTP_WEBAUTHN_RP_ID = _HOST
OTP_WEBAUTHN_RP_NAME = "Sluis"
OTP_WEBAUTHN_ALLOWED_ORIGINS = [_ORIGIN]
OTP_WEBAUTHN_ALLOW_PASSWORDLESS_LOGIN = True
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "429.html"
AXES_VERBOSE = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
