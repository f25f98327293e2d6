"""The one error tree of Sluis. Inside, errors are raised; `sluis.wire.problems` maps them to RFC 9457 at each edge.

The first line of a class docstring is the message, `code` is stable and documented in `docs/reference/errors.md`,
and `fields` carry facts that may be shown to the caller. An identifier in clear never goes into a field.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with an input: where it stands, a stable code, and what to do about it."""

    where: str
    code: str
    next_step: str


class SluisError(Exception):
    """Something went wrong in Sluis."""

    code: ClassVar[str] = "fout"

    def __init__(
        self,
        detail: str = "",
        *,
        code: str | None = None,
        faults: tuple[Fault, ...] = (),
        **fields: str | int | list[str] | None,
    ) -> None:
        self.reason = code or self.code
        self.detail = detail
        self.faults = faults
        self.fields = {name: value for name, value in fields.items() if value is not None}
        super().__init__(detail or self.title())

    @classmethod
    def title(cls) -> str:
        """The message of this kind: the first line of its docstring."""
        return (cls.__doc__ or "").strip().splitlines()[0]


class Malformed(SluisError):
    """The input is not of the form this call takes."""

    code = "onjuiste-invoer"


class NotFound(SluisError):
    """There is nothing here under that name."""

    code = "niet-gevonden"


class NotAllowed(SluisError):
    """This caller's identity or role does not carry this right."""

    code = "geen-recht"


class NotPermitted(SluisError):
    """The legal gate stays shut: there is no basis for this passage.

    Fields: `reason_nl` and `reason_en` in words, `articles` (list of citations), `instead` (what is possible).
    """

    code = "geen-grondslag"


class Conflict(SluisError):
    """The input contradicts what is already recorded."""

    code = "strijdig"


class TooMany(SluisError):
    """The agreed budget or the room left is used up.

    Field `retry_after`: whole seconds until a new try makes sense.
    """

    code = "te-veel"


class Unavailable(SluisError):
    """A service this call needs cannot answer now."""

    code = "niet-bereikbaar"


class ProtocolFailure(SluisError):
    """A proof, signature or binding does not hold: the answer must not be used.

    Field `party`: name of the party whose answer failed, where known.
    """

    code = "protocolfout"
