"""Run a file of OPRF test vectors (the JSON of the CFRG's reference code) against this implementation."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from sluis.core import errors
from sluis.core.exchange import group, oprf
from sluis.core.exchange.group import Element, Scalar
from sluis.core.exchange.oprf import Batch, Mode

SUITE: Final = "ristretto255-SHA512"
_MODES: Final = {0: "OPRF", 1: "VOPRF", 2: "POPRF"}


class Vector(msgspec.Struct, rename="pascal"):
    """One vector; several values of a batch are joined by commas, all octets in hexadecimal."""

    blind: str
    blinded_element: str
    evaluation_element: str
    input: str
    output: str
    proof: dict[str, str] | None = None


class SuiteVectors(msgspec.Struct):
    """The vectors of one suite and mode, with the key they were made with."""

    mode: int
    sk_sm: str = msgspec.field(name="skSm")
    vectors: list[dict[str, Any]]
    identifier: str = ""
    suite_name: str = msgspec.field(name="suiteName", default="")
    pk_sm: str = msgspec.field(name="pkSm", default="")
    seed: str = ""
    key_info: str = msgspec.field(name="keyInfo", default="")


class Outcome(msgspec.Struct, frozen=True):
    """How one suite and mode did: counts of vectors, and what differed."""

    suite: str
    mode: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    differences: tuple[str, ...] = ()


def run(octets: bytes) -> list[Outcome]:
    """One outcome per suite and mode, in the order of the file. Raises Malformed `vectoren-onleesbaar`."""
    try:
        suites = msgspec.json.decode(octets, type=list[SuiteVectors])
        return [_run(suite) for suite in suites]
    except (msgspec.DecodeError, msgspec.ValidationError, ValueError) as error:
        raise errors.Malformed(f"This is no file of OPRF vectors: {error}", code="vectoren-onleesbaar") from None


def _run(suite: SuiteVectors) -> Outcome:
    name, mode = suite.identifier or suite.suite_name or "unnamed", _MODES.get(suite.mode, str(suite.mode))
    if name != SUITE or suite.mode not in (Mode.OPRF, Mode.VOPRF):
        return Outcome(name, mode, skipped=len(suite.vectors))
    differences = [_differences(suite, msgspec.convert(one, Vector)) for one in suite.vectors]
    failed = [f"vector {i}: {', '.join(found)}" for i, found in enumerate(differences, 1) if found]
    return Outcome(name, mode, len(differences) - len(failed), len(failed), 0, tuple(failed))


@dataclass(frozen=True, slots=True)
class _Parts:
    mode: Mode
    secret: Scalar
    inputs: list[bytes]
    blinds: list[Scalar]
    blinded: list[bytes]
    evaluated: list[bytes]


def _many(text: str) -> list[bytes]:
    return [bytes.fromhex(part) for part in text.split(",")]


def _differences(suite: SuiteVectors, vector: Vector) -> list[str]:
    parts = _Parts(
        Mode(suite.mode),
        Scalar(bytes.fromhex(suite.sk_sm)),
        _many(vector.input),
        [Scalar(blind) for blind in _many(vector.blind)],
        _many(vector.blinded_element),
        _many(vector.evaluation_element),
    )
    checks: Iterable[tuple[str, Callable[[], bool]]] = (
        ("key", lambda: _key_agrees(suite, parts)),
        ("BlindedElement", lambda: _blind(parts) == parts.blinded),
        ("EvaluationElement", lambda: oprf.evaluate(parts.secret, parts.blinded) == parts.evaluated),
        ("Output", lambda: _outputs(parts) == _many(vector.output)),
        ("Proof", lambda: vector.proof is None or _proof_agrees(parts, vector.proof)),
    )
    return [name for name, agrees in checks if not _holds(agrees)]


def _holds(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except errors.SluisError:
        return False


def _key_agrees(suite: SuiteVectors, parts: _Parts) -> bool:
    if suite.seed:
        derived = oprf.derive_key(bytes.fromhex(suite.seed), bytes.fromhex(suite.key_info), mode=parts.mode)
        if derived != parts.secret:
            return False
    return not suite.pk_sm or group.multiply_base(parts.secret) == bytes.fromhex(suite.pk_sm)


def _blind(parts: _Parts) -> list[bytes]:
    pairs = zip(parts.inputs, parts.blinds, strict=True)
    return [oprf.blind(message, blind, mode=parts.mode) for message, blind in pairs]


def _outputs(parts: _Parts) -> list[bytes]:
    each = zip(parts.inputs, parts.blinds, parts.evaluated, strict=True)
    return [oprf.finalize(message, group.multiply(group.scalar_invert(blind), evaluated)) for message, blind, evaluated in each]


def _proof_agrees(parts: _Parts, proof: dict[str, str]) -> bool:
    public: Element = group.multiply_base(parts.secret)
    batch = Batch(public, parts.blinded, parts.evaluated, parts.mode)
    expected = bytes.fromhex(proof.get("proof") or proof["c"] + proof["s"])
    oprf.verify(batch, expected)
    return oprf.prove(parts.secret, batch, Scalar(bytes.fromhex(proof["r"]))) == expected
