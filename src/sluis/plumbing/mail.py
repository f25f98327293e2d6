"""Mail to people of partners: that there is something, and where. What it is stays inside."""

from __future__ import annotations

from collections.abc import Sequence
from smtplib import SMTPException

from django.conf import settings
from django.core import mail

from sluis.core import errors


def is_set() -> bool:
    """Whether the hub has a mail server to give mail to."""
    return bool(settings.EMAIL_HOST)


def send(addresses: Sequence[str], *, subject: str, text: str) -> None:
    """Gives one mail an address to the mail server, each with that address alone, over one connection.

    Raises Unavailable `post-mislukt` when the server does not take them; some may have gone then.
    """
    letters = [mail.EmailMessage(subject, text, to=[one]) for one in addresses]
    try:
        mail.get_connection().send_messages(letters)
    except (OSError, SMTPException) as error:
        raise errors.Unavailable(f"The mail server does not take mail ({type(error).__name__}).", code="post-mislukt") from None
