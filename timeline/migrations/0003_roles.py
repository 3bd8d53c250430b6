"""The four roles as groups, with their permissions. `timeline/roles.py` says which; later roles get migrations of their own."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

from timeline.roles import PERMISSIONS


def make_groups(apps, schema_editor):
    from django.apps import apps as now

    for label in ("auth", "timeline"):  # they are made after all migrations otherwise, which is too late for us
        create_permissions(now.get_app_config(label), verbosity=0, using=schema_editor.connection.alias)
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    for role, permissions in PERMISSIONS.items():
        group, _made = Group.objects.get_or_create(name=role)
        pairs = [each.split(".") for each in permissions]
        group.permissions.set(
            [Permission.objects.get(content_type__app_label=app, codename=codename) for app, codename in pairs]
        )


def remove_groups(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=PERMISSIONS).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("timeline", "0002_the_editing_desk"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(make_groups, remove_groups)]
