"""What leaves says that there is something, its kind and its link: a marker in every word is in no stream, log or audit."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from uuid import UUID

import pytest
from hub_fixtures import Server
from make_groups import House

from sluis.apps.consent import services
from sluis.apps.consent.selectors.rules import DAY
from sluis.apps.consent.services import Draft, Edit, Remark, Settling
from sluis.apps.consent.services.messages import PAGES
from sluis.apps.partners.selectors import Role
from sluis.core import errors
from sluis.wire import logs

MARKER = "ZEEHOND77312"
ALLOWED = {"consent_version", "consent_answer", "consent_comment", "consent_publication", "consent_glass"}


def everything(house: House, later, as_role) -> None:
    """Each act of the room once, with the marker in title, text, reason, comment and answer; refusals too."""
    group = house.group("bank", "shop", "carrier")
    draft = Draft(f"Titel {MARKER}", f"Tekst {MARKER}\n\nTweede {MARKER}", "binnenskamers")
    item = services.write(house.actor("bank", Role.ANALYST), group, draft)
    services.credit(house.actor("bank", Role.ANALYST), item, house.party("shop"))
    release = house.propose(item)
    house.agree(release, "bank")
    services.edit(house.actor("shop"), item, Edit(f"Titel {MARKER}", f"Anders {MARKER}", "red", 1))
    house.agree(release, "bank")
    services.withdraw_consent(house.actor("bank"), release)
    house.refuse(release, "shop", why=f"Reden {MARKER}")
    review = services.open_review(house.actor("bank"), item, readers=frozenset({house.party("shop")}))
    comment = services.comment(house.actor("shop"), review, Remark(1, f"Opmerking {MARKER}"))
    services.settle(house.actor("bank"), comment, Settling("niet", f"Antwoord {MARKER}"))
    services.finish(house.actor("shop"), review)
    services.close_review(house.actor("bank"), review)
    for name in ("shop", "carrier"):
        services.vote(house.actor(name), motion_of(house, group, name), agrees=True)
    again = house.propose(item)
    for name in ("bank", "shop"):
        house.agree(again, name)
    refusals(house, item, group)
    glass = services.ask_glass(house.actor("other", Role.OPERATOR), item, f"Reden {MARKER}")
    services.approve_glass(house.actor("other", Role.OPERATOR, "tweede"), glass)
    assert MARKER in services.read_by_glass(house.actor("other", Role.OPERATOR), glass).title
    house.propose(item)
    with as_role("sluis_worker"):
        later(10 * DAY)
        services.remind()
        later(15 * DAY)
        services.close_overdue()


def motion_of(house: House, group: UUID, name: str) -> UUID:
    from sluis.apps.consent.models import Motion
    from sluis.plumbing import viewing

    with viewing.as_organisation(house.party(name)):
        found = Motion.objects.first()
    return found.id if found else services.propose_member(house.actor("bank"), group, house.party("telecom"))


def refusals(house: House, item: UUID, group: UUID) -> None:
    """What is refused, with the marker in what was given."""
    given = Draft(f"Titel {MARKER}", f"Tekst {MARKER}", f"markering {MARKER}")
    for act in (
        lambda: services.write(house.actor("bank"), group, given),
        lambda: services.write(house.actor("bank", Role.OPERATOR), group, given),
        lambda: services.edit(house.actor("bank"), item, Edit(MARKER, MARKER, "red", 1)),
        lambda: services.write(house.actor("telecom"), group, Draft(MARKER, MARKER, "red")),
        lambda: services.write(house.actor("bank"), group, Draft(MARKER, MARKER, "red", kind=MARKER)),
        lambda: services.propose_rule(house.actor("bank"), group, MARKER),
    ):
        with pytest.raises(errors.SluisError) as raised:
            act()
        told = f"{raised.value} {raised.value.fields} {raised.value.faults}"
        assert MARKER not in told


def forms(text: str) -> Iterator[bytes]:
    octets = text.encode()
    yield octets
    yield octets.hex().encode()
    for shift in range(3):
        whole = base64.b64encode(b"x" * shift + octets).rstrip(b"=")
        yield whole[2 if shift else 0 : -2]


def places(house: House, database: Server, marker: str) -> set[str]:
    """The tables in which the marker stands, as text, hexadecimal or base64; read past row security."""
    needles, found = list(forms(marker)), set()
    names = [name for (name,) in rows(database, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    for name in names:
        for row in rows(database, f'SELECT t::text FROM "{name}" AS t'):
            octets = str(row[0]).encode()
            if any(needle in octets or needle.hex().encode() in octets for needle in needles):
                found.add(name)
    return found


def rows(database: Server, statement: str) -> list[tuple[str]]:
    """As the superuser: row security shuts out everybody else."""
    import psycopg

    address = database.cluster._maintenance().rsplit("/", 1)[0] + f"/{database.name}"
    with psycopg.connect(address, autocommit=True) as raw:
        return raw.execute(statement).fetchall()


def test_no_word_leaves_the_tables_of_the_room(
    house: House, database: Server, later, as_role, capfd: pytest.CaptureFixture[str]
) -> None:
    logs.configure("web")
    everything(house, later, as_role)
    assert places(house, database, MARKER) == ALLOWED
    assert places(house, database, "Bankhelpdesk") == {"consent_group"}
    told = capfd.readouterr()
    assert MARKER not in told.out + told.err
    messages = [one for name in ("bank", "shop", "carrier", "telecom", "other") for one in house.messages(name)]
    assert {one.kind for one in messages} == {kind for kind, page in PAGES.items() if page.startswith("consent:")}
    for one in messages:
        assert MARKER not in str(one)
        assert one.link.startswith("http://testserver/")


def test_every_act_is_in_the_log_with_ids_and_no_more(house: House, later, as_role) -> None:
    from sluis.apps.audit.models import Event

    everything(house, later, as_role)
    acts = set(Event.objects.values_list("activity", flat=True))
    wanted = {
        "groep oprichten", "groep ingaan", "stuk inbrengen", "stuk wijzigen", "inbrenger noemen", "vrijgave voorstellen",
        "instemmen", "vrijgeven", "vrijgave verlopen", "leesronde openen", "opmerking maken", "opmerking afdoen",
        "leesronde afronden", "leesronde sluiten", "groepsbesluit voorstellen", "groepsbesluit stemmen", "noodtoegang vragen",
        "noodtoegang openen", "noodtoegang lezen",
    }  # fmt: skip
    assert wanted <= acts


def test_nothing_shows_words_by_its_name_alone(house: House) -> None:
    """A row in a log line or a debugger's page says which it is, never what it says."""
    from sluis.apps.consent.selectors import item_page, preview, review_page
    from sluis.plumbing import viewing

    item = house.item(house.group("bank", "shop"), title=f"T {MARKER}", text=f"X {MARKER}")
    review = services.open_review(house.actor("bank"), item, readers=frozenset({house.party("shop")}))
    services.comment(house.actor("shop"), review, Remark(1, MARKER))
    from sluis.apps.consent.models import Comment, Version

    with viewing.as_organisation(house.party("bank")):
        shown = [*Version.objects.all(), *Comment.objects.all()]
    shown += [
        item_page(house.actor("bank"), item), review_page(house.actor("bank"), review), Draft(MARKER, MARKER, "red"),
        preview(house.actor("bank"), item, audience=house.audience(), marking="green"), Remark(1, MARKER),
    ]  # fmt: skip
    assert MARKER not in repr(shown)
