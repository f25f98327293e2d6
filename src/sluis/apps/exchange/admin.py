"""Browse ceremonies; signals are never shown one by one."""

from django.contrib import admin

from sluis.apps.exchange.models import Ceremony
from sluis.plumbing.desk import ReadOnly

admin.site.register(Ceremony, ReadOnly, list_display=["state", "opened", "why"])
