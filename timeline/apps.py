from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TimelineConfig(AppConfig):
    name = "timeline"
    verbose_name = _("Timeline")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from timeline import charts, conversions, index  # they import the models, which exist only now

        conversions.connect()
        index.connect()
        charts.connect()
