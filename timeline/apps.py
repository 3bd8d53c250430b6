from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TimelineConfig(AppConfig):
    name = "timeline"
    verbose_name = _("Timeline")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Here and not above: they import the models, which exist only now.
        from timeline import charts, checks, conversions, duplicates, history, index, pictures, search
        from timeline.security import log, sessions

        checks.connect()
        conversions.connect()
        duplicates.connect()
        index.connect()
        history.connect()
        search.connect()
        charts.connect()
        pictures.connect()
        log.connect()
        sessions.connect()
