"""Signals, entries, buckets, policy: example tables and properties."""

from __future__ import annotations

import secrets
from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluis.client import authority
from sluis.client.testing import FakeSluis, logged
from sluis.core import errors
from sluis.core.exchange import buckets, commitments, documents, encodings, entries, envelope, policy, signal, wire
from sluis.core.exchange.entries import Hit, LiveSignal, NoHit
from sluis.core.exchange.words import Advice, Grade, Kind, Origin, Use
from sluis.core.taxonomy import forms
from sluis.wire import clock

TAG = signal.Tag(bytes(range(16)))


def live(number: int = 1, *, group: int = 1, **changes: int) -> LiveSignal:
    base = LiveSignal(bytes([number]) * 16, bytes([group]) * 16, Kind.FRAUD, Origin.OWN, Grade.B, Advice.WARN, 5, 10, 20, 30)
    return replace(base, **changes)


def test_an_entry_counts_groups_takes_best_grade_mildest_advice_newest_form_latest_days() -> None:
    found = entries.merge(
        TAG,
        [
            live(1, grade=Grade.C, advice=Advice.HOLD, form=7, created=12, expires=40),
            live(2, group=1, grade=Grade.A, advice=Advice.REFUSE, form=8, created=11, seen=25),
            live(3, group=2, grade=Grade.D, advice=Advice.INFORM, form=9, created=9),
        ],
        k=2,
    )
    assert found is not None
    assert (found.n, found.grade, found.advice, found.form, found.seen, found.expires) == (2, Grade.A, Advice.INFORM, 7, 25, 40)


def test_below_k_no_entry_leaves() -> None:
    assert entries.merge(TAG, [live(1), live(2)], k=2) is None


def test_an_echo_never_counts_nor_shapes_the_entry() -> None:
    found = entries.merge(TAG, [live(1), live(2, group=2, origin=Origin.HIT, grade=Grade.A, form=9, created=99)], k=1)
    assert found is not None
    assert (found.n, found.grade, found.form) == (1, Grade.B, 5)


def test_a_cleared_tag_has_no_entry() -> None:
    assert entries.merge(TAG, [live(1), live(2, group=2, kind=Kind.CLEARED)], k=1) is None


@given(st.integers(0, 12), st.booleans(), st.integers(-1, 1))
def test_a_hit_needs_another_group_and_a_day_left(groups: int, own: bool, ahead: int) -> None:
    found = entries.merge(TAG, [live(i, group=i) for i in range(1, groups + 1)], k=1)
    outcome = entries.read(found, today=30 - ahead, own_counts=own and groups > 0)
    others = min(groups, 5) - (own and groups > 0)
    expected = others > 0 and ahead >= 0
    assert isinstance(outcome, Hit) == expected
    assert outcome == NoHit() or outcome.band == ("1" if others == 1 else "2-3" if others <= 3 else "4+")


@given(st.binary(min_size=16, max_size=16), *(st.integers(0, 255) for _ in range(4)), st.integers(0, 2**48 - 1))
def test_an_entry_reads_back(tag: bytes, op: int, n: int, grade: int, advice: int, sequence: int) -> None:
    entry = signal.Entry(signal.Tag(tag), op, n, grade, advice, 1, 2, 3, sequence)
    assert len(entry.octets()) == 32
    assert signal.Entry.parse(entry.octets()) == entry


def test_a_header_has_eighty_octets_and_reads_back() -> None:
    header = signal.Header(
        encodings.KeyId(bytes(16)),
        b"s" * 16,
        b"p" * 16,
        Kind.FRAUD,
        Origin.HIT,
        Grade.D,
        Advice.REFUSE,
        58,
        65535,
        2**32 - 1,
        9,
        9,
    )
    assert len(header.octets()) == 80
    assert signal.Header.parse(header.octets()) == header
    with pytest.raises(errors.Malformed) as refused:
        signal.Header.parse(header.octets()[:64] + b"\x09" + header.octets()[65:])
    assert refused.value.reason == "onbekend-getal"


@pytest.mark.parametrize(("count", "bits"), [(0, 0), (1535, 0), (1536, 1), (3071, 1), (3072, 2), (10**6, 10), (10**12, 20)])
def test_bits_follow_the_formula(count: int, bits: int) -> None:
    assert buckets.bits_for(count) == bits


