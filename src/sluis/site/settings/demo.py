"""The demo on loopback: no TLS, no phone needed, and every page says that its data are invented."""

from sluis.site.settings.base import *  # noqa: F403
from sluis.site.settings.security import *  # noqa: F403

SLUIS_INVENTED = True
SLUIS_SECOND_FACTOR = False
