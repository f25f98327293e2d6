"""`sluis authority`: the policy authority at its desk, offline."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sluis.client import auditing, authority
from sluis.client.cli import options, output
from sluis.core import errors
from sluis.core.exchange import documents, policy, templates
from sluis.core.identifiers import kinds, protected, suffixes
from sluis.core.law import needed
from sluis.core.law.rules import packaged_version
from sluis.wire import clock, credentials

app = typer.Typer(no_args_is_help=True, help="The policy authority: draft, sign, show, revoke. Nothing here uses a network.")

Json = Annotated[bool, typer.Option("--json", help="One JSON document instead of text.")]
SnapshotFile = Annotated[Path, typer.Argument(help="A snapshot, drafted or signed.")]
KeyFile = Annotated[Path, typer.Option("--key", help="Credential file (mode 600) with a policy key.")]


def _octets(digits: str) -> bytes:
    try:
        return bytes.fromhex(digits)
    except ValueError:
        return b""


@app.command(name="new-key")
def new_key(file: Annotated[Path, typer.Argument(help="Where the private key goes.")], as_json: Json = False) -> None:
    """Make an Ed25519 key in a credential file of mode 600 and print its public half."""
    with output.told(as_json=as_json):
        if file.exists():
            raise errors.Conflict(f"{file.name} exists already; a key is never overwritten.", code="bestaat-al")
        private = Ed25519PrivateKey.from_private_bytes(secrets.token_bytes(32))
        credentials.write(file, private.private_bytes_raw().hex().encode() + b"\n")
        public = documents.public_key(private).hex()
        output.show({"key": public}, lambda: public, as_json=as_json)


@app.command()
def lists(as_json: Json = False) -> None:
    """Tell what this version makes of identifiers: normaliser and the digests of both lists, as a head names them."""
    with output.told(as_json=as_json):
        found: dict[str, int | bytes] = {
            "normaliser": kinds.NORMALISER_VERSION,
            "protected": protected.packaged_list().digest,
            "suffixes": suffixes.packaged_list().digest,
        }
        output.show(found, lambda: "\n".join(f"{name} {_plain(value)}" for name, value in found.items()), as_json=as_json)


def _plain(value: int | bytes) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


@app.command()
def draft(
    definition: Annotated[Path, typer.Argument(help="JSON with `head` and `sections`; see docs/reference/protocol.md.")],
    snapshot: Annotated[Path, typer.Option("--out", help="Where the unsigned snapshot goes.")],
    as_json: Json = False,
) -> None:
    """Turn a definition into an unsigned snapshot: salts, digests, canonical JSON."""
    with output.told(as_json=as_json):
        read = authority.read_draft(options.octets(definition))
        made = authority.draft(read.head, read.sections)
        credentials.write(snapshot, msgspec.json.encode(made))
        output.show({"serial": read.head.serial}, lambda: f"drafted serial {read.head.serial}", as_json=as_json)


@app.command()
def circle(
    template: Annotated[str, typer.Argument(help="sector, cross-sector, trusted-community or pilot.")],
    definition: Annotated[Path, typer.Argument(help="The definition that the next snapshot is drafted from.")],
    named: Annotated[tuple[str, str], typer.Option("--named", help="Short name (small letters, digits, hyphens) and title.")],
    members: Annotated[Path, typer.Option("--members", help="JSON list of members, as a section has them.")],
    as_json: Json = False,
) -> None:
    """Put a circle from a template into a definition, shut: without an assessment. Tell what its legal gate still needs."""
    with output.told(as_json=as_json):
        read, found = authority.read_draft(options.octets(definition)), templates.named(template)
        wish = templates.Wish(secrets.token_bytes(16), *named, clock.now())
        section = templates.draft(found, wish, authority.read_members(options.octets(members)))
        credentials.write(definition, msgspec.json.encode(authority.with_circle(read, section)))
        asked = needed.needed(found.exchanges, section, packaged_version())
        told = {"circle": section.circle.hex(), "outcome": asked.whole.outcome, "open": list(asked.open)}
        output.show(told, lambda: _needed(section, asked), as_json=as_json)


def _needed(section: policy.Section, asked: needed.Needed) -> str:
    lines = [f"{section.name} {section.circle.hex()}: shut until an assessment is approved", f"outcome {asked.whole.outcome}"]
    return "\n".join([*lines, *(f"needs {code}: {one.en} ({one.article})" for code, one in asked.open.items())])


@app.command()
def adopt(
    proposal: Annotated[Path, typer.Argument(help="The proposal of an auditor, from `sluis audit report`.")],
    definition: Annotated[Path, typer.Argument(help="The definition that the next snapshot is drafted from.")],
    as_json: Json = False,
) -> None:
    """Take an auditor's proposal over into a definition; it holds when two policy keys have signed, as anything else."""
    with output.told(as_json=as_json):
        read, given = authority.read_draft(options.octets(definition)), auditing.read_proposal(options.octets(proposal))
        sections = auditing.adopted(read.sections, given)
        credentials.write(definition, msgspec.json.encode(authority.Draft(head=read.head, sections=sections)))
        cut = {use: budget.day for use, budget in given.budgets.items()}
        told = "\n".join(f"{use}: {amount} a day" for use, amount in sorted(cut.items()))
        output.show({"member": given.member.hex(), "budgets": given.budgets}, lambda: told, as_json=as_json)