def test_every_bucket_has_one_size_and_gives_back_its_entries() -> None:
    entry = signal.Entry(TAG, signal.OP_SET, 1, 2, 2, 5, 1, 2, 3)
    bucket = buckets.padded(entry.octets())
    assert len(bucket) == len(buckets.padded(b"")) == 65_536
    assert buckets.find(bucket, TAG) == entry
    assert buckets.find(bucket, signal.Tag(bytes(16))) is None


def test_padding_is_never_an_entry() -> None:
    assert buckets.find(buckets.padded(b""), signal.Tag(bytes(16))) is None


@given(st.lists(st.binary(min_size=16, max_size=16), min_size=2, max_size=6, unique=True), st.integers(0, 48))
def test_an_entry_is_found_at_its_own_place_only(tags: list[bytes], start: int) -> None:
    side_by_side = b"".join(signal.Entry(signal.Tag(tag), 1, 1, 1, 1, 1, 1, 1).octets() for tag in tags)
    across = side_by_side[start : start + 16]
    for tag in (*tags, across):
        found = buckets.find(buckets.padded(side_by_side), signal.Tag(tag))
        assert (found.tag if found else None) == (tag if tag in tags else None)


@pytest.mark.parametrize("prefixes", [[], [2], [-1], [0] * 65])
def test_wrong_prefixes_are_refused(prefixes: list[int]) -> None:
    with pytest.raises(errors.Malformed):
        buckets.check_prefixes(prefixes, 1)


def seal(**changes: bytes) -> envelope.Seal:
    return replace(envelope.Seal(b"y" * 64, b"k" * 16, b"t" * 16, b"i" * 16, b"s" * 32), **changes)


def test_a_context_opens_with_output_and_salt_only() -> None:
    context = envelope.Context("AVF.AANKOOP", channels=("webshop",), phases=("overheveling",), amount=3)
    sealed = envelope.seal(context, seal())
    assert len(sealed) == 1040
    assert envelope.open_sealed(sealed, seal()) == context
    for wrong in (
        seal(output=b"z" * 64),
        seal(salt=b"z" * 32),
        seal(tag=b"z" * 16),
        seal(signal_id=b"z" * 16),
        seal(key_id=b"z" * 16),
    ):
        with pytest.raises(errors.ProtocolFailure):
            envelope.open_sealed(sealed, wrong)


def test_every_context_is_as_long_as_every_other() -> None:
    short = envelope.seal(envelope.Context("PHI"), seal())
    full = envelope.seal(envelope.Context("PHI", channels=("webshop", "chat", "sms"), phases=("contact",)), seal())
    assert len(short) == len(full)


def test_form_numbers_are_unique_and_facilitators_have_none() -> None:
    assert len(forms.by_number()) == len(forms.by_code()) == 58
    assert not any(code.startswith("FAC") for code in forms.by_code())
    assert forms.by_code()["AVF"].number == 1


@given(st.lists(st.binary(max_size=8), max_size=40))
def test_the_tree_head_is_that_of_rfc_9162(leaves: list[bytes]) -> None:
    def recursive(part: list[bytes]) -> bytes:
        if len(part) == 1:
            return encodings.sha256(b"\0", part[0])
        split = 1 << (len(part) - 1).bit_length() - 1
        return encodings.sha256(b"\1", recursive(part[:split]), recursive(part[split:]))

    expected = recursive(leaves) if leaves else encodings.sha256(b"")
    assert commitments.tree_head(leaves) == expected


def test_a_request_reads_back_and_refuses_what_is_cut_or_grown() -> None:
    request = wire.EvaluateRequest(encodings.KeyId(b"k" * 16), Use.CHECK, b"b" * 16, b"r" * 32, [b"e" * 32, b"f" * 32])
    octets = request.octets()
    assert wire.EvaluateRequest.parse(octets) == request
    for wrong in (octets[:-1], octets + b"\0", octets[:20], b"\2" + octets[1:]):
        with pytest.raises(errors.Malformed):
            wire.EvaluateRequest.parse(wrong)


@pytest.mark.parametrize("count", [0, 1025])
def test_an_oversized_or_empty_batch_is_refused(count: int) -> None:
    octets = wire.EvaluateRequest(encodings.KeyId(bytes(16)), Use.CHECK, bytes(16), bytes(32), [b"e" * 32] * count).octets()
    with pytest.raises(errors.Malformed) as refused:
        wire.EvaluateRequest.parse(octets)
    assert refused.value.reason == "partijgrootte"


