"""A second reader of identifiers, written from `docs/reference/protocol.md` alone. It shares no code with `sluis.core`.

Where the page names a standard it uses a library for it, another one than Sluis where there is one. `value` gives the canonical
value or raises ValueError.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
import uuid

import ada_url
import idna
import phonenumbers
import schwifty
from publicsuffixlist import PublicSuffixList

WHITE = "".join(
    chr(sign)
    for sign in (*range(9, 14), 32, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000)
)
BITCOIN = "bip122:000000000019d6689c085ae165831e93"
LITECOIN = "bip122:12a765e31ffd4059bada1e25190f6e98"
DOGECOIN = "bip122:1a91e3dace36e2be3bf030a65679fe82"
BY_VERSION = {0: BITCOIN, 5: BITCOIN, 48: LITECOIN, 50: LITECOIN, 30: DOGECOIN, 22: DOGECOIN, 65: "tron:728126428"}
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
RIPPLE = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def need(holds: object) -> None:
    if not holds:
        raise ValueError


def compact(text: str, noise: str = "") -> str:
    return "".join(sign for sign in text if sign not in WHITE + noise)


def upper(text: str) -> str:
    return text.upper() if all(ord(sign) < 128 for sign in text) else text


def lower(text: str) -> str:
    return text.lower() if all(ord(sign) < 128 for sign in text) else text


def iban(text: str) -> str:
    found = upper(compact(text, "-."))
    found = found.removeprefix("IBAN")
    need(re.fullmatch("[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", found))
    try:
        return str(schwifty.IBAN(found))
    except schwifty.exceptions.SchwiftyException:
        raise ValueError from None


def phone(text: str, region: str | None = None) -> str:
    found = compact(text, "-./()")
    need(re.fullmatch(r"\+?[0-9]{3,32}", found) and (region or found[0] == "+"))
    need(not region or region.upper() in phonenumbers.SUPPORTED_REGIONS)
    try:
        number = phonenumbers.parse(found, region.upper() if region else None)
    except phonenumbers.NumberParseException:
        raise ValueError from None
    need(phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE)
    return f"+{number.country_code}{phonenumbers.national_significant_number(number)}"


def domain(text: str) -> str:
    try:
        mapped = idna.uts46_remap(text, std3_rules=False, transitional=False)
        labels = [a_label(label) for label in mapped.removesuffix(".").split(".")]
    except UnicodeError:
        raise ValueError from None
    name = ".".join(labels)
    need(len(name) <= 253 and not re.fullmatch("[0-9]+|0x[0-9a-f]*", labels[-1]))
    return name


def a_label(label: str) -> str:
    need(1 <= len(label) <= 63)
    if label.startswith("xn--") or any(ord(sign) > 127 for sign in label):
        return idna.alabel(idna.ulabel(label)).decode()
    need(re.fullmatch("[a-z0-9_-]+", label))
    return label


def email(text: str) -> str:
    local, _, host = text.strip(WHITE).rpartition("@")
    local = unicodedata.normalize("NFC", unicodedata.normalize("NFC", local).lower())
    need(local and host and len(local.encode()) <= 64)
    for atom in local.split("."):
        need(atom)
        for sign in atom:
            need(sign in "abcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+/=?^_`{|}~-" if ord(sign) < 128 else pvalid(sign))
    found = f"{local}@{domain(host)}"
    need(len(found.encode()) <= 254)
    return found


def pvalid(sign: str) -> bool:
    # Alone between two letters, so that no rule on beginnings or on directions speaks.
    ranges = idna.idnadata.codepoint_classes["PVALID"]
    return idna.intranges.intranges_contain(ord(sign), ranges)


def url(text: str) -> str:
    try:
        parts = ada_url.parse_url(text.strip(WHITE))
    except ValueError:
        raise ValueError from None
    need(parts["protocol"] in ("http:", "https:"))
    name = parts["hostname"]
    is_number = parts["host_type"] != 0
    host = name if is_number else domain(name)
    port = f":{parts['port']}" if parts["port"] else ""
    query = parts["href"].partition("#")[0]
    query = "?" + query.partition("?")[2] if "?" in query else ""
    return f"{parts['protocol']}//{host}{port}{parts['pathname']}{query}"


def device(text: str) -> str:
    scheme, colon, rest = text.strip(WHITE).partition(":")
    scheme, rest = lower(scheme.strip(WHITE)), lower(rest)
    need(colon)
    if scheme in ("imei", "iccid"):
        digits = compact(rest, "-")
        need(re.fullmatch("[0-9]{15}" if scheme == "imei" else "89[0-9]{17,18}", digits) and set(digits) != {"0"})
        doubled = (int(sign) * (1 + place % 2) for place, sign in enumerate(reversed(digits)))
        need(sum(value // 10 + value % 10 for value in doubled) % 10 == 0)
        return f"{scheme}:{digits}"
    if scheme == "mac":
        digits = compact(rest, "-:.")
        need(re.fullmatch("[0-9a-f]{12}", digits) and int(digits, 16) and not int(digits[:2], 16) & 1)
        return f"mac:{digits}"
    if scheme == "uuid":
        digits = compact(rest, "-{}")
        need(re.fullmatch("[0-9a-f]{32}", digits) and set(digits) not in ({"0"}, {"f"}))
        return f"uuid:{uuid.UUID(digits)}"
    need(scheme == "sha256")
    digits = compact(rest)
    need(re.fullmatch("[0-9a-f]{64}", digits) and int(digits, 16) and digits != hashlib.sha256().hexdigest())
    return f"sha256:{digits}"


def crypto(text: str) -> str:
    chain, _, address = text.strip(WHITE).rpartition(":")
    need(re.fullmatch("[0-9A-Za-z]{25,90}", address))
    found = next((one for one in (evm(address), witness(address), ripple(address), in_base58(address)) if one), None)
    need(found)
    named = "eip155" if re.fullmatch("eip155(:(0|[1-9][0-9]{0,31}))?", chain) else chain
    need(named in ("", found[0]))
    return ":".join(found)


def evm(address: str) -> tuple[str, str] | None:
    if not re.fullmatch("0[xX][0-9a-fA-F]{40}", address):
        return None
    digits = address[2:]
    if digits not in (digits.lower(), digits.upper()):
        marks = keccak(digits.lower().encode()).hex()
        need(all(sign.isdigit() or sign.isupper() == (mark >= "8") for sign, mark in zip(digits, marks, strict=False)))
    return "eip155", "0x" + digits.lower()


def keccak(message: bytes) -> bytes:
    """Keccak-256 of a message below 136 octets, after the reference in bit-interleaved prose: lanes as A[x][y]."""
    block = bytearray(message + b"\1" + bytes(135 - len(message)))
    block[135] ^= 0x80
    a = [[int.from_bytes(block[8 * (x + 5 * y) :][:8], "little") if x + 5 * y < 17 else 0 for y in range(5)] for x in range(5)]
    register = 1
    for _ in range(24):
        c = [a[x][0] ^ a[x][1] ^ a[x][2] ^ a[x][3] ^ a[x][4] for x in range(5)]
        a = [[a[x][y] ^ c[x - 1] ^ turn(c[(x + 1) % 5], 1) for y in range(5)] for x in range(5)]
        x, y, lane = 1, 0, a[1][0]
        for t in range(24):
            x, y = y, (2 * x + 3 * y) % 5
            lane, a[x][y] = a[x][y], turn(lane, (t + 1) * (t + 2) // 2 % 64)
        a = [[a[x][y] ^ (~a[(x + 1) % 5][y] & a[(x + 2) % 5][y]) for y in range(5)] for x in range(5)]
        for j in range(7):
            register = (register << 1 ^ (register >> 7) * 0x71) % 256
            a[0][0] ^= (register >> 1 & 1) << (1 << j) - 1
    return b"".join(a[x][0].to_bytes(8, "little") for x in range(4))


def turn(lane: int, by: int) -> int:
    return (lane >> (64 - by) | lane << by) % 2**64


def witness(address: str) -> tuple[str, str] | None:
    small = address.lower()
    chain = {"bc1": BITCOIN, "ltc": LITECOIN}.get(small[:3])
    if chain is None or (chain == LITECOIN and small[3] != "1"):
        return None
    prefix, _, data = small.rpartition("1")
    need(address in (small, address.upper()) and prefix in ("bc", "ltc") and len(data) > 7)
    need(set(data) <= set(BECH32))
    values = [BECH32.index(sign) for sign in data]
    need(
        checksum([ord(sign) >> 5 for sign in prefix] + [0] + [ord(sign) & 31 for sign in prefix] + values)
        == (1 if values[0] == 0 else 0x2BC830A3)
    )
    bits = "".join(f"{value:05b}" for value in values[1:-6])
    size, spare = divmod(len(bits), 8)
    need(spare < 5 and "1" not in bits[size * 8 :] and values[0] <= 16)
    need(size in (20, 32) if values[0] == 0 else 2 <= size <= 40)
    return chain, small


def checksum(values: list[int]) -> int:
    found = 1
    for value in values:
        top, found = found >> 25, (found & 0x1FFFFFF) << 5 ^ value
        for place, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            found ^= generator * (top >> place & 1)
    return found


def octets(address: str, alphabet: str) -> bytes:
    if not set(address) <= set(alphabet):
        return b""
    value, zeros = 0, len(address) - len(address.lstrip(alphabet[0]))
    for sign in address:
        value = value * 58 + alphabet.index(sign)
    return bytes(zeros) + bytes.fromhex(f"{value:x}".zfill((len(f"{value:x}") + 1) // 2 * 2)) if value else bytes(zeros)


def twice(found: bytes) -> bool:
    return hashlib.sha256(hashlib.sha256(found[:-4]).digest()).digest()[:4] == found[-4:]


def ripple(address: str) -> tuple[str, str] | None:
    found = octets(address, RIPPLE)
    return ("xrpl:0", address) if address[0] == "r" and len(found) == 25 and found[0] == 0 and twice(found) else None


def in_base58(address: str) -> tuple[str, str] | None:
    found = octets(address, BASE58)
    if len(found) == 25 and found[0] in BY_VERSION and twice(found):
        return BY_VERSION[found[0]], address
    if len(found) == 32:
        return "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp", address
    if len(found) == 35 and found[0] == 0 and hashlib.blake2b(b"SS58PRE" + found[:-2]).digest()[:2] == found[-2:]:
        return "polkadot:91b171bb158e2d3848fa23a9f1c25182", address
    return None


def kvk(text: str) -> str:
    found = upper(compact(text, "-.")).removeprefix("KVK").removeprefix(":")
    need(re.fullmatch("[0-9]{8}", found) and int(found))
    return found


def address(text: str) -> str:
    found = upper(text.strip(WHITE))
    gap = f"[{WHITE},]*"
    parts = re.fullmatch(f"([0-9]{{4}}){gap}([A-Z]{{2}}){gap}([1-9][0-9]{{0,4}})((?![0-9])(?:.|\n)*)", found)
    need(parts)
    digits, letters, number, rest = parts.groups()
    rest = compact(rest, "-/,.")
    need(re.fullmatch("[A-Z0-9]{0,6}", rest) and digits[0] != "0" and letters not in ("SA", "SD", "SS"))
    return f"{digits}{letters} {number} {rest}" if rest else f"{digits}{letters} {number}"


def scoped(name: str, found: str, rules: PublicSuffixList) -> str:
    """The value of `found` in the scope called `name`."""
    if name == "email.base":
        local, _, host = found.rpartition("@")
        return f"{local[: local.index('+', 1)]}@{host}" if "+" in local[1:] else found
    if name == "domain.reg":
        registrable = rules.privatesuffix(found)
        need(registrable)
        return registrable
    need(name == "url.path")
    return found.split("?", maxsplit=1)[0]


def value(row: dict[str, str], rules: PublicSuffixList) -> str:
    """The canonical value of a vector. Raises ValueError when it is refused."""
    text, kind, scope = row["input"], row["type"], row.get("scope", "")
    need(len(text) <= 8192 and (not scope or scope.split(".")[0] == kind))
    found = phone(text, row.get("region")) if kind == "phone" else READERS[kind](text)
    longest = {"email": "email.base", "domain": "domain.reg", "url": "url.path"}.get(kind, kind)
    need(
        len(b"sluis/1\0" + longest.encode() + b"\0001\0" + scoped(longest, found, rules).encode()) <= 2048
        if kind == "url"
        else True
    )
    need(len(b"sluis/1\0" + kind.encode() + b"\0001\0" + found.encode()) <= 2048)
    return scoped(scope, found, rules) if scope else found


READERS = {
    "iban": iban,
    "domain": lambda text: domain(text.strip(WHITE)),
    "email": email,
    "url": url,
    "device": device,
    "crypto": crypto,
    "kvk": kvk,
    "address": address,
}
