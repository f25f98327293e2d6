"""The one picture of the demo that all readers share, as data without words: `GET /v1/stand` gives it as it is.

Nothing in it can name an identifier: it is made of processing logs, events and counts.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from sluis.demo.anew import Begun
from sluis.demo.live.folder import Life

State = Literal["ok", "away", "mended", "silent", "closed", "absent"]
Sign = Literal["st-1", "st-2", "st-x1", "st-x2"]
REFUSED: Final = "refused"


class Connection(msgspec.Struct, frozen=True):
    """How a service is.

    `away`: it went at `since` and is being started, so many `seconds` ago; `mended`: it was away for so long and works again
    since `since`; `silent`: it runs and does not answer; `closed`: it waits for policy or keys; `absent`: it does not run.
    """

    state: State
    since: int = 0
    seconds: int = 0
    ended: str = ""


class Partner(msgspec.Struct, frozen=True):
    """A partner with its counts of the last hour, by its own processing log; `side` is where the map has it."""

    slug: str
    name: str
    sector: str
    side: Literal["left", "right"]
    shared: int
    asked: int
    hits: int
    refused: int
    connection: Connection
    url: str = ""


class Holder(msgspec.Struct, frozen=True):
    """A key holder; `evaluated` is how many blinded values it says it calculated in the last hour."""

    slug: str
    name: str
    index: int
    evaluated: int
    connection: Connection


class Service(msgspec.Struct, frozen=True):
    """Another process of the demo."""

    name: str
    connection: Connection


class Circle(msgspec.Struct, frozen=True):
    """A circle: its terms, whether its gate is open, by which articles, and how many entries live under its keys."""

    name: str
    title: str
    mode: str
    types: tuple[str, ...]
    members: tuple[str, ...]
    is_open: bool
    assessment: str
    articles: tuple[str, ...]
    until: int
    entries: int


class Row(msgspec.Struct, frozen=True):
    """One passage or refusal. `outcome` is a code with words in `words.html`; parties are slugs; `sign` is the lock sign.

    `times` is how many passages were gathered into this row.
    """

    time: int
    sign: Sign
    outcome: str
    activity: str
    party: str
    others: tuple[str, ...] = ()
    type: str = ""
    amount: int = 1
    hits: int = 0
    circle: str = ""
    purpose: str = ""
    ground: str = ""
    articles: tuple[str, ...] = ()
    level: str = ""
    times: int = 1


class Figures(msgspec.Struct, frozen=True):
    """The last hour. `to_measure` is the median from hit to measure in seconds; `band` the median step when that is unknown."""

    asked: int = 0
    hits: int = 0
    measures: int = 0
    wrong: int = 0
    refused: int = 0
    to_measure: int | None = None
    band: str = ""


class Log(msgspec.Struct, frozen=True):
    """The log: leaves, size and time (seconds) of the newest checkpoint that counts, by how many it was cosigned."""

    leaves: int = 0
    size: int = 0
    time: int = 0
    cosigned: int = 0


class Epoch(msgspec.Struct, frozen=True):
    """The key period: its number, first second after it, how many keys are in use, the most generations one has."""

    number: int
    end: int
    keys: int
    generation: int


class Picture(msgspec.Struct, frozen=True):
    """The demo at `at` (seconds since 1970). `readable` is False while the database is away: then what it tells is missing.

    `rows` and `refusals` are the newest two hundred of the `total` rows of the last hour, and of the refusals among them.
    """

    at: int
    readable: bool = False
    threshold: int = 0
    partners: tuple[Partner, ...] = ()
    holders: tuple[Holder, ...] = ()
    services: tuple[Service, ...] = ()
    circles: tuple[Circle, ...] = ()
    figures: Figures = Figures()
    rows: tuple[Row, ...] = ()
    refusals: tuple[Row, ...] = ()
    total: int = 0
    log: Log = Log()
    epoch: Epoch | None = None
    life: Life | None = None
    begun: Begun | None = None
    urls: dict[str, str] = {}
    accounts: dict[str, str] = {}
    codes: dict[str, str] = {}

    def named(self, slug: str) -> str:
        """The name of a partner; for somebody else its slug as it is."""
        return next((one.name for one in self.partners if one.slug == slug), slug)

    def circle(self, name: str) -> Circle | None:
        """The circle called `name`, or None."""
        return next((one for one in self.circles if one.name == name), None)
