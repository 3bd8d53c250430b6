import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

TARGETS = ("round", "statement", "event", "agreement", "figure", "official", "organization", "appointment", "position")


def _indexes_of_all_rows(schema_editor, citation):
    """By column. To ask for them takes a third of a second on SQLite."""
    with schema_editor.connection.cursor() as cursor:
        found = schema_editor.connection.introspection.get_constraints(cursor, citation._meta.db_table)
    plain = {name: index for name, index in found.items() if index["index"] and not index["unique"]}
    return {column: name for name, index in plain.items() for column in index["columns"] if len(index["columns"]) == 1}


def drop(apps, schema_editor):
    """By name: Django would write the table anew for each of the nine, on SQLite."""
    citation = apps.get_model("timeline", "Citation")
    indexes = _indexes_of_all_rows(schema_editor, citation)
    for name in TARGETS:
        index = indexes[citation._meta.get_field(name).column]
        schema_editor.execute(schema_editor._delete_index_sql(citation, index))


def make_again(apps, schema_editor):
    citation = apps.get_model("timeline", "Citation")
    for name in TARGETS:
        schema_editor.execute(schema_editor._create_index_sql(citation, fields=[citation._meta.get_field(name)]))


def count(apps, schema_editor):
    """Until then no planner knows how good the new ones are. SQLite counts where somebody had it counted before."""
    connection = schema_editor.connection
    if connection.vendor != "sqlite" or "sqlite_stat1" in connection.introspection.table_names():
        schema_editor.execute("ANALYZE timeline_citation")


def _without_an_index(name):
    field = models.ForeignKey(
        blank=True,
        db_index=False,
        null=True,
        on_delete=django.db.models.deletion.CASCADE,
        related_name="citations",
        to=f"timeline.{name}",
        verbose_name=name,
    )
    return migrations.AlterField(model_name="citation", name=name, field=field)


def _of_those_that_have_one(name):
    index = models.Index(fields=[name], condition=Q(**{f"{name}__isnull": False}), name=f"citation_of_{name}")
    return migrations.AddIndex(model_name="citation", index=index)


class Migration(migrations.Migration):
    dependencies = [
        ("timeline", "0009_fill_digests_of_cards"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[_without_an_index(name) for name in TARGETS],
            database_operations=[migrations.RunPython(drop, make_again)],
        ),
        *(_of_those_that_have_one(name) for name in TARGETS),
        migrations.RunPython(count, migrations.RunPython.noop, elidable=True),
    ]
