"""A second implementation, made from `docs/reference/protocol.md` and RFC 9496, 9497 and 5869 only. Slow, and not for secrets.

It shares no code with `sluis.core.exchange`: the group is plain integers. Given the shares and an IBAN it finds the key id, the
output, the voucher and the tag, checks the signature, and opens the context.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import sys
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]


def even(number: int) -> int:
    return -number % P if number & 1 else number


def sqrt_ratio(u: int, v: int) -> tuple[bool, int]:
    r = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    check = v * r * r % P
    square = check in (u % P, -u % P)
    if check in (-u % P, -u * ROOT % P):
        r = r * ROOT % P
    return square, even(r)


ONE_MINUS_D = sqrt_ratio(1, -1 - D)[1]
SQRT_AD_MINUS_ONE = even(sqrt_ratio((-D - 1) % P, 1)[1])
# RFC 9496 takes this root with the odd sign.
if SQRT_AD_MINUS_ONE * SQRT_AD_MINUS_ONE % P != (-D - 1) % P:
    raise SystemExit("no root")


def add(a: Point, b: Point) -> Point:
    x1, y1, z1, t1 = a
    x2, y2, z2, t2 = b
    e, f = (y1 - x1) * (y2 - x2), (y1 + x1) * (y2 + x2)
    g, h = 2 * t1 * D * t2, 2 * z1 * z2
    i, j, k, m = f - e, h - g, h + g, f + e
    return i * j % P, k * m % P, j * k % P, i * m % P


def times(scalar: int, point: Point) -> Point:
    total: Point = (0, 1, 1, 0)
    for bit in f"{scalar % Q:b}":
        total = add(total, total)
        if bit == "1":
            total = add(total, point)
    return total


def decode(octets: bytes) -> Point:
    s = int.from_bytes(octets, "little")
    if s >= P or s & 1:
        raise ValueError("not canonical")
    u1, u2 = (1 - s * s) % P, (1 + s * s) % P
    v = (-D * u1 * u1 - u2 * u2) % P
    square, root = sqrt_ratio(1, v * u2 * u2)
    x = even(2 * s * root * u2 % P)
    y = u1 * root * root * u2 * v % P
    if not square or (x * y % P) & 1 or y == 0:
        raise ValueError("no element")
    return x, y, 1, x * y % P


def encode(point: Point) -> bytes:
    x, y, z, t = point
    u1, u2 = (z + y) * (z - y) % P, x * y % P
    _, root = sqrt_ratio(1, u1 * u2 * u2)
    d1, d2 = root * u1 % P, root * u2 % P
    zinv = d1 * d2 * t % P
    if (t * zinv % P) & 1:
        x, y, d = y * ROOT % P, x * ROOT % P, d1 * ONE_MINUS_D % P
    else:
        d = d2
    if (x * zinv % P) & 1:
        y = -y % P
    return even(d * (z - y) % P).to_bytes(32, "little")


def elligator(octets: bytes) -> Point:
    t = int.from_bytes(octets, "little") % 2**255 % P
    r = ROOT * t * t % P
    u, v = (r + 1) * (1 - D * D) % P, (-1 - r * D) * (r + D) % P
    square, s = sqrt_ratio(u, v)
    c = P - 1
    if not square:
        s, c = -even(s * t % P) % P, r
    n = (c * (r - 1) * (D - 1) * (D - 1) - v) % P
    w0, w1, w2, w3 = 2 * s * v, n * SIGNED_ROOT, 1 - s * s, 1 + s * s
    return w0 * w3 % P, w2 * w1 % P, w1 * w3 % P, w0 * w2 % P


# SQRT_AD_MINUS_ONE of RFC 9496 section 4.1 is the odd one of the two roots.
SIGNED_ROOT = P - SQRT_AD_MINUS_ONE if SQRT_AD_MINUS_ONE % 2 == 0 else SQRT_AD_MINUS_ONE


def hash_to_group(message: bytes) -> Point:
    tag = b"HashToGroup-OPRFV1-\x01-ristretto255-SHA512"
    prime = tag + bytes([len(tag)])
    b0 = hashlib.sha512(bytes(128) + message + b"\x00\x40\x00" + prime).digest()
    uniform = hashlib.sha512(b0 + b"\x01" + prime).digest()
    return add(elligator(uniform[:32]), elligator(uniform[32:]))


def lp(octets: bytes) -> bytes:
    return len(octets).to_bytes(2, "big") + octets


def label(word: str) -> bytes:
    return f"sluis/1 {word}\0".encode()


def expand(key: bytes, info: bytes, length: int) -> bytes:
    found, block = b"", b""
    for counter in range(1, length // 64 + 2):
        block = hmac.digest(key, block + info + bytes([counter]), "sha512")
        found += block
    return found[:length]


def output(secrets: dict[int, int], x: bytes) -> bytes:
    """No blinding: N = sum of l_i · k_i · HashToGroup(x) over any t holders."""
    total: Point = (0, 1, 1, 0)
    for i, secret in secrets.items():
        total = add(total, times(weight(i, list(secrets)) * secret % Q, hash_to_group(x)))
    return hashlib.sha512(lp(x) + lp(encode(total)) + b"Finalize").digest()


def read(vector: dict[str, Any]) -> dict[str, Any]:
    """Everything a reader of the page can find out from IBAN, shares and the stored octets."""
    key, stored = (
        vector["key"],
        {name: bytes.fromhex(value) for name, value in vector["signal"].items() if name != "context_json"},
    )
    compact = vector["iban"].replace(" ", "").upper()
    x = b"\0".join((b"sluis/1", b"iban", b"1", compact.encode()))
    secrets = {i: int.from_bytes(bytes.fromhex(key["secrets"][i - 1]), "little") for i in (2, 3)}
    y = output(secrets, x)
    circle, public = bytes.fromhex(key["circle"]), bytes.fromhex(key["public"])
    key_id = hashlib.sha256(label("key") + circle + b"\x01" + (1).to_bytes(4, "big") + public).digest()[:16]
    voucher = expand(y, label("voucher") + key_id, 32)
    tag = hashlib.sha256(label("tag") + key_id + voucher).digest()[:16]
    digests = hashlib.sha256(stored["salt"]).digest() + hashlib.sha256(stored["context"]).digest()
    signed = label("signal") + stored["header"] + tag + digests
    Ed25519PublicKey.from_public_bytes(stored["publisher_key"]).verify(stored["signature"], signed)
    k_ctx = expand(y, label("ctx") + key_id, 32)
    extracted = hmac.digest(stored["salt"], k_ctx, "sha512")
    kek = expand(extracted, label("kek") + stored["signal_id"], 32)
    bound = label("aad") + key_id + tag + stored["signal_id"]
    text = ChaCha20Poly1305(kek).decrypt(bytes(12), stored["context"], bound)
    return {
        "x": x.hex(),
        "output": y.hex(),
        "key_id": key_id.hex(),
        "voucher": voucher.hex(),
        "tag": tag.hex(),
        "context_json": text[2 : 2 + int.from_bytes(text[:2], "big")].decode(),
    }


def weight(i: int, among: list[int]) -> int:
    """l_i."""
    found = 1
    for j in among:
        if j != i:
            found = found * j * pow(j - i, -1, Q) % Q
    return found


def renew(kind: str, vector: dict[str, Any]) -> dict[str, Any]:
    """A refresh or reshare from the old shares and what the dealers drew: commitments, proofs, new shares, K and K_1..K_n."""
    given, key = vector[kind], vector["key"]
    old = [int.from_bytes(bytes.fromhex(one), "little") for one in key["secrets"]]
    dealers, base = given["dealers"], generator()
    drawn = {i: [int.from_bytes(bytes.fromhex(one), "little") for one in given["drawn"][str(i)]] for i in dealers}
    # What is dealt, by power: a refresh has no constant; that of a reshare is l_i times the old share.
    dealt = {
        i: {1: drawn[i][1]} if kind == "refresh" else {0: weight(i, dealers) * old[i - 1] % Q, 1: drawn[i][1]} for i in dealers
    }
    new = [sum(a * pow(j, m, Q) for part in dealt.values() for m, a in part.items()) % Q for j in (1, 2, 3)]
    if kind == "refresh":
        new = [(before + more) % Q for before, more in zip(old, new, strict=True)]
    record = json.loads(given["record"])
    slot = bytes.fromhex(key["circle"]) + b"\x01" + (1).to_bytes(4, "big") + record["generation"].to_bytes(4, "big")
    commitments = {str(i): [encode(times(a, base)).hex() for _m, a in sorted(part.items())] for i, part in dealt.items()}
    for i in dealers:
        proof, first = bytes.fromhex(given["possession"][str(i)]), bytes.fromhex(commitments[str(i)][0])
        hashed = hashlib.sha512(label("pop") + slot + bytes([i]) + first + proof[:32]).digest()
        e = int.from_bytes(hashed, "little") % Q
        if encode(times(int.from_bytes(proof[32:], "little"), base)) != encode(
            add(decode(proof[:32]), times(e, decode(first)))
        ):
            raise ValueError("possession is not proven")
    constant = sum(weight(i, [1, 2]) * new[i - 1] for i in (1, 2)) % Q
    return {
        "commitments": commitments,
        "secrets": [one.to_bytes(32, "little").hex() for one in new],
        "shares": [encode(times(one, base)).hex() for one in new],
        "public": encode(times(constant, base)).hex(),
    }


def generator() -> Point:
    """The element whose encoding RFC 9496, appendix A.1, gives for 1."""
    return decode(bytes.fromhex("e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76"))


def hashed(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def head(entries: list[bytes]) -> bytes:
    """The root of RFC 9162 section 2.1, as it is written there."""
    if len(entries) == 1:
        return hashed(b"\0", entries[0])
    k = 1
    while 2 * k < len(entries):
        k *= 2
    return hashed(b"\1", head(entries[:k]), head(entries[k:]))


def climb(index: int, size: int, entry: bytes, path: list[bytes]) -> bytes:
    """The root to which an inclusion proof leads, top down: the last hash is the sibling below the root."""
    if size == 1:
        return hashed(b"\0", entry)
    k = 1
    while 2 * k < size:
        k *= 2
    if index < k:
        return hashed(b"\1", climb(index, k, entry, path[:-1]), path[-1])
    return hashed(b"\1", path[-1], climb(index - k, size - k, entry, path[:-1]))


def grown(old: int, size: int, proof: list[bytes], known: bytes, whole: bool = True) -> tuple[bytes, bytes]:
    """The old and the new root to which a consistency proof leads; `known` is the old root where the proof leaves it out."""
    if old == size:
        found = known if whole else proof[0]
        return found, found
    k = 1
    while 2 * k < size:
        k *= 2
    if old <= k:
        before, after = grown(old, k, proof[:-1], known, whole)
        return before, hashed(b"\1", after, proof[-1])
    before, after = grown(old - k, size - k, proof[:-1], known, False)
    return hashed(b"\1", proof[-1], before), hashed(b"\1", proof[-1], after)


def signed_by(checkpoint: str, name: str, key: bytes, *, kind: int) -> bool:
    """Whether a note carries the signature of this name and key: kind 1 the log's, kind 4 a holder's."""
    text, lines = checkpoint.split("\n\n")
    for line in lines.splitlines():
        _dash, who, encoded = line.split(" ")
        octets = base64.b64decode(encoded)
        if who == name and octets[:4] == hashed(name.encode(), b"\n", bytes([kind]), key)[:4]:
            time = int.from_bytes(octets[4:12], "big")
            before = f"cosignature/v1\ntime {time}\n" if kind == 4 else ""
            Ed25519PublicKey.from_public_bytes(key).verify(octets[-64:], f"{before}{text}\n".encode())
            return True
    return False


def look(log: dict[str, Any]) -> dict[str, Any]:
    """What a reader of the page finds out of the log: the entry, and the roots that all ways lead to."""
    origin, size, root, *_rest = log["checkpoint"].splitlines()
    entry = hashed(label("leaf"), bytes.fromhex(log["salt"]), log["event"].encode())
    entries = [entry if i == log["index"] else hashed(i.to_bytes(4, "big")) for i in range(int(size))]
    path, proof = ([bytes.fromhex(one) for one in log[name]] for name in ("path", "consistency"))
    old, new = grown(log["old"]["size"], int(size), proof, bytes.fromhex(log["old"]["root"]))
    keys = {name: bytes.fromhex(key) for name, key in log["holders"].items()}
    return {
        "entry": entry.hex(),
        "old": old.hex(),
        "roots": {
            head(entries).hex(),
            climb(log["index"], int(size), entry, path).hex(),
            new.hex(),
            base64.b64decode(root).hex(),
        },
        "signed": signed_by(log["checkpoint"], origin, bytes.fromhex(log["log_key"]), kind=1),
        "cosigned": [signed_by(log["checkpoint"], name, key, kind=4) for name, key in keys.items()],
    }


if __name__ == "__main__":
    json.dump(read(json.load(sys.stdin)), sys.stdout, indent=1)
