"""Texts for customers: one for each advice, a possibility and never an accusation, short sentences."""

from __future__ import annotations

import re

import pytest

from sluis.core.exchange import messages
from sluis.core.exchange.words import Advice

ACCUSING = re.compile(r"\b(dader|fraudeur|oplichter|crimineel|verdachte|scammer|fraudster|criminal|suspect)\b", re.IGNORECASE)


@pytest.mark.parametrize("advice", Advice)
def test_every_advice_has_a_text_that_accuses_nobody(advice: Advice) -> None:
    text = messages.customer_text(advice)
    for words, possible in ((text.nl, ("kan", "zegt niet")), (text.en, ("may", "does not say"))):
        assert not ACCUSING.search(words)
        assert any(one in words for one in possible)
        assert max(len(sentence.split()) for sentence in re.split(r"[.?:]", words)) <= 17
    assert text.version >= 1
