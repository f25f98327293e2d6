"""Templates of circles: what each drafts, that none opens anything, and that the trusted community is the strictest."""

from __future__ import annotations

import msgspec
import pytest

from sluis.core import errors
from sluis.core.exchange import templates
from sluis.core.exchange.policy import Budget, Member, Section
from sluis.core.exchange.templates import Wish
from sluis.core.identifiers.kinds import type_named
from sluis.core.law import decision, needed
from sluis.core.law.decision import Passage
from sluis.core.law.rules import packaged_version

START = 1_800_000_000
WISH = Wish(b"\1" * 16, "nieuwe-kring", "Een nieuwe kring", START)
EVERY = tuple(templates.every().values())


def member(number: int) -> Member:
    octets, budget = bytes([number]) * 16, Budget(minute=10, day=10, year=10)
    return Member(
        id=octets,
        name=f"Lid {number}",
        sector="webshop",
        group=octets,
        key=bytes([number]) * 32,
        types=("iban",),
        uses=("publish", "check"),
        budgets={"check": budget},
        from_=START,
        until=START + 1000,
    )


MEMBERS = tuple(map(member, range(1, 6)))


@pytest.mark.parametrize("template", EVERY, ids=lambda one: one.id)
def test_a_draft_lets_nobody_do_anything(template: templates.Template) -> None:
    section = templates.draft(template, WISH, MEMBERS)
    for use in ("publish", "check", "watch"):
        ground = decision.decide(Passage(section, section.members[0], START + 10, use=use))
        assert ground is not None
        assert ground.code == "geen-beoordeling"
    assert section.identifier_types() == ()


@pytest.mark.parametrize("template", EVERY, ids=lambda one: one.id)
def test_a_draft_reads_as_a_section_of_the_policy_file(template: templates.Template) -> None:
    section = templates.draft(template, WISH, MEMBERS)
    assert msgspec.json.decode(msgspec.json.encode(section), type=Section) == section
    assert all(type_named(one) for one in section.types)
    assert section.until - section.from_ == template.days * 86_400


@pytest.mark.parametrize("template", EVERY, ids=lambda one: one.id)
def test_what_is_needed_is_what_the_rules_ask_and_the_draft_does_not_do_itself(template: templates.Template) -> None:
    found = needed.needed(template.exchanges, templates.draft(template, WISH, MEMBERS), packaged_version())
    assert set(found.whole.conditions) == {*found.controlled, *found.open}
    assert not {*found.controlled} & {*found.open}
    if template.id == "pilot":
        assert (found.whole.outcome, dict(found.open)) == ("mogelijk", {})
    else:
        assert found.whole.outcome == "mogelijk_onder_voorwaarden"
        assert {"C-LICENCE", "C-DPIA", "C-RIGHTS"} <= set(found.open)


def test_the_trusted_community_is_the_strictest_and_the_smallest() -> None:
    trusted, sector = templates.named("trusted-community"), templates.named("sector")
    assert trusted.k > sector.k
    assert trusted.grade < sector.grade
    assert trusted.retention < sector.retention
    assert trusted.hidden
    assert not any(one.hidden for one in EVERY if one is not trusted)
    eight = tuple(map(member, range(1, 9)))
    with pytest.raises(errors.Malformed) as raised:
        templates.draft(trusted, WISH, eight)
    assert [one.code for one in raised.value.faults] == ["te-veel-leden"]
    assert len(templates.draft(trusted, WISH, eight[:7]).members) == 7


def test_every_fault_of_a_circle_is_told_at_once() -> None:
    with pytest.raises(errors.Malformed) as raised:
        templates.draft(templates.named("sector"), Wish(b"\1" * 16, "Met Spatie", "x", START), (member(1),))
    assert [one.code for one in raised.value.faults] == ["kringnaam", "titel-lengte", "te-weinig-leden"]


def test_an_unknown_template_is_not_there() -> None:
    with pytest.raises(errors.NotFound):
        templates.named("alles-mag")


def test_what_is_off_is_off_by_law_and_says_by_which_article() -> None:
    rules = packaged_version()
    assert [one.id for one in templates.shut()] == ["in-gesprek"]
    for kind in templates.shut():
        found = needed.needed(kind.exchanges, templates.draft(templates.named("sector"), WISH), rules)
        assert found.whole.outcome == "niet_mogelijk"
        assert any("Telecommunicatiewet 11.5" in one for one in found.whole.articles), found.whole.articles
