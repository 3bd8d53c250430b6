from importlib import import_module

from django.contrib.admin.apps import SimpleAdminConfig


class DeskConfig(SimpleAdminConfig):
    """Our own pages alone: other apps would add theirs, among them one that shows the keys of second factors."""

    default_site = "timeline.admin.site.Desk"

    def ready(self) -> None:
        super().ready()
        import_module("timeline.admin")