@app.command()
def sign(snapshot: SnapshotFile, key: KeyFile, as_json: Json = False) -> None:
    """Add one signature to a snapshot; two of the three policy keys are needed."""
    with output.told(as_json=as_json):
        signed = authority.countersign(authority.read_snapshot(options.octets(snapshot)), credentials.signing_key(key))
        credentials.write(snapshot, msgspec.json.encode(signed))
        count = len(documents.signers("policy", signed.head))
        need = max(0, policy.SIGNATURES_NEEDED - count)
        output.show(
            {"signatures": count, "needed": need}, lambda: f"{count} signature(s), {need} still needed", as_json=as_json
        )


@app.command()
def show(snapshot: SnapshotFile, as_json: Json = False) -> None:
    """Show what a snapshot says and who signed it, before you sign."""
    with output.told(as_json=as_json):
        sent = authority.read_snapshot(options.octets(snapshot))
        authority.require_whole(sent)
        head = documents.read(sent.head.payload, policy.Head)
        sections = [documents.read(sealed.payload, policy.Section) for sealed in sent.sections]
        signers = sorted(key.hex() for key in documents.signers("policy", sent.head))
        output.show(
            {"head": head, "sections": sections, "signers": signers},
            lambda: "\n".join((_head(head), *map(_section, sections), *(f"signed by {key}" for key in signers))),
            as_json=as_json,
        )


def _head(head: policy.Head) -> str:
    days = (head.not_after - head.created) / 86_400
    return f"serial {head.serial}, {days:.1f} days, {len(head.holders)} holders of whom {head.threshold} are needed"


def _section(section: policy.Section) -> str:
    members = "; ".join(f"{one.name} ({', '.join(one.uses)})" for one in section.members)
    basis = section.assessment.id if section.assessment else "NO ASSESSMENT: stays shut"
    return f"{section.name}: {section.title}; {basis}; k = {section.k}; grade {section.grade} or better; {members}"


@app.command()
def revoke(
    public: Annotated[str, typer.Argument(help="The public key to take away, in hexadecimal.")],
    key: KeyFile,
    file: Annotated[Path, typer.Option("--out", help="Where the revocation goes.")],
    as_json: Json = False,
) -> None:
    """Write a revocation: one policy key, or the key itself, is enough. It holds at once and for good."""
    with output.told(as_json=as_json):
        signed = authority.revoke(_octets(public), credentials.signing_key(key), now=clock.now())
        credentials.write(file, msgspec.json.encode(signed))
        output.show({"revoked": public}, lambda: f"revoked {public}; hand {file.name} to the hub", as_json=as_json)
