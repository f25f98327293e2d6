"""The configurations of one or more partners as the members of one gateway, which share its address and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

import httpx

from sluis.client.config import Partner
from sluis.client.gateway import address
from sluis.client.gateway.address import gateway_of
from sluis.client.gateway.member import Member
from sluis.client.gateway.webhook import Webhook
from sluis.client.session import Session
from sluis.wire import credentials


def opened(partners: Sequence[Partner]) -> list[Member]:
    """A member of each, not started. Raises Unavailable when a credential file is missing, open to others or wrong;
    Malformed `bureaucode-kort`.
    """
    return [_member(partner) for partner in partners]


def _member(partner: Partner) -> Member:
    session, told = partner.session(), gateway_of(partner)
    token = credentials.secret(partner.path(told.token))
    made = Member.of(session, token=token, webhook=_webhook(partner, session), desk_code=address.desk_code(partner))
    made.controller = partner.controller()
    return made


def _webhook(partner: Partner, session: Session) -> Webhook | None:
    told = gateway_of(partner)
    if not told.webhook:
        return None
    secret = credentials.secret(partner.path(told.webhook_secret)).decode("ascii")
    return Webhook(told.webhook, secret, session.key.hex(), httpx.Client())
