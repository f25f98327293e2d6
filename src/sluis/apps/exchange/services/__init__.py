"""Writes of the exchange, one file per verb."""

from sluis.apps.exchange.services.access import answer_access, ask_access, fetch_access
from sluis.apps.exchange.services.approve import decide_disclosure, fetch_disclosure, refuse_the_silent
from sluis.apps.exchange.services.auditing import (
    audited_day,
    commit_day,
    decisions,
    drawn_days,
    end_samples,
    processing,
    reveal_day,
    supervision,
)
from sluis.apps.exchange.services.ceremonies import Posted, open_ceremonies, post_message
from sluis.apps.exchange.services.disclose import disclose
from sluis.apps.exchange.services.disputes import decide_dispute, open_dispute
from sluis.apps.exchange.services.ended import erase_ended, forget_stream
from sluis.apps.exchange.services.expire import expire_signals
from sluis.apps.exchange.services.feedback import give_feedback, tell_feedback
from sluis.apps.exchange.services.holders import Kept, keep_attestation, order_refresh
from sluis.apps.exchange.services.measuring import measure_circles
from sluis.apps.exchange.services.publish import publish
from sluis.apps.exchange.services.reach import ask_again, reach_of
from sluis.apps.exchange.services.receipts import keep_cursor
from sluis.apps.exchange.services.tidy import tidy_entries
from sluis.apps.exchange.services.withdraw import withdraw, withdraw_departed

__all__ = [
    "Kept",
    "Posted",
    "answer_access",
    "ask_access",
    "ask_again",
    "audited_day",
    "commit_day",
    "decide_disclosure",
    "decide_dispute",
    "decisions",
    "disclose",
    "drawn_days",
    "end_samples",
    "erase_ended",
    "expire_signals",
    "fetch_access",
    "fetch_disclosure",
    "forget_stream",
    "give_feedback",
    "keep_attestation",
    "keep_cursor",
    "measure_circles",
    "open_ceremonies",
    "open_dispute",
    "order_refresh",
    "post_message",
    "processing",
    "publish",
    "reach_of",
    "refuse_the_silent",
    "reveal_day",
    "supervision",
    "tell_feedback",
    "tidy_entries",
    "withdraw",
    "withdraw_departed",
]
