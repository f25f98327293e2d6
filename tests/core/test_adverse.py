"""No adverse measure without a person who saw the grounds and agreed."""

from __future__ import annotations

from typing import get_args

import msgspec
import pytest

from sluis.core import errors
from sluis.core.exchange.rights import NO_MEASURE, Measure
from sluis.core.law import adverse
from sluis.core.law.adverse import Review

WHOLE = Review("T. de Wit", ("treffer",), "akkoord", "Zelfde rekening in twee zaken.")


def test_every_measure_but_a_warning_is_adverse() -> None:
    assert set(get_args(Measure)) - NO_MEASURE - {"klant-gewaarschuwd"} == adverse.ADVERSE


@pytest.mark.parametrize("measure", sorted(adverse.ADVERSE))
def test_an_adverse_measure_needs_a_review_and_says_by_which_articles(measure: str) -> None:
    with pytest.raises(errors.NotPermitted) as refused:
        adverse.require_review(measure, None)
    assert refused.value.reason == "geen-menselijke-toets"
    assert refused.value.fields["articles"] == ["AVG 22", "UAVG 40"]
    adverse.require_review(measure, WHOLE)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"reviewer": " "}, "reviewer"),
        ({"reviewer": "4711"}, "reviewer"),
        ({"saw": ()}, "saw"),
        ({"outcome": "niet-akkoord"}, "outcome"),
        ({"reason": "kort"}, "reason"),
        ({"reason": "x" * 501}, "reason"),
    ],
)
def test_each_part_of_a_review_is_needed(change: dict[str, object], where: str) -> None:
    with pytest.raises(errors.NotPermitted) as refused:
        adverse.require_review("betaling-geweigerd", msgspec.structs.replace(WHOLE, **change))
    assert [one.where for one in refused.value.faults] == [where]


@pytest.mark.parametrize("measure", ["geen-maatregel", "bleek-onterecht", "klant-gewaarschuwd"])
def test_what_keeps_nothing_from_anybody_needs_no_review(measure: str) -> None:
    adverse.require_review(measure, None)
