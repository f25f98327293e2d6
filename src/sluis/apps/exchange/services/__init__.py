"""Writes of the exchange, one file per verb."""

from sluis.apps.exchange.services.ceremonies import Posted, open_ceremonies, post_message
from sluis.apps.exchange.services.disclose import disclose
from sluis.apps.exchange.services.expire import expire_signals
from sluis.apps.exchange.services.publish import publish

__all__ = ["Posted", "disclose", "expire_signals", "open_ceremonies", "post_message", "publish"]
