"""The policy authority at its desk, with the commands it types: keys, draft, two signatures, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from click.testing import Result
from typer.testing import CliRunner

from sluis.client import authority
from sluis.client.cli.main import app
from sluis.core import errors
from sluis.core.exchange import documents, policy
from sluis.demo import world
from sluis.demo.authority import Addresses, Authority, Keyring
from sluis.wire import clock


def sluis(*argv: str | Path) -> Result:
    found = CliRunner().invoke(app, ["authority", *(str(word) for word in argv)])
    assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
    return found


@pytest.fixture
def definition(tmp_path: Path) -> Path:
    """What the authority writes: the demo's world."""
    (tmp_path / "world").mkdir()
    ring = Keyring(tmp_path / "world")
    ring.ensure()
    places = Addresses("https://web.example", "https://edge.example", {one.slug: "https://h.example" for one in world.HOLDERS})
    sent = authority.read_snapshot(Authority(tmp_path, ring, places).sign(clock.now()))
    head = msgspec.structs.replace(documents.read(sent.head.payload, policy.Head), sections=())
    sections = tuple(documents.read(one.payload, policy.Section) for one in sent.sections)
    file = tmp_path / "definition.json"
    file.write_bytes(msgspec.json.encode(authority.Draft(head, sections)))
    return file


@pytest.fixture
def keys(tmp_path: Path) -> dict[str, Path]:
    """Three policy keys: public half -> credential file."""
    files = [tmp_path / f"policy-{number}.key" for number in (1, 2, 3)]
    return {sluis("new-key", file).output.strip(): file for file in files}


@pytest.fixture
def snapshot(tmp_path: Path, definition: Path) -> Path:
    file = tmp_path / "snapshot.json"
    assert "drafted serial 1" in sluis("draft", definition, "--out", file).output
    return file


def accepted(snapshot: Path, keys: dict[str, Path]) -> policy.Snapshot:
    sent = authority.read_snapshot(snapshot.read_bytes())
    return policy.check(sent, pinned=map(bytes.fromhex, keys), stored=None, now=clock.now())


def test_two_of_three_signatures_make_a_snapshot_that_is_accepted(snapshot: Path, keys: dict[str, Path]) -> None:
    first, second, _third = keys.values()
    assert "1 signature(s), 1 still needed" in sluis("sign", snapshot, "--key", first).output
    with pytest.raises(errors.ProtocolFailure) as caught:
        accepted(snapshot, keys)
    assert caught.value.reason == "beleid-handtekening"
    assert "2 signature(s), 0 still needed" in sluis("sign", snapshot, "--key", second).output
    assert accepted(snapshot, keys).named(world.CIRCLE_NAME).title == world.CIRCLE_TITLE
    said = sluis("show", snapshot).output
    assert world.CIRCLE_TITLE in said
    assert [key in said for key in keys] == [True, True, False]
    assert sorted(json.loads(sluis("show", snapshot, "--json").output)["signers"]) == sorted(list(keys)[:2])


def test_one_key_signs_once(snapshot: Path, keys: dict[str, Path]) -> None:
    first = next(iter(keys.values()))
    sluis("sign", snapshot, "--key", first)
    found = sluis("sign", snapshot, "--key", first)
    assert found.exit_code == 1
    assert "al-getekend" in found.output


def test_a_key_is_never_overwritten_and_only_its_owner_reads_it(keys: dict[str, Path]) -> None:
    file = next(iter(keys.values()))
    before = file.read_bytes()
    assert "bestaat-al" in sluis("new-key", file).output
    assert file.read_bytes() == before
    assert file.stat().st_mode & 0o777 == 0o600


def test_what_does_not_read_is_not_signed(tmp_path: Path, snapshot: Path, keys: dict[str, Path]) -> None:
    key = next(iter(keys.values()))
    sent = json.loads(snapshot.read_text())
    wrong = {
        "document-onleesbaar": {**sent, "head": {"payload": "YQ==", "signatures": []}},
        "andere-kringen": {**sent, "sections": []},
        "beleid-onleesbaar": {"head": 1},
    }
    for code, content in wrong.items():
        file = tmp_path / f"{code}.json"
        file.write_text(json.dumps(content))
        for argv in (("sign", file, "--key", key), ("show", file)):
            found = sluis(*argv)
            assert (found.exit_code, code in found.output) == (1, True), found.output


def test_files_that_are_not_there(tmp_path: Path, snapshot: Path, keys: dict[str, Path]) -> None:
    public, key = next(iter(keys.items()))
    away, closed = tmp_path / "away.json", tmp_path / "no" / "such" / "file"
    for argv, code in (
        (("draft", away, "--out", snapshot), "geen-bestand"),
        (("sign", away, "--key", key), "geen-bestand"),
        (("sign", snapshot, "--key", away), "geheim-ontbreekt"),
        (("new-key", closed), "niet-geschreven"),
        (("revoke", public, "--key", key, "--out", closed), "niet-geschreven"),
    ):
        found = sluis(*argv)
        assert (found.exit_code, code in found.output) == (1, True), found.output


def test_a_revocation_by_one_policy_key(tmp_path: Path, keys: dict[str, Path]) -> None:
    (key, file), out = next(iter(keys.items())), tmp_path / "revoked.json"
    lost = "ab" * 32
    assert lost in sluis("revoke", lost, "--key", file, "--out", out).output
    signed = msgspec.json.decode(out.read_bytes(), type=documents.Signed)
    assert policy.accept_revocation(signed, pinned=[bytes.fromhex(key)]) == bytes.fromhex(lost)
    for wrong in ("00", "zz", "ab" * 31):
        found = sluis("revoke", wrong, "--key", file, "--out", out)
        assert (found.exit_code, "64 hexadecimal digits" in found.output) == (1, True)


def test_a_circle_from_a_template_is_drafted_shut_and_says_what_it_needs(tmp_path: Path, definition: Path) -> None:
    before = authority.read_draft(definition.read_bytes())
    file = tmp_path / "members.json"
    file.write_bytes(msgspec.json.encode(before.sections[0].members[:4]))
    words = ["circle", "trusted-community", definition, "--members", file, "--named"]
    told = json.loads(sluis(*words, "vijf", "Vijf verkopers", "--json").output)
    assert told["outcome"] == "mogelijk_onder_voorwaarden"
    assert {"C-LICENCE", "C-DPIA"} <= set(told["open"])
    added = authority.read_draft(definition.read_bytes()).sections[-1]
    assert (added.name, added.assessment, added.k, added.grade) == ("vijf", None, 2, "A")
    assert "[kring-bestaat]" in sluis(*words, "vijf", "Vijf verkopers").output
    assert "needs C-LICENCE" in sluis(*words, "vijf-b", "Vijf verkopers").output


def test_a_circle_that_does_not_hold_changes_no_definition(tmp_path: Path, definition: Path) -> None:
    before, file = definition.read_bytes(), tmp_path / "members.json"
    file.write_bytes(b"[]")
    one = tmp_path / "one.json"
    one.write_bytes(msgspec.json.encode(authority.read_draft(before).sections[0].members[:1]))
    wrong = (
        ("sector", "goed", file, "leden-onjuist"),
        ("sector", "goed", definition, "leden-onjuist"),
        ("sector", "Met Spatie", one, "kring-onjuist"),
        ("alles", "goed", one, "onbekend-sjabloon"),
    )
    for template, name, members, code in wrong:
        answer = sluis("circle", template, definition, "--members", members, "--named", name, "Een kring")
        assert (answer.exit_code, f"[{code}]" in answer.output) == (1, True), answer.output
    assert definition.read_bytes() == before
