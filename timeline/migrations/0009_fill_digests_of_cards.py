from django.db import migrations

from timeline import index


def fill(apps, schema_editor):
    index.write_missing_digests()


class Migration(migrations.Migration):
    atomic = False  # in batches: who writes meanwhile waits for one of them at most

    dependencies = [
        ('timeline', '0008_digests_of_cards'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
