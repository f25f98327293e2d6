"""Numbers, times and octets as a page writes them, in the reader's language. Time is that of Amsterdam."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

ZONE: Final = ZoneInfo("Europe/Amsterdam")
_MONTHS: Final = {
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "en": "January February March April May June July August September October November December",
}


@dataclass(frozen=True, slots=True)
class Wording:
    """How a language writes."""

    language: str

    def number(self, value: int) -> str:
        """A whole number with its thousands apart."""
        return f"{value:,}".replace(",", "." if self.language == "nl" else ",")

    def decimal(self, value: float, places: int = 1) -> str:
        """A number with so many decimals."""
        text = f"{value:,.{places}f}"
        return text.translate(str.maketrans(",.", ".,")) if self.language == "nl" else text

    def time(self, seconds: int) -> str:
        """The time of day to the second."""
        return _local(seconds).strftime("%H.%M.%S" if self.language == "nl" else "%H:%M:%S")

    def minute(self, seconds: int) -> str:
        """The time of day to the minute."""
        return _local(seconds).strftime("%H.%M" if self.language == "nl" else "%H:%M")

    def day(self, seconds: int) -> str:
        """A date in words."""
        moment = _local(seconds)
        return f"{moment.day} {_MONTHS[self.language].split()[moment.month - 1]} {moment.year}"

    def stamp(self, seconds: int) -> str:
        """The moment for machines (RFC 3339)."""
        return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")

    def lasting(self, seconds: float) -> tuple[str, str]:
        """How long something took: the number, and its unit."""
        if seconds < 1:
            return str(round(seconds * 1000)), "ms"
        if seconds < 120:
            return self.decimal(seconds) if seconds < 10 else str(round(seconds)), "s"
        if seconds < 2 * 3600:
            return self.decimal(seconds / 60), "min"
        return self.decimal(seconds / 3600), "uur" if self.language == "nl" else "h"


def _local(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, ZONE)


def groups(octets: bytes, *, most: int = 32) -> str:
    """Octets in hexadecimal, two a group, cut after `most` octets with an ellipsis."""
    text = octets[:most].hex()
    shown = " ".join(text[start : start + 4] for start in range(0, len(text), 4))
    return shown + (" …" if len(octets) > most else "")
