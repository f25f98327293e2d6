"""Evidence for the demo's circle in practice. Invented, and it says so in every title."""

from __future__ import annotations

from typing import Final

from sluis.demo import world

_SHOPS: Final = tuple(party.name for party in (world.BANK, *world.SHOPKEEPERS))
_ROWS: Final = (
    ("VERZONNEN-VERGUNNING", "vergunning", "Verzonnen vergunning van de AP", "Signalen van graad A en B tussen deze partijen"),
    ("VERZONNEN-DPIA", "dpia", "Verzonnen DPIA", "Deze kring, met zijn techniek, bewaartermijn en loket"),
    ("VERZONNEN-REGELING", "regeling", "Verzonnen regeling van gezamenlijke verantwoordelijken", "Wie waarvoor instaat"),
    ("VERZONNEN-INFORMATIE", "informatie", "Verzonnen tekst voor klanten", "Wat klanten vooraf en na een treffer horen"),
    ("VERZONNEN-PROTOCOL", "protocol", "Verzonnen protocol", "Een mens beslist; de duur wordt per geval bepaald"),
)


def forms(start: int) -> list[dict[str, object]]:
    """What is registered, from `start` (seconds) and for a year, as the hub takes it."""
    until = start + world.CIRCLE_DAYS * world.DAY
    return [
        {
            "name": name,
            "kind": kind,
            "title": title,
            "parties": _SHOPS,
            "scope": scope,
            "from": start,
            "until": until,
            "registrar": "J. Verzonnen, privacyjurist",
        }
        for name, kind, title, scope in _ROWS
    ]
