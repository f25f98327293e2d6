"""Browse ceremonies; signals are never shown one by one."""

from django.contrib import admin

from sluis.apps.exchange.models import Ceremony

admin.site.register(Ceremony, list_display=["state", "opened", "why"])
