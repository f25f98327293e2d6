"""The group ristretto255 (RFC 9496), computed by libsodium. Secret scalars are handled here only, in constant time.

Elements and scalars are 32 octets. An element counts as valid when it is canonical and not the identity; libsodium itself
calls the identity valid, so this module refuses it.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final, NewType

from rbcl._sodium import _sodium

from sluis.core import errors

Element = NewType("Element", bytes)
Scalar = NewType("Scalar", bytes)

OCTETS: Final = 32
ORDER: Final = 2**252 + 27742317777372353535851937790883648493
IDENTITY: Final = bytes(OCTETS)


def _unlink_temporary_library() -> None:
    # The wheel writes its library to a temporary file at import; once loaded, the file is litter.
    Path(str(vars(_sodium)["_name"])).unlink(missing_ok=True)


_unlink_temporary_library()
_sodium.sodium_init()


# Half a microsecond is less than handing over the interpreter takes: short calls keep its lock, so that threads get on.
_short = ctypes.PyDLL(str(vars(_sodium)["_name"]), handle=vars(_sodium)["_handle"])


def _bind(name: str, arguments: int, *, library: ctypes.CDLL = _sodium) -> Callable[..., int]:
    function: ctypes._NamedFuncPointer = getattr(library, name)
    function.argtypes = [ctypes.c_char_p] * arguments
    function.restype = ctypes.c_int
    return function


_multiply = _bind("crypto_scalarmult_ristretto255", 3)
_multiply_base = _bind("crypto_scalarmult_ristretto255_base", 2)
_add = _bind("crypto_core_ristretto255_add", 3)
_from_hash = _bind("crypto_core_ristretto255_from_hash", 2)
_is_valid = _bind("crypto_core_ristretto255_is_valid_point", 1)
_reduce = _bind("crypto_core_ristretto255_scalar_reduce", 2, library=_short)
_scalar_add = _bind("crypto_core_ristretto255_scalar_add", 3, library=_short)
_scalar_sub = _bind("crypto_core_ristretto255_scalar_sub", 3, library=_short)
_scalar_multiply = _bind("crypto_core_ristretto255_scalar_mul", 3, library=_short)
_scalar_invert = _bind("crypto_core_ristretto255_scalar_invert", 2)
_Buffer = ctypes.c_char * OCTETS


def _refuse() -> errors.Malformed:
    return errors.Malformed(
        "This is not the canonical form of a group element, or it is the identity.", code="ongeldig-element"
    )


def check_element(octets: bytes) -> Element:
    """`octets` as an Element. Raises Malformed `ongeldig-element` (length, not canonical, identity)."""
    if len(octets) != OCTETS or octets == IDENTITY or not _is_valid(octets):
        raise _refuse()
    return Element(octets)


def check_scalar(octets: bytes) -> Scalar:
    """`octets` (little-endian) as a Scalar below the order and not zero. Raises Malformed `ongeldige-scalar`."""
    if len(octets) != OCTETS or not 0 < int.from_bytes(octets, "little") < ORDER:
        raise errors.Malformed("This is not a scalar between 0 and the group order.", code="ongeldige-scalar")
    return Scalar(octets)


def multiply(scalar: Scalar, element: bytes) -> Element:
    """scalar · element. Raises Malformed `ongeldig-element` when the element is not canonical or the result is the identity."""
    result = _Buffer()
    if len(element) != OCTETS or _multiply(result, scalar, element):
        raise _refuse()
    return Element(result.raw)


def multiply_base(scalar: Scalar) -> Element:
    """scalar · G. Raises Malformed `ongeldig-element` for the zero scalar."""
    result = _Buffer()
    if _multiply_base(result, scalar):
        raise _refuse()
    return Element(result.raw)


def multiply_each(scalar: Scalar, elements: Sequence[bytes]) -> list[Element]:
    """scalar · element for each. Raises Malformed `ongeldig-element` with field `position` (from 0) of the first bad one."""
    function, result, answers = _multiply, _Buffer(), []
    for position, element in enumerate(elements):
        if len(element) != OCTETS or function(result, scalar, element):
            raise errors.Malformed(
                "An element is not canonical, or is the identity.", code="ongeldig-element", position=position
            )
        answers.append(Element(result.raw))
    return answers


def sum_of_products(scalars: Iterable[Scalar], elements: Iterable[bytes]) -> Element:
    """The sum of scalar · element over pairs; n multiplications, n - 1 additions. Raises Malformed on an invalid element."""
    product, total, add, times, started = _Buffer(), _Buffer(), _add, _multiply, False
    for scalar, element in zip(scalars, elements, strict=True):
        target = product if started else total
        if times(target, scalar, element) or (started and add(total, total, product)):
            raise _refuse()
        started = True
    return Element(total.raw)


def add(left: bytes, right: bytes) -> Element:
    """left + right. Raises Malformed `ongeldig-element` when one is not canonical."""
    result = _Buffer()
    if _add(result, left, right):
        raise _refuse()
    return Element(result.raw)


def add_all(elements: Iterable[bytes]) -> Element:
    """The sum of at least one element."""
    first, *rest = elements
    total = Element(first)
    for element in rest:
        total = add(total, element)
    return total


def from_hash(uniform: bytes) -> Element:
    """The element for 64 uniform octets (RFC 9496 section 4.3.4)."""
    result = _Buffer()
    _from_hash(result, uniform)
    return Element(result.raw)


def reduce(wide: bytes) -> Scalar:
    """64 octets, little-endian, modulo the order."""
    result = _Buffer()
    _reduce(result, wide)
    return Scalar(result.raw)


def scalar_add(left: Scalar, right: Scalar) -> Scalar:
    """left + right modulo the order."""
    result = _Buffer()
    _scalar_add(result, left, right)
    return Scalar(result.raw)


def scalar_subtract(left: Scalar, right: Scalar) -> Scalar:
    """left - right modulo the order."""
    result = _Buffer()
    _scalar_sub(result, left, right)
    return Scalar(result.raw)


def scalar_multiply(left: Scalar, right: Scalar) -> Scalar:
    """left · right modulo the order."""
    result = _Buffer()
    _scalar_multiply(result, left, right)
    return Scalar(result.raw)


def scalar_invert(scalar: Scalar) -> Scalar:
    """The inverse modulo the order. Raises Malformed `ongeldige-scalar` for zero."""
    result = _Buffer()
    if _scalar_invert(result, scalar):
        raise errors.Malformed("Zero has no inverse.", code="ongeldige-scalar")
    return Scalar(result.raw)


def public_scalar(number: int) -> Scalar:
    """A *public* integer modulo the order. Never for secrets: Python's integers take variable time."""
    return Scalar((number % ORDER).to_bytes(OCTETS, "little"))
