from django.db import migrations
from django.db.models import F
from django.db.models.functions import ExtractYear


def clear(apps, schema_editor):
    """As `timeline.conversions` does from now on when a figure is saved."""
    figures = apps.get_model("timeline", "Figure").objects.annotate(rate_of=ExtractYear("conversion_day"))
    nothing = {"converted_amount": None, "conversion_rate": None, "conversion_day": None}
    if figures.filter(year_to__lt=F("rate_of") - 1).update(**nothing):
        versions = apps.get_model("timeline", "ContentVersion").objects.filter(pk=1)
        for version in versions.select_for_update():
            version.number += 1
            version.save()


class Migration(migrations.Migration):
    dependencies = [
        ("timeline", "0010_indexes_of_citations"),
    ]

    operations = [
        migrations.RunPython(clear, migrations.RunPython.noop, elidable=True),
    ]
