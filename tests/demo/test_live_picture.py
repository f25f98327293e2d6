"""The picture of the live page, made of rows: counts, connections, circles, what the lock does."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import live_made
import msgspec
import pytest
from live_made import KADE, NOW, VEERTEL, event, line, picture, seen

from sluis.demo import world
from sluis.demo.happenings import Happening
from sluis.demo.live import composing, drawing, passages, speeds, trail
from sluis.demo.live.books import Books
from sluis.demo.live.figures import figures
from sluis.demo.live.passages import Names
from sluis.demo.live.picture import Connection, Row
from sluis.demo.live.register import Effect, Found
from sluis.demo.live.trail import Trails
from sluis.demo.live.wording import Wording, groups


def of(slug: str, **more: object) -> Connection:
    return next(one.connection for one in picture(**more).partners if one.slug == slug)


def test_the_ledger_counts_what_the_books_and_the_feedback_say() -> None:
    found = picture().figures
    assert (found.asked, found.hits, found.measures, found.wrong, found.refused) == (1020, 1, 1, 1, 1)
    assert (found.to_measure, found.band) == (252, "15m")


def test_a_measure_whose_hit_is_gone_leaves_the_step_of_time_alone() -> None:
    effects = [Effect(KADE.id, "klant-gewaarschuwd", within, NOW, None, None) for within in ("15m", "1d", "1u")]
    found = figures([], effects, refused=0, hit_at=lambda *_: None)
    assert (found.measures, found.to_measure, found.band) == (3, None, "1u")


def test_a_partner_counts_what_it_shared_asked_and_was_refused() -> None:
    partners = {one.slug: one for one in picture().partners}
    assert (partners["kadebank"].shared, partners["kadebank"].side) == (1, "left")
    assert (partners["lantaarn"].asked, partners["lantaarn"].hits, partners["lantaarn"].side) == (20, 1, "right")
    assert partners["veertel"].refused == 1


def test_a_service_that_went_is_away_then_mended_then_in_order() -> None:
    gone = Happening("kadebank", NOW - 4, "SIGKILL")
    assert of("kadebank", happenings=[gone]) == Connection("away", NOW - 4, 4, "SIGKILL")
    back = msgspec.structs.replace(gone, back=NOW - 1)
    assert of("kadebank", happenings=[back]) == Connection("mended", NOW - 1, 3, "SIGKILL")
    old = msgspec.structs.replace(gone, gone=NOW - 2000, back=NOW - 1000)
    assert of("kadebank", happenings=[old]) == Connection("ok")


def test_a_service_that_does_not_run_answer_or_work_is_called_so() -> None:
    base = seen(happenings=())
    assert base.state is not None
    without = msgspec.structs.replace(base.state, services={"web": 1})
    assert of("kadebank", happenings=(), state=without).state == "absent"
    assert of("kadebank", happenings=(), health={"kadebank": ""}).state == "silent"
    assert of("kadebank", happenings=(), health={"kadebank": "closed"}).state == "closed"


def test_a_refusal_names_the_articles_of_the_assessment_that_says_no() -> None:
    (refused,) = picture().refusals
    assert (refused.party, refused.ground, refused.articles) == (
        "veertel",
        "beoordeling-zegt-nee",
        ("Telecommunicatiewet 11.5 (en 11.2a inhoud)",),
    )
    assert refused.sign == "st-x2", "the law's gate, though nothing had left the premises"


def test_a_refusal_that_a_book_tells_is_not_told_again_by_the_hub() -> None:
    told = line("veertel", "verstrekken", "geweigerd: doel-past-niet")
    hub = event(3, "verstrekken", party=VEERTEL.id, outcome="refused", ground="doel-past-niet", articles=["AVG 5 lid 1 b"])
    names = Names.of(live_made.policy())
    assert len(passages.rows([told], Found(events=(hub,)), names)) == 1
    (row,) = passages.rows([], Found(events=(hub,)), names)
    assert (row.outcome, row.party, row.circle, row.sign) == ("refused", "veertel", "proeftuin", "st-x2")
    late = replace(hub, time=NOW)
    assert len(passages.rows([told], Found(events=(late,)), names)) == 2


@pytest.mark.parametrize(
    ("outcome", "called"),
    [("geweigerd: niet-bereikbaar", "failed"), ("geweigerd: beschermd-kenmerk", "refused"), ("geweigerd: te-veel", "refused")],
)
def test_a_fault_is_no_refusal(outcome: str, called: str) -> None:
    (row,) = passages.rows([line("kadebank", "delen", outcome)], Found(), Names.of(None))
    assert row.outcome == called


def test_a_disclosure_names_who_shared_and_a_request_that_waits_does_not() -> None:
    rows = picture().rows
    disclosed = next(one for one in rows if one.outcome == "disclosed")
    assert (disclosed.others, disclosed.sign) == (("kadebank",), "st-2")
    (waiting,) = passages.rows([line("lantaarn", "verstrekken", "context", amount=0)], Found(), Names.of(None))
    assert waiting.outcome == "waiting"


def test_what_is_shared_in_bulk_stands_on_one_row_where_the_newest_stands() -> None:
    bulk = [Row(NOW - i, "st-1", "shared", "delen", "kadebank", type="domain", amount=250) for i in range(4)]
    other = Row(NOW - 2, "st-1", "hit", "bevragen", "lantaarn", hits=1)
    found = list(passages.gathered([bulk[0], bulk[1], other, bulk[2], bulk[3]]))
    assert [(one.outcome, one.amount, one.times) for one in found] == [("shared", 1000, 4), ("hit", 1, 1)]


def test_circles_are_open_or_shut_with_their_articles_and_entries() -> None:
    found = {one.name: one for one in picture().circles}
    assert (found["proeftuin"].is_open, found["proeftuin"].entries) == (True, 41)
    assert (found["zonder-vergunning"].is_open, found["zonder-vergunning"].entries) == (False, 0)
    assert found["in-gesprek"].articles == ("Telecommunicatiewet 11.5 (en 11.2a inhoud)",)


def test_holders_log_and_key_period_stand_in_the_picture() -> None:
    found = picture()
    assert [one.evaluated for one in found.holders] == [1020, 0, 0]
    assert (found.log.leaves, found.log.size, found.log.cosigned, found.threshold) == (48_213, 48_200, 3, 2)
    assert found.epoch is not None
    assert (found.epoch.number, found.epoch.keys, found.epoch.generation) == (1, 1, 1)


def test_without_database_or_policy_there_is_still_a_picture() -> None:
    found = picture(found=None, policy=None, lines=(), state=None)
    assert (found.readable, found.circles, found.rows, found.epoch) == (False, (), (), None)
    assert all(one.connection.state in ("absent", "away", "mended") for one in found.partners)
    assert drawing.chart(found).lock == "rest"


def test_the_lock_does_what_the_newest_passage_or_refusal_did() -> None:
    assert drawing.chart(picture()).lock == "st-x2"
    newest = line("lantaarn", "verstrekken", "context", time=NOW)
    assert drawing.chart(picture(lines=[*seen().lines, newest])).lock == "st-2"
    old = [replace(one, time=NOW - 3000) for one in seen().lines]
    assert drawing.chart(picture(lines=old)).lock == "rest"


def test_every_partner_has_a_place_of_its_own_and_the_refused_ship_waits() -> None:
    chart = drawing.chart(picture())
    assert len({(one.is_left, one.top) for one in chart.places}) == len(world.PARTIES)
    assert [one.partner.slug for one in chart.places if one.refused] == ["veertel"]
    assert {one.partner.slug for one in chart.places if one.moves} == {"lantaarn", "zeilmakerij"}
    right = next(one for one in chart.places if one.partner.slug == "lantaarn")
    assert right.ship == (drawing.WIDE - 280, 96, 180)


def test_speeds_are_the_middle_and_the_longest_of_the_last_twenty() -> None:
    trails = Trails()
    for _ in range(25):
        trails = trails.with_trail(live_made.trails().newest)  # type: ignore[arg-type]
    assert trails.number == 25
    found = {one.code: one for one in speeds.of(trails)}
    assert (found["seen"].middle, found["seen"].times, found["seen"].limit_at) == (21.0, 20, 160)
    assert found["share"].limit_at is None
    assert speeds.of(Trails()) == ()


def test_a_trail_is_kept_for_the_next_start(tmp_path: Path) -> None:
    trail.keep(tmp_path, live_made.trails())
    assert trail.read(tmp_path) == live_made.trails()
    (tmp_path / trail.FILE).write_text("{")
    assert trail.read(tmp_path) == Trails()
    trail.keep(tmp_path / "nowhere", live_made.trails())


def _book(folder: Path, party: str, *rows: tuple[object, ...]) -> Path:
    file = folder / "data" / party / "partner.sqlite"
    file.parent.mkdir(parents=True, exist_ok=True)
    with sqlite3.connect(file) as database:
        database.execute(
            """CREATE TABLE IF NOT EXISTS processing (number INTEGER PRIMARY KEY, time INTEGER, activity TEXT, circle TEXT,
               type TEXT, purpose TEXT, amount INTEGER, outcome TEXT)"""
        )
        columns = "(time, activity, circle, type, purpose, amount, outcome)"
        database.executemany(f"INSERT INTO processing {columns} VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    database.close()
    return file


def test_books_are_read_once_and_forgotten_after_an_hour(tmp_path: Path) -> None:
    row = ("bevragen", "proeftuin", "iban", "x", 5, "2 treffers")
    _book(tmp_path, "kadebank", (NOW - 4000, *row), (NOW - 10, *row))
    books = Books(tmp_path)
    (found,) = books.read(["kadebank", "nobody"], now=NOW)
    assert (found.party, found.hits, found.amount, found.ground) == ("kadebank", 2, 5, "")
    _book(tmp_path, "kadebank", (NOW, *row))
    assert len(books.read(["kadebank"], now=NOW)) == 2
    assert len(books.read(["kadebank"], now=NOW)) == 2
    assert [one.time for one in books.read(["kadebank"], now=NOW + 3595)] == [NOW]


def test_a_book_that_does_not_read_is_left_out_and_is_never_written(tmp_path: Path) -> None:
    file = _book(tmp_path, "kadebank")
    file.with_name("other.sqlite").write_bytes(b"no database")
    before = file.read_bytes()
    assert Books(tmp_path).read(["kadebank"], now=NOW) == []
    assert Books(tmp_path).hit_at("kadebank", b"k", b"t") is None
    assert file.read_bytes() == before


def test_a_hit_is_found_in_the_casebook_beside_the_store(tmp_path: Path) -> None:
    file = _book(tmp_path, "kadebank")
    with sqlite3.connect(file.with_name("partner-casebook.sqlite")) as database:
        database.execute("CREATE TABLE followed (key_id BLOB, tag BLOB, why TEXT, added INTEGER)")
        database.execute("INSERT INTO followed VALUES (?, ?, 'watch', 5), (?, ?, 'hit', 7)", (b"k", b"t", b"k", b"t"))
    database.close()
    assert Books(tmp_path).hit_at("kadebank", b"k", b"t") == 7


def test_numbers_times_and_octets_are_written_as_the_reader_writes_them() -> None:
    dutch, english = Wording("nl"), Wording("en")
    assert (dutch.number(18_204), english.number(18_204)) == ("18.204", "18,204")
    assert (dutch.decimal(4.2), english.decimal(1234.56)) == ("4,2", "1,234.6")
    assert (dutch.time(NOW), english.time(NOW)) == ("11.32.07", "11:32:07")
    assert (dutch.day(NOW), english.day(NOW)) == ("22 november 2026", "22 November 2026")
    assert [dutch.lasting(one) for one in (0.038, 0.61, 4.2, 60, 252, 9000)] == [
        ("38", "ms"),
        ("610", "ms"),
        ("4,2", "s"),
        ("60", "s"),
        ("4,2", "min"),
        ("2,5", "uur"),
    ]
    assert groups(bytes(range(4))) == "0001 0203"
    assert groups(bytes(40)).endswith("0000 …")


def test_the_picture_shows_only_so_many_rows_and_counts_all() -> None:
    many = [line("lantaarn", "bevragen", "0 treffers", time=NOW - i) for i in range(300)]
    found = picture(lines=[*many, *seen().lines])
    assert (len(found.rows), found.total) == (composing.SHOWN, 307)
    assert len(found.refusals) == 1
