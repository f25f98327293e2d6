"""Browse assessments and evidence; neither is changed here."""

from django.contrib import admin

from sluis.apps.privacy.models import Assessment, Evidence
from sluis.plumbing.desk import ReadOnly

admin.site.register(Assessment, ReadOnly, list_display=["name", "version", "outcome", "approver"])
admin.site.register(Evidence, ReadOnly, list_display=["name", "kind", "title", "withdrawn"])
