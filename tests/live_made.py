"""A made-up demo for the tests of its live page: what a look found, the trail of a signal, and pages that show them."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.routing import Route

from sluis.core.exchange.policy import Head
from sluis.demo import circles, world
from sluis.demo.happenings import Happening
from sluis.demo.live import composing
from sluis.demo.live.books import Line
from sluis.demo.live.composing import Seen
from sluis.demo.live.folder import Life, Policy, State
from sluis.demo.live.picture import Picture
from sluis.demo.live.register import Effect, Event, Found, Handed, Key, Log
from sluis.demo.live.thief import Search
from sluis.demo.live.trail import (
    Asked,
    EdgeSaw,
    Evaluation,
    HolderSaw,
    HubSaw,
    LogHolds,
    Refusal,
    Step,
    Trail,
    Trails,
)
from sluis.demo.live.views import Views
from sluis.wire import asgi, sse

NOW = 1_795_343_527
IBAN = "NL23SLUI0417164300"
KADE, LANTAARN, VEERTEL, ZEIL = (
    next(party for party in world.PARTIES if party.slug == slug) for slug in ("kadebank", "lantaarn", "veertel", "zeilmakerij")
)
NAMES = ("web", "worker", "edge", "postgres", "live", "sim", *(one.slug for one in (*world.HOLDERS, *world.PARTIES)))
KEY, TAG = b"k" * 16, b"t" * 16


def line(party: str, activity: str, outcome: str, **more: Any) -> Line:
    """A line of a processing log, a minute ago unless said otherwise."""
    plain = Line(party, NOW - 60, activity, "proeftuin", "iban", "fraude-voorkomen", 1, outcome)
    return replace(plain, **more)


def event(leaf: int, activity: str, **more: Any) -> Event:
    """An event of the log in the synthetic circle, a minute ago."""
    plain = Event(leaf, NOW - 60, activity, world.CIRCLE, KADE.id, "passed", "", [], 1, None)
    return replace(plain, **more)


def policy() -> Policy:
    """The demo's own circles with a head of which the page reads threshold and periods."""
    keys = {party.slug: bytes(32) for party in world.MEMBERS}
    start = NOW - world.DAY
    head = Head(**dict.fromkeys(Head.__struct_fields__))
    head = msgspec.structs.replace(head, threshold=world.THRESHOLD, epochs=world.epochs(start, NOW))
    return Policy(head, circles.sections(start, keys))


def seen(**more: Any) -> Seen:
    """A look at a demo in which something of everything happened."""
    lines = (
        line("kadebank", "delen", "gedeeld", time=NOW - 300),
        line("lantaarn", "bevragen", "1 treffers", amount=20),
        line("zeilmakerij", "bevragen", "0 treffers", amount=1000),
        line("lantaarn", "verstrekken", "context", time=NOW - 50),
        line("lantaarn", "terugkoppelen", "levering-gestopt", time=NOW - 40),
        line("zeilmakerij", "terugkoppelen", "bleek-onterecht", time=NOW - 30),
        line("veertel", "delen", "geweigerd: beoordeling-zegt-nee", circle="in-gesprek", type="phone", time=NOW - 20),
    )
    effects = (
        Effect(LANTAARN.id, "levering-gestopt", "15m", NOW - 40, KEY, TAG),
        Effect(ZEIL.id, "bleek-onterecht", "1u", NOW - 30, None, None),
    )
    found = Found(
        Log(48_213, 48_200, NOW - 7, 3),
        (event(7, "houderregel", amount=1020, witness=world.HOLDERS[0].id, party=LANTAARN.id),),
        effects,
        (Handed(NOW - 50, LANTAARN.id, world.CIRCLE, [KADE.id.hex()]),),
        (Key(KEY, world.CIRCLE, 1, 1, 1),),
        {KEY: 41},
    )
    plain = Seen(
        NOW,
        State(
            1, {name: f"http://127.0.0.1:2{i:04d}" for i, name in enumerate(NAMES)}, dict.fromkeys(NAMES, 2), {"jurist": "x"}
        ),
        policy=policy(),
        life=Life("living", 5_120, 71_999, NOW - 3, "nepdomeinen"),
        happenings=(
            Happening("zeilmakerij", NOW - 4, "SIGKILL"),
            Happening("edge", NOW - 70, "SIGTERM", back=NOW - 66),
        ),
        health=dict.fromkeys(NAMES, "ok"),
        lines=lines,
        found=found,
    )
    return replace(plain, **more)


def hit_at(party: str, key_id: bytes, tag: bytes) -> int | None:
    """The shop met its hit 252 seconds before its measure."""
    return NOW - 40 - 252 if (party, key_id, tag) == ("lantaarn", KEY, TAG) else None


def picture(**more: Any) -> Picture:
    """The picture of `seen`."""
    return composing.compose(seen(**more), hit_at)


def trails() -> Trails:
    """A followed signal."""
    codes = ("share", "seen", "again", "refused", "disclose", "measure", "logged", "back")
    steps = tuple(Step(code, "kadebank", NOW * 1000, 20.0 + i) for i, code in enumerate(codes))
    evaluations = tuple(Evaluation("kadebank", "publish", bytes([i]) * 32, b"e" * 32, b"p" * 64) for i in range(3))
    other = (*evaluations[:2], Evaluation("lantaarn", "check", b"z" * 32, b"e" * 32, b"p" * 64))
    holders = tuple(
        HolderSaw(one.name, kept) for one, kept in zip(world.HOLDERS, (evaluations, evaluations, other), strict=True)
    )
    one = Trail(
        NOW,
        "proeftuin",
        "kadebank",
        "lantaarn",
        IBAN,
        b"sluis/1\0iban\0001\0" + IBAN.encode(),
        "HDF.BANK",
        "B",
        steps,
        holders,
        EdgeSaw("lantaarn", 3, 5, 65_536),
        HubSaw(TAG, b"h" * 80, b"s" * 32, b"c" * 1040, b"g" * 64),
        b"v" * 32,
        LogHolds(150, b"l" * 32, b"s" * 16, '{"activity":"delen"}'),
        Refusal("werving", "geen-grondslag", "doel-past-niet", ("AVG 5 lid 1 b",)),
        Asked("1", "B", "hold", "HDF.BANK", '{"form":"HDF.BANK"}'),
        Search(20, 860, 373_785, (), ("exchange_signal",)),
    )
    return Trails().with_trail(one)


class Made:
    """Stands where the looker and the tours of a running demo stand."""

    def __init__(self) -> None:
        self.now, self.trails, self.problem, self.followed = picture(), trails(), "", 0

    async def picture(self) -> Picture:
        return self.now

    def follow(self) -> None:
        self.followed += 1


def application(made: Made) -> Starlette:
    """The pages of a made-up demo."""
    views: Any = Views(made, made, sse.Closing())  # type: ignore[arg-type]
    return asgi.application({}, routes=[*views.routes(), Route("/stroom", views.stream)])


def written(octets: bytes) -> tuple[str, str]:
    """How octets may stand in a text: hexadecimal and base64."""
    return octets.hex(), base64.b64encode(octets).decode()
