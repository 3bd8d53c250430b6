from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("timeline", "0012_texts_of_cards_in_an_index"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["sort_key", "card_digest"], name="entry_page"),
        ),
    ]
