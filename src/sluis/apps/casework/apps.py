"""The room of casework and of the expert group."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CaseworkConfig(AppConfig):
    """Bottlenecks, case files, advice."""

    name = "sluis.apps.casework"
    label = "casework"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Makes known which messages this room sends, and the kind of item that a memo is."""
        from sluis.apps.consent.services import ItemKind, messages, register  # noqa: PLC0415 - models are loaded by now

        register(ItemKind("bestuursmemo", _("memo voor bestuurders")))
        for kind, (page, name) in MESSAGES.items():
            messages.add(kind, page, name=name)


MESSAGES = {
    "poort-gevraagd": ("casework:show-case", _("een casus wacht op een tweede lid")),
    "poort-beantwoord": ("casework:show-case", _("er is over een fase van een casus beslist")),
    "gast-voorgedragen": ("casework:list-guests", _("een gast voor een casus wacht op een tweede lid")),
    "expertgroep": ("casework:show-question", _("er is iets bij uw vraag aan de expertgroep")),
    "advies-gegeven": ("casework:show-case", _("een adviseur gaf advies bij een casus")),
}
