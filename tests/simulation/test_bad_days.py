"""Bad days at a partner, one at a time: what the stream, the clock and other questions may do to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from hub_fixtures import Server, fresh
from journeys.world import invented_iban
from make import Circle

from simulation.house import House, opened
from sluis.client import check, following, publish, watch, withdraw
from sluis.client.following import Following
from sluis.client.gateway.upkeep import Upkeep
from sluis.client.session import Session
from sluis.client.watch import Watched
from sluis.core import errors
from sluis.core.exchange import notices
from sluis.core.exchange.entries import Hit
from sluis.core.exchange.envelope import Context
from sluis.core.exchange.words import Grade
from sluis.core.identifiers import normalise
from sluis.edge import entries as edge
from sluis.wire import clock, signatures

IBAN, OTHER, THIRD = (normalise.parse("iban", invented_iban(number)) for number in (61_001, 61_002, 61_003))


@pytest.fixture
def house(server: Server, tmp_path: Path) -> Iterator[House]:
    before = settings.SLUIS_POLICY_KEYS
    with fresh(server):
        yield opened(Circle("bank", "shop", "desk", "body"), tmp_path, mode="replica", k=1, release="automatic")
    settings.SLUIS_POLICY_KEYS = before


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    file = tmp_path / "clock"
    file.write_text("0")
    monkeypatch.setenv("SLUIS_CLOCK_FILE", str(file))

    def move(seconds: int) -> None:
        file.write_text(str(seconds))

    return move


def share(house: House, identifier: object = IBAN, *, name: str = "bank") -> bytes:
    draft = publish.Draft(identifier, Context("AVF.AANKOOP"), Grade.B)  # type: ignore[arg-type]
    (state,) = publish.publish(house.session(name), [draft], matter=house.matter("zaak"))
    return state.id


def alerts(session: Session) -> list[tuple[str, str]]:
    return [(one.kind, one.followed.reference) for one in session.store.casebook.alerts()]


def read(session: Session) -> list[str]:
    """The koppelpunt reads its replica to the end; which events that took."""
    upkeep, seen = Upkeep(session), []
    for record in upkeep._keys():
        for event in upkeep._replica(record):
            seen.append(event)
            if event == "reached":
                break
    return seen


def is_whole(house: House, session: Session) -> bool:
    held = house.entries.of(house.circle.record.id)
    live, _last, digest = session.store.replica.digest(house.circle.record.id)
    return (live, digest) == (held.live, edge.digest(held.copy()))


def test_a_question_that_fetches_an_entry_takes_no_alert_away(house: House) -> None:
    shop = house.session("shop")
    read(shop)
    watch.add(shop, [Watched(IBAN, "klant 7")], matter=house.matter("klant 7"))
    share(house)
    shop.store.replica.hear(notices.replica_stream(house.circle.record.id), now=0)
    check.check(shop, [OTHER], matter=house.matter("zaak 1"))
    read(shop)
    assert alerts(shop) == [("treffer", "klant 7")]


def test_a_stream_that_is_cut_goes_on_and_the_same_events_twice_change_nothing(house: House) -> None:
    shop, key = house.session("shop"), house.circle.record.id
    watch.add(shop, [Watched(IBAN, "klant 7"), Watched(OTHER, "klant 8")], matter=house.matter("klanten"))
    share(house)
    read(shop)
    stream = notices.replica_stream(key)
    place = shop.store.replica.place(stream).sequence
    share(house, OTHER)
    events = Following(shop, shop.directory.live_records()[0]).events()
    assert next(events) == "entries"
    events.close()  # type: ignore[attr-defined]
    assert shop.store.replica.place(stream).sequence == place, "cut before it was told how far it came"
    for _ in range(2):
        read(shop)
    assert alerts(shop) == [("treffer", "klant 7"), ("treffer", "klant 8")]
    assert is_whole(house, shop)


@pytest.mark.parametrize("cursor", ["too old", "ahead"])
def test_from_a_cursor_that_is_refused_it_reads_anew_and_corrects_what_went_meanwhile(house: House, cursor: str) -> None:
    shop, key = house.session("shop"), house.circle.record.id
    signal_id = share(house)
    watch.add(shop, [Watched(IBAN, "klant 7"), Watched(OTHER, "klant 8")], matter=house.matter("klanten"))
    read(shop)

    withdraw.withdraw(house.session("bank"), [signal_id], circle=house.circle.name, reason="vergissing")
    share(house, OTHER)
    house.pull()
    if cursor == "too old":
        house.replicas.floor = house.entries.cursor
        house.entries.forget_removed(house.replicas.floor)
    else:
        shop.store.replica.hear(notices.replica_stream(key), now=0, place=house.entries.cursor + 1000)
    read(shop)
    assert sorted(alerts(shop)) == [("gecorrigeerd", "klant 7"), ("treffer", "klant 7"), ("treffer", "klant 8")]
    assert is_whole(house, shop)


def test_a_koppelpunt_that_was_off_for_a_week_catches_up_and_tells_once(house: House, later: Callable[[int], None]) -> None:
    later(0)
    shop = house.session("shop")
    signal_id = share(house)
    watch.add(shop, [Watched(IBAN, "klant 7"), Watched(OTHER, "klant 8")], matter=house.matter("klanten"))
    shop.store.close()

    withdraw.withdraw(house.session("bank"), [signal_id], circle=house.circle.name, reason="vergissing")
    share(house, OTHER)
    share(house, THIRD)
    for day in range(1, 8):
        later(day * 86_400)
        house.new_day()
    back = house.session("shop")
    read(back)
    following.catch_up_notices(back)
    for _what, work in Upkeep(back)._chores():
        work()
    assert sorted(alerts(back)) == [("gecorrigeerd", "klant 7"), ("treffer", "klant 7"), ("treffer", "klant 8")]
    assert isinstance(check.check(back, [THIRD], matter=house.matter("zaak"))[0].outcome, Hit)
    assert is_whole(house, back)


def test_with_its_clock_wrong_it_is_refused_with_the_cause(house: House, later: Callable[[int], None]) -> None:
    shop = house.session("shop")
    share(house)
    signed = shop.transport
    request = signed.http.build_request("GET", f"{shop.web}/v1/beleid", headers={"content-type": "application/json"})

    plain = signatures.Request("GET", str(request.url), "application/json", b"")
    for wrong in (-3600, 3600):
        headers = signatures.sign(plain, signed.private, created=clock.now() + wrong, nonce=bytes(16))
        answer = house.call(signed.http.build_request("GET", str(request.url), headers=headers))
        told = answer.json()
        assert (answer.status_code, told["code"]) == (403, "handtekening-tijd")
        assert "time" in told["detail"]


def test_one_holder_lost_for_good_is_not_missed_and_two_are_said(house: House) -> None:
    shop = house.session("shop")
    house.down = {2}
    share(house)
    assert isinstance(check.check(shop, [IBAN], matter=house.matter("zaak"))[0].outcome, Hit)
    house.down = {2, 3}
    with pytest.raises(errors.Unavailable) as refused:
        check.check(shop, [IBAN], matter=house.matter("zaak"))
    assert refused.value.reason == "te-weinig-sleutelhouders"


def test_what_is_taken_back_while_keys_overlap_stays_away_under_the_next_one(
    house: House, later: Callable[[int], None]
) -> None:
    for day in (0, 63, 77):
        later(day * 86_400)
        house.new_day()
    signal_id = share(house)
    assert isinstance(check.check(house.session("shop"), [IBAN], matter=house.matter("zaak"))[0].outcome, Hit)
    withdraw.withdraw(house.session("bank"), [signal_id], circle=house.circle.name, reason="vergissing")
    later(91 * 86_400)
    house.new_day()
    (checked,) = check.check(house.session("shop"), [IBAN], matter=house.matter("zaak"))
    assert checked.key_id != house.circle.keys[1][0].id
    assert not isinstance(checked.outcome, Hit)
