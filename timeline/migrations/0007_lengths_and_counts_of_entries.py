from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('timeline', '0006_web_addresses'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='entry',
            name='entry_by_length',
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['day_count', 'sort_key'], name='entry_by_length'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['agreement', 'kind', 'is_kr', 'is_us', 'is_int'], name='entry_counted'),
        ),
    ]
