"""The tables of the cellar: streams and nonces."""

from django.apps import AppConfig


class PlumbingConfig(AppConfig):
    """Streams, events and nonces."""

    name = "sluis.plumbing"
    label = "plumbing"
    default_auto_field = "django.db.models.BigAutoField"
