from django.db import migrations

# On SQLite alone: there a text is read with the whole of its row, and most of that is the card. PostgreSQL takes no long
# text into such an index. Not among the model's, which Django would make on both.
NAME = "entry_card_text"


def make(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(f"CREATE INDEX {NAME} ON timeline_entrycard (entry_id, text)")
        if "sqlite_stat1" in schema_editor.connection.introspection.table_names():  # somebody had them counted before
            schema_editor.execute("ANALYZE timeline_entrycard")


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(f"DROP INDEX {NAME}")


class Migration(migrations.Migration):
    dependencies = [
        ("timeline", "0011_no_conversions_of_years_long_past"),
    ]

    operations = [
        migrations.RunPython(make, drop),
    ]
