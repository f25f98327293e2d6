"""Writes of the exchange, one file per verb."""

from sluis.apps.exchange.services.access import answer_access, ask_access, fetch_access
from sluis.apps.exchange.services.approve import decide_disclosure, fetch_disclosure, refuse_the_silent
from sluis.apps.exchange.services.ceremonies import Posted, open_ceremonies, post_message
from sluis.apps.exchange.services.disclose import disclose
from sluis.apps.exchange.services.disputes import decide_dispute, open_dispute
from sluis.apps.exchange.services.expire import expire_signals
from sluis.apps.exchange.services.feedback import give_feedback, tell_feedback
from sluis.apps.exchange.services.publish import publish
from sluis.apps.exchange.services.receipts import keep_cursor
from sluis.apps.exchange.services.withdraw import withdraw

__all__ = [
    "Posted",
    "answer_access",
    "ask_access",
    "decide_disclosure",
    "decide_dispute",
    "disclose",
    "expire_signals",
    "fetch_access",
    "fetch_disclosure",
    "give_feedback",
    "keep_cursor",
    "open_ceremonies",
    "open_dispute",
    "post_message",
    "publish",
    "refuse_the_silent",
    "tell_feedback",
    "withdraw",
]
