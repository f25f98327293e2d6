"""Pages for people: signing in and what one signs in with."""

from sluis.apps.partners.views.account import (
    change_password,
    remove_passkey,
    renew_recovery_codes,
    show_account,
    show_passkeys,
)
from sluis.apps.partners.views.choosing import choose_organisation
from sluis.apps.partners.views.factor import add_factor, enter_code
from sluis.apps.partners.views.outside import begin_outside, end_outside
from sluis.apps.partners.views.sign_in import sign_in, sign_in_with_passkey, sign_out

__all__ = [
    "add_factor",
    "begin_outside",
    "change_password",
    "choose_organisation",
    "end_outside",
    "enter_code",
    "remove_passkey",
    "renew_recovery_codes",
    "show_account",
    "show_passkeys",
    "sign_in",
    "sign_in_with_passkey",
    "sign_out",
]
