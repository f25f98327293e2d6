"""Review rounds: who is asked comments by paragraph, something is done with each, then it closes."""

from __future__ import annotations

from uuid import UUID

import pytest
from make_groups import House

from sluis.apps.consent import services
from sluis.apps.consent.selectors import review_page
from sluis.apps.consent.selectors.rules import DAY
from sluis.apps.consent.services import Edit, Remark, Settling
from sluis.apps.partners.selectors import Role
from sluis.core import errors


@pytest.fixture
def review(house: House) -> UUID:
    item = house.item(house.group(), "bank")
    return services.open_review(house.actor("bank"), item, readers=frozenset({house.party("shop")}))


def remark(house: House, review: UUID, name: str = "shop", *, paragraph: int = 1) -> UUID:
    return services.comment(house.actor(name, Role.ANALYST), review, Remark(paragraph, "Dit klopt niet."))


def test_who_is_asked_comments_and_the_opener_hears_it(house: House, review: UUID) -> None:
    assert house.told("shop")[-1] == "leesronde"
    remark(house, review, paragraph=2)
    assert house.told("bank")[-1] == "leesronde"
    page = review_page(house.actor("carrier"), review)
    assert [len(one.comments) for one in page.paragraphs] == [0, 1]
    assert (page.paragraphs[1].comments[0].name, page.left) == ("shop", 1)


@pytest.mark.parametrize("paragraph", [0, 3, -1])
def test_a_comment_is_on_a_paragraph_that_is_there(house: House, review: UUID, paragraph: int) -> None:
    with pytest.raises(errors.Malformed) as raised:
        remark(house, review, paragraph=paragraph)
    assert raised.value.reason == "onbekende-alinea"


def test_who_was_not_asked_does_not_comment_or_finish(house: House, review: UUID) -> None:
    for act in (lambda: remark(house, review, "carrier"), lambda: services.finish(house.actor("carrier"), review)):
        with pytest.raises(errors.NotAllowed) as raised:
            act()
        assert raised.value.reason == "niet-gevraagd"


def test_the_round_stays_about_the_version_it_began_with(house: House, review: UUID) -> None:
    item = review_page(house.actor("bank"), review).item
    services.edit(house.actor("bank"), item, Edit("Nieuw", "Een alinea.", "red", 1))
    assert review_page(house.actor("shop"), review).title == "Nieuwe truc"
    remark(house, review, paragraph=2)


def test_it_closes_when_something_was_done_with_every_comment(house: House, review: UUID) -> None:
    comment = remark(house, review)
    with pytest.raises(errors.Conflict) as raised:
        services.close_review(house.actor("bank"), review)
    assert raised.value.reason == "opmerkingen-open"
    services.settle(house.actor("bank"), comment, Settling("deels", "De datum wel."))
    services.finish(house.actor("shop"), review)
    services.close_review(house.actor("bank"), review)
    page = review_page(house.actor("shop"), review)
    assert page.closed
    assert page.readers[0][1]
    assert page.paragraphs[0].comments[0].answer == "De datum wel."
    for act in (
        lambda: remark(house, review),
        lambda: services.settle(house.actor("bank"), comment, Settling("overgenomen")),
        lambda: services.close_review(house.actor("bank"), review),
    ):
        with pytest.raises(errors.Conflict) as raised:
            act()
        assert raised.value.reason == "leesronde-gesloten"


def test_what_is_not_taken_over_has_a_reason(house: House, review: UUID) -> None:
    comment = remark(house, review)
    for outcome in ("deels", "niet"):
        with pytest.raises(errors.Malformed):
            services.settle(house.actor("bank"), comment, Settling(outcome))
    with pytest.raises(errors.Malformed):
        services.settle(house.actor("bank"), comment, Settling("misschien", "x"))
    services.settle(house.actor("bank"), comment, Settling("overgenomen"))


def test_only_the_opener_settles_and_closes(house: House, review: UUID) -> None:
    comment = remark(house, review)
    for act in (
        lambda: services.settle(house.actor("shop"), comment, Settling("overgenomen")),
        lambda: services.close_review(house.actor("carrier"), review),
    ):
        with pytest.raises(errors.NotAllowed) as raised:
            act()
        assert raised.value.reason == "niet-de-opener"


def test_after_the_term_nobody_comments_and_the_opener_still_closes(house: House, review: UUID, later) -> None:
    later(14 * DAY)
    with pytest.raises(errors.Conflict) as raised:
        remark(house, review)
    assert raised.value.reason == "termijn-voorbij"
    services.close_review(house.actor("bank"), review)


def test_one_round_at_a_time_and_of_members_only(house: House, review: UUID) -> None:
    item = review_page(house.actor("bank"), review).item
    with pytest.raises(errors.Conflict):
        services.open_review(house.actor("bank"), item, readers=frozenset({house.party("shop")}))
    services.close_review(house.actor("bank"), review)
    for readers in (frozenset[bytes](), frozenset({house.party("telecom")})):
        with pytest.raises(errors.Malformed):
            services.open_review(house.actor("bank"), item, readers=readers)


def test_a_stranger_finds_no_round(house: House, review: UUID) -> None:
    for act in (
        lambda: review_page(house.actor("telecom"), review),
        lambda: remark(house, review, "telecom"),
        lambda: services.finish(house.actor("telecom"), review),
        lambda: services.close_review(house.actor("telecom"), review),
    ):
        with pytest.raises(errors.NotFound):
            act()