class TestPolicy:
    """What makes a snapshot count."""

    def setup_method(self) -> None:
        self.fake = FakeSluis()
        self.sent = self.fake._sent
        self.now = clock.now()

    def refusal(self, sent: policy.SignedSnapshot, **changes: object) -> str:
        arguments = {"pinned": self.fake.pinned, "stored": None, "now": self.now, **changes}
        with pytest.raises(errors.SluisError) as refused:
            policy.accept(sent, **arguments)
        return refused.value.reason

    def test_one_signature_is_not_enough(self) -> None:
        single = documents.Signed(self.sent.head.payload, self.sent.head.signatures[:1])
        assert self.refusal(msgspec.structs.replace(self.sent, head=single)) == "beleid-handtekening"

    def test_the_same_signature_twice_is_one(self) -> None:
        twice = documents.Signed(self.sent.head.payload, self.sent.head.signatures[:1] * 2)
        assert self.refusal(msgspec.structs.replace(self.sent, head=twice)) == "beleid-handtekening"

    def test_keys_that_are_not_pinned_count_for_nothing(self) -> None:
        assert self.refusal(self.sent, pinned=FakeSluis().pinned) == "beleid-handtekening"

    def test_a_changed_head_does_not_hold(self) -> None:
        changed = documents.Signed(self.sent.head.payload.replace(b'"serial":1', b'"serial":9'), self.sent.head.signatures)
        assert self.refusal(msgspec.structs.replace(self.sent, head=changed)) == "beleid-handtekening"

    def test_a_section_the_head_does_not_name_is_refused(self) -> None:
        (section,) = self.sent.sections
        other = msgspec.structs.replace(section, salt=secrets.token_bytes(16))
        assert self.refusal(msgspec.structs.replace(self.sent, sections=(other,))) == "beleid-sectie"

    def test_an_expired_snapshot_is_refused(self) -> None:
        assert self.refusal(self.sent, now=self.now + policy.MAX_TERM + 1) == "beleid-verlopen"

    def test_a_snapshot_from_the_future_is_refused(self) -> None:
        assert self.refusal(self.sent, now=self.now - 120) == "beleid-termijn"

    def test_a_term_over_seven_days_is_refused(self) -> None:
        head = documents.read(self.sent.head.payload, policy.Head)
        long = msgspec.structs.replace(head, not_after=head.created + policy.MAX_TERM + 1)
        drafted = authority.draft(long, (self.fake.section(),))
        for key in self.fake._policy_keys[1:]:
            drafted = authority.countersign(drafted, key)
        assert self.refusal(drafted) == "beleid-termijn"

    @pytest.mark.parametrize("fault", ["gap", "overlap", "number", "backwards"])
    def test_epochs_that_do_not_follow_each_other_are_refused(self, fault: str) -> None:
        head = documents.read(self.sent.head.payload, policy.Head)
        first, second = head.epochs
        changes = {
            "gap": {"start": second.start + 1},
            "overlap": {"start": second.start - 1},
            "number": {"number": 3},
            "backwards": {"end": second.start},
        }
        spoilt = msgspec.structs.replace(head, epochs=(first, msgspec.structs.replace(second, **changes[fault])))
        drafted = authority.draft(spoilt, (self.fake.section(),))
        for key in self.fake._policy_keys[1:]:
            drafted = authority.countersign(drafted, key)
        assert self.refusal(drafted) == "beleid-perioden"

    def test_a_member_sees_its_own_circles_only(self) -> None:
        stranger = msgspec.structs.replace(self.fake.section(), circle=secrets.token_bytes(16), members=())
        sections = authority.draft(
            documents.read(self.sent.head.payload, policy.Head), (self.fake.section(), stranger)
        ).sections
        key = documents.public_key(self.fake._members["shop"].key)
        assert list(policy.seen_by(sections, key)) == [sections[0]]

    def test_a_revoked_key_is_no_member(self) -> None:
        key = documents.public_key(self.fake._members["shop"].key)
        snapshot = policy.accept(self.sent, pinned=self.fake.pinned, stored=None, now=self.now)
        revocation = authority.revoke(key, self.fake._policy_keys[0], now=self.now)
        taken = snapshot.with_revoked([policy.accept_revocation(revocation, pinned=self.fake.pinned)])
        circle = self.fake.section().circle
        assert snapshot.member(circle, key)
        with pytest.raises(errors.NotAllowed):
            taken.member(circle, key)

    def test_a_member_may_revoke_its_own_key_and_no_other(self) -> None:
        mine, other = self.fake._members["shop"].key, self.fake._members["bank"].key
        own = authority.revoke(documents.public_key(mine), mine, now=self.now)
        assert policy.accept_revocation(own, pinned=self.fake.pinned)
        foreign = authority.revoke(documents.public_key(other), mine, now=self.now)
        with pytest.raises(errors.ProtocolFailure):
            policy.accept_revocation(foreign, pinned=self.fake.pinned)


