"""Who signed a request: RFC 9421, the body's digest, and a nonce that is on disk before anything happens."""

from __future__ import annotations

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest

from sluis.plumbing.models import Nonce
from sluis.wire import clock, replay, signatures


def signer(request: HttpRequest) -> bytes:
    """The public key (32 octets) that signed `request`. Whether it may do anything is asked elsewhere.

    Raises what `signatures.verify` raises, and Conflict `herhaling`.
    """
    target = settings.SLUIS_WEB_URL.rstrip("/") + request.get_full_path()
    headers = {name.lower(): value for name, value in request.headers.items()}
    found = signatures.verify(str(request.method), target, headers, body=request.body, now=clock.now())
    _use(found)
    return found.key


def _use(found: signatures.Signer) -> None:
    try:
        with transaction.atomic():
            Nonce.objects.create(key=found.key, nonce=found.nonce, seen=clock.now())
    except IntegrityError:
        raise replay.refusal() from None


def forget_old_nonces() -> int:
    """Removes nonces past the window; how many."""
    removed, _ = Nonce.objects.filter(seen__lt=clock.now() - replay.WINDOW).delete()
    return removed
