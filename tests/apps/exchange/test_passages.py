"""What one organisation asked, as its people see it: its own calls, none of others, in pages, CSV and JSON."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime
from itertools import pairwise

import make
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hub_fixtures import Server
from make import Circle
from make_people import reader, shown

from sluis.apps.audit import selectors as audit
from sluis.apps.audit import services as log
from sluis.apps.audit.models import Event
from sluis.apps.audit.services import Happening
from sluis.apps.exchange.views import words
from sluis.core.law.decision import GROUNDS
from sluis.plumbing import tables

PATH = "/doorlatingen"


def ask(database: Server, circle: Circle, name: str, *, outcome: str = "passed", time: int = 0, prefixes: int = 3) -> None:
    with database.connect("sluis_edge") as edge:
        edge.execute(
            "INSERT INTO edge_audit (time, member, circle, type, key_id, prefixes, outcome) VALUES (%s, %s, %s, 1, %s, %s, %s)",
            (time or circle.now, circle.members[name].id, circle.id, circle.record.id, prefixes, outcome),
        )


def live(circle: Circle, database: Server) -> None:
    """The bank shares, checks, gets a context and is refused; the shop shares and is refused too."""
    bank, shop = circle.members["bank"], circle.members["shop"]
    circle.publish("bank")
    circle.publish("shop", circle.signal("shop"), circle.signal("shop", make.Draft(iban=make.OTHER_IBAN)))
    ask(database, circle, "bank")
    ask(database, circle, "bank", outcome="soort-niet-toegekend")
    ask(database, circle, "shop", prefixes=64)
    path = "/v1/verstrekkingen"
    assert circle.post(path, circle.disclosure(), key=bank.key).status_code == 200
    for party in (bank, shop):
        assert circle.post(path, circle.disclosure(purpose="werving"), key=party.key).status_code == 403


def exported(client: object, query: str = "") -> list[dict[str, object]]:
    answer = client.get(f"{PATH}.json{query}")
    assert answer.status_code == 200, answer.content
    return list(answer.json()["passages"])


def test_the_page_tells_what_passed_and_what_was_refused_with_reason_and_article(circle: Circle, database: Server) -> None:
    live(circle, database)
    page = shown(reader(circle), PATH)
    for told in (
        "Dit doel staat niet in de beoordeling van deze uitwisselkring.",
        "AVG 5 lid 1 b",
        "eigen afleiding",
        "Noem een doel van de uitwisselkring",
        "Deze partner mag dit soort kenmerk niet gebruiken.",
        "doorgelaten",
    ):
        assert told in page
    for secret in (make.IBAN, circle.tag().hex(), circle.voucher().hex(), "werving"):
        assert secret not in page


def test_a_call_of_another_member_is_on_no_page_and_in_no_export(circle: Circle, database: Server) -> None:
    live(circle, database)
    mine = [(one["activity"], one["outcome"], one["amount"]) for one in exported(reader(circle))]
    theirs = [(one["activity"], one["outcome"], one["amount"]) for one in exported(reader(circle, "shop"))]
    assert sorted(mine) == [
        ("bevragen", "passed", 3),
        ("bevragen", "refused", 3),
        ("delen", "passed", 1),
        ("verstrekken", "passed", 1),
        ("verstrekken", "refused", 1),
    ]
    assert sorted(theirs) == [("bevragen", "passed", 64), ("delen", "passed", 2), ("verstrekken", "refused", 1)]
    assert exported(reader(circle, "carrier")) == []
    assert "Nog niets." in shown(reader(circle, "carrier"), PATH)


def test_who_is_not_signed_in_is_sent_to_the_door(circle: Circle) -> None:
    for path in (PATH, f"{PATH}.csv", f"{PATH}.json", "/logboek", "/logboek/0"):
        answer = Client().get(path)
        assert (answer.status_code, answer["location"].split("?")[0]) == (302, "/inloggen")


def many(circle: Circle, number: int) -> None:
    """Calls of the bank, several in each second."""
    rows = [log.happenings.passed(Happening("delen", circle.id, circle.members["bank"].id, i + 1), "") for i in range(number)]
    log.happenings.append(rows)


def test_pages_follow_each_other_without_a_gap_or_a_double_over_hub_and_edge(circle: Circle, database: Server) -> None:
    many(circle, 70)
    now = Event.objects.order_by("-leaf_id").values_list("time", flat=True)[0]
    for second in range(60):
        ask(database, circle, "bank", time=now - second // 7)
    client, address, pages = reader(circle), PATH, []
    while address:
        page = shown(client, address)
        pages.append(page.count('class="utrecht-table__row"'))
        more = re.search(r'href="(\?na=[\w-]+)"', page)
        address = f"{PATH}{more[1]}" if more else ""
    assert pages == [50, 50, 30]
    walked, mark = [], None
    while found := audit.calls(audit.Wanted(party=circle.members["bank"].id), after=mark, limit=7):
        walked += [one.mark for one in found]
        mark = found[-1].mark
    assert len(set(walked)) == len(walked) == 130
    assert all(newer > older for newer, older in pairwise(walked))


@pytest.mark.parametrize(
    ("query", "amount"),
    [
        ("?uitkomst=refused", 2),
        ("?uitkomst=passed", 3),
        ("?wat=bevragen", 2),
        ("?wat=bevragen&uitkomst=refused", 1),
        ("?wat=verstrekken", 2),
        ("?wat=intrekken", 0),
        ("?kring=proeftuin", 5),
        ("?van=2021-01-01&tot=2021-12-31", 0),
    ],
)
def test_a_filter_keeps_what_it_says(circle: Circle, database: Server, query: str, amount: int) -> None:
    live(circle, database)
    assert len(exported(reader(circle), query)) == amount


def test_the_last_day_of_a_period_counts(circle: Circle, database: Server) -> None:
    live(circle, database)
    when = datetime.fromtimestamp(Event.objects.get(activity="delen", party=circle.members["bank"].id).time, UTC)
    day = timezone.localtime(when).date().isoformat()
    assert len(exported(reader(circle), f"?wat=delen&van={day}&tot={day}")) == 1


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("?kring=andere-kring", "Kies een van de mogelijkheden"),
        ("?wat=inbreken", "Kies een van de mogelijkheden"),
        ("?uitkomst=misschien", "Kies een van de mogelijkheden"),
        ("?van=gisteren", "jjjj-mm-dd"),
        ("?van=0001-01-01", "na 1 januari 2020"),
        ("?tot=9999-12-31", "vóór 2200"),
        ("?van=2026-02-02&tot=2026-02-01", "ligt vóór de eerste dag"),
        ("?na=1-2-3", "bestaat niet"),
        ("?na=" + "9" * 40 + "-0-1", "bestaat niet"),
        ("?na=%C2%B2-0-1", "bestaat niet"),
    ],
)
def test_a_wrong_filter_is_told_and_shows_nothing(circle: Circle, database: Server, query: str, told: str) -> None:
    live(circle, database)
    client = reader(circle)
    page = shown(client, PATH + query, status=400)
    assert told in page
    assert 'class="utrecht-table__row"' not in page
    for kind in ("csv", "json"):
        answer = client.get(f"{PATH}.{kind}{query}")
        assert (answer.status_code, answer["content-type"]) == (400, "application/problem+json")


def test_what_was_typed_wrong_is_not_said_again(circle: Circle) -> None:
    page = shown(reader(circle), f"{PATH}?van={make.IBAN}&kring={make.IBAN}&wat={make.IBAN}&na={make.IBAN}", status=400)
    assert make.IBAN not in page
    assert make.IBAN not in shown(reader(circle), f"{PATH}?rekening={make.IBAN}")


def test_every_fault_is_told_at_once(circle: Circle) -> None:
    faults = reader(circle).get(f"{PATH}.json?kring=x&van=y&na=z").json()["errors"]
    assert sorted(one["where"] for one in faults) == ["kring", "na", "van"]


def test_the_csv_has_the_same_rows_and_no_cell_is_a_formula(circle: Circle, database: Server) -> None:
    live(circle, database)
    client = reader(circle)
    answer = client.get(f"{PATH}.csv")
    assert answer["content-disposition"] == 'attachment; filename="doorlatingen.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    wanted = [(one["time"], one["activity"], str(one["amount"]), one["outcome"]) for one in exported(client)]
    assert [(one["tijd_utc"], one["handeling"], one["aantal"], one["uitkomst"]) for one in rows] == wanted
    for cell in ("=1+1", "+1", "-1", "@x", "\tx", "\rx"):
        (row,) = csv.reader(io.StringIO(tables.as_csv(("a",), [(cell,)]).split("\r\n", 1)[1]))
        assert row == ["'" + cell]
    assert tables.as_csv(("a",), [(-1,)]).split("\r\n")[1] == "-1"


def test_the_number_of_queries_is_the_same_for_one_call_and_for_a_hundred(circle: Circle, database: Server) -> None:
    client, counts = reader(circle), []
    for number in (1, 100):
        many(circle, number)
        for _ in range(number):
            ask(database, circle, "bank")
        log.sequence()
        shown(client, PATH)
        with CaptureQueriesContext(connection) as captured:
            shown(client, PATH)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 12, counts


def test_a_passage_links_to_its_place_in_the_log(circle: Circle, database: Server) -> None:
    live(circle, database)
    client = reader(circle)
    log.sequence()
    place = next(one["place"] for one in exported(client) if one["activity"] == "delen")
    assert f'href="/logboek/{place}"' in shown(client, PATH)
    assert "delen" in shown(client, f"/logboek/{place}")


def test_every_refusal_is_told_in_words() -> None:
    assert words.refusal("geen-recht", ()).reason == "Uw organisatie heeft dit recht niet in deze uitwisselkring."
    for code, ground in GROUNDS.items():
        told = words.refusal(code, ())
        assert (told.reason, told.articles, told.instead) == (ground.reason_nl, ground.articles, ground.instead_nl)
    assert words.refusal("doel-past-niet", ["AVG 99"]).articles == ("AVG 99",)
