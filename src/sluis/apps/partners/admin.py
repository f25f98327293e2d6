"""Browse people and organisations. Roles change by services only: here nothing is added, changed or removed."""

from django.contrib import admin
from django_otp.plugins.otp_totp import admin as _of_the_library
from django_otp.plugins.otp_totp.models import TOTPDevice

from sluis.apps.partners.models import Membership, Organisation
from sluis.plumbing.desk import ReadOnly

# A desk where an administrator reads somebody's secret is a way around the second factor: the library registers one.
if _of_the_library and admin.site.is_registered(TOTPDevice):
    admin.site.unregister(TOTPDevice)
admin.site.register(Membership, ReadOnly, list_display=["user", "organisation", "role", "since", "ended"])
admin.site.register(Organisation, ReadOnly, list_display=["name", "sector"])
