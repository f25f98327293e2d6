"""Browse people and organisations."""

from django.contrib import admin

from sluis.apps.partners.models import Membership, Organisation

admin.site.register(Membership, list_display=["user", "organisation", "role"])
admin.site.register(Organisation, list_display=["name", "sector"])
