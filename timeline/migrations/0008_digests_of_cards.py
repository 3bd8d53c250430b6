from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('timeline', '0007_lengths_and_counts_of_entries'),
    ]

    operations = [
        migrations.AddField(
            model_name='entry',
            name='card_digest',
            field=models.BinaryField(max_length=16, null=True, verbose_name='digest of what the card says'),
        ),
    ]