class TestLoggedPolicy:
    """A snapshot counts only when enough holders of the stored one saw it in the log."""

    def setup_method(self) -> None:
        self.fake, self.now = FakeSluis(), clock.now()
        self.stored = policy.accept(self.fake._sent, pinned=self.fake.pinned, stored=None, now=self.now)
        self.fake.sign_policy(serial=2)
        self.sent = self.fake._sent

    def cause(self, sent: policy.SignedSnapshot, *, stored: policy.Snapshot | None) -> object:
        with pytest.raises(errors.ProtocolFailure) as refused:
            policy.accept(sent, pinned=self.fake.pinned, stored=stored, now=self.now)
        assert refused.value.reason == "beleid-niet-in-logboek"
        return refused.value.fields["cause"]

    def cosigned(self, *parties: object) -> policy.SignedSnapshot:
        names = [one.witness for one in self.fake.holders()]
        chosen = [(names[i], party) for i, party in enumerate(parties) if party is not None]
        return logged(msgspec.structs.replace(self.sent, proof=None), self.fake.log, chosen)

    def test_without_proof_it_is_refused_first_or_later(self) -> None:
        bare = msgspec.structs.replace(self.sent, proof=None)
        assert self.cause(bare, stored=None) == self.cause(bare, stored=self.stored) == "geen-bewijs"

    def test_the_octets_in_hand_need_no_proof_again(self) -> None:
        accepted = policy.accept(self.sent, pinned=self.fake.pinned, stored=self.stored, now=self.now)
        bare = msgspec.structs.replace(self.sent, proof=None)
        assert policy.accept(bare, pinned=self.fake.pinned, stored=accepted, now=self.now) == accepted

    def test_the_proof_of_another_snapshot_does_not_serve(self) -> None:
        first = FakeSluis()._sent.proof
        assert self.cause(msgspec.structs.replace(self.sent, proof=first), stored=self.stored) == "logboek-handtekening"
        old, log = self.sent, self.fake.log
        self.fake.sign_policy(serial=3)
        assert self.fake.log is log
        assert self.cause(msgspec.structs.replace(self.fake._sent, proof=old.proof), stored=self.stored) == "andere-gebeurtenis"

    def test_too_few_or_other_holders_are_not_enough(self) -> None:
        keys = [party.key for party in self.fake._holders]
        assert self.cause(self.cosigned(keys[0], None, None), stored=self.stored) == "logboek-getuigen"
        assert self.cause(self.cosigned(keys[0], keys[0], keys[0]), stored=self.stored) == "logboek-getuigen"
        assert policy.accept(self.cosigned(None, *keys[1:]), pinned=self.fake.pinned, stored=self.stored, now=self.now)

    def test_a_revoked_holder_does_not_count_as_witness(self) -> None:
        keys = [party.key for party in self.fake._holders]
        sent, taken = self.cosigned(*keys[:2]), self.stored.with_revoked([documents.public_key(keys[0])])
        assert self.cause(sent, stored=taken) == "logboek-getuigen"

    def test_after_a_swap_the_stored_holders_vouch_for_the_new_ones(self) -> None:
        head = documents.read(self.sent.head.payload, policy.Head)
        other = FakeSluis()
        swapped = msgspec.structs.replace(head, serial=7, holders=other.holders())
        bare = authority.draft(swapped, (self.fake.section(),))
        for key in self.fake._policy_keys[:2]:
            bare = authority.countersign(bare, key)
        new = list(zip([one.witness for one in other.holders()], [party.key for party in other._holders], strict=True))
        assert self.cause(logged(bare, self.fake.log, new), stored=self.stored) == "logboek-getuigen"
        old = [(one.witness, party.key) for one, party in zip(self.fake.holders(), self.fake._holders, strict=True)]
        accepted = policy.accept(logged(bare, self.fake.log, old), pinned=self.fake.pinned, stored=self.stored, now=self.now)
        assert accepted.head.holders == other.holders()
