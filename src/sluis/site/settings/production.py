"""An installation behind TLS."""

from sluis.site.settings.base import *  # noqa: F403
from sluis.site.settings.security import *  # noqa: F403

SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SLUIS_INVENTED = False
