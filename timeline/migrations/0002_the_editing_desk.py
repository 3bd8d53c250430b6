

import django.db.models.deletion
import django.utils.timezone
import timeline.models.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('timeline', '0001_the_knowledge_base'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ImportBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20, verbose_name='kind of record')),
                ('file_name', models.CharField(max_length=200, verbose_name='file')),
                ('status', models.CharField(choices=[('previewed', 'looked at'), ('applied', 'imported'), ('undone', 'undone')], default='previewed', max_length=10, verbose_name='status')),
                ('table', models.JSONField(verbose_name='table')),
                ('digest', models.CharField(max_length=64, verbose_name='digest of the table')),
                ('outcomes', models.JSONField(default=list, verbose_name='what each row comes to')),
                ('proposals', models.JSONField(default=list, verbose_name='changes that wait')),
                ('unit', models.CharField(blank=True, max_length=16, verbose_name='unit of work')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='chosen at')),
                ('applied_at', models.DateTimeField(blank=True, null=True, verbose_name='imported at')),
                ('undone_at', models.DateTimeField(blank=True, null=True, verbose_name='undone at')),
            ],
            options={
                'verbose_name': 'import',
                'verbose_name_plural': 'imports',
                'ordering': ['-at', '-pk'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Likeness',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20, verbose_name='kind of record')),
                ('key', timeline.models.fields.ByteOrderedCharField(max_length=120, verbose_name='key')),
                ('record_id', models.BigIntegerField(verbose_name='record')),
            ],
            options={
                'verbose_name': 'likeness',
                'verbose_name_plural': 'likenesses',
            },
        ),
        migrations.CreateModel(
            name='LinkCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('field', models.CharField(choices=[('url', 'address'), ('archived_url', 'archived copy')], max_length=12, verbose_name='which address')),
                ('address', models.CharField(max_length=1000, verbose_name='address as checked')),
                ('last_checked_at', models.DateTimeField(verbose_name='last checked')),
                ('outcome', models.CharField(choices=[('ok', 'reachable'), ('blocked', 'does not let programs in'), ('changed', 'leads elsewhere by now'), ('gone', 'not found'), ('unreachable', 'no answer')], max_length=11, verbose_name='outcome')),
                ('status', models.PositiveSmallIntegerField(default=0, verbose_name='status of the answer')),
                ('problem', models.CharField(blank=True, max_length=300, verbose_name='what went wrong')),
                ('failures', models.PositiveIntegerField(default=0, verbose_name='failures in a row')),
                ('first_failed_at', models.DateTimeField(blank=True, null=True, verbose_name='failing since')),
                ('final_url', models.CharField(blank=True, max_length=2000, verbose_name='where it leads')),
                ('title', models.CharField(blank=True, max_length=300, verbose_name='title that it had')),
                ('new_title', models.CharField(blank=True, max_length=300, verbose_name='title that it has')),
            ],
            options={
                'verbose_name': 'link check',
                'verbose_name_plural': 'link checks',
                'ordering': ['source__slug', '-field'],
            },
        ),
        migrations.CreateModel(
            name='Merge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20, verbose_name='kind of record')),
                ('loser_code', timeline.models.fields.ByteOrderedCharField(max_length=16, verbose_name='code of the merged record')),
                ('loser_slug', timeline.models.fields.ByteOrderedCharField(max_length=100, verbose_name='slug of the merged record')),
                ('loser_name', models.CharField(max_length=300, verbose_name='merged record')),
                ('winner_code', timeline.models.fields.ByteOrderedCharField(max_length=16, verbose_name='code of the record that stays')),
                ('winner_slug', timeline.models.fields.ByteOrderedCharField(max_length=100, verbose_name='slug of the record that stays')),
                ('winner_name', models.CharField(max_length=300, verbose_name='merged into')),
                ('moved', models.JSONField(verbose_name='what moved')),
                ('by_name', models.CharField(blank=True, max_length=150, verbose_name='by')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='at')),
                ('why', timeline.models.fields.ProseField(max_length=1000, verbose_name='why')),
                ('undone_at', models.DateTimeField(null=True, verbose_name='taken back at')),
                ('undone_why', timeline.models.fields.ProseField(blank=True, max_length=1000, verbose_name='why it was taken back')),
            ],
            options={
                'verbose_name': 'merge',
                'verbose_name_plural': 'merges',
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='OpenForm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20, verbose_name='kind of record')),
                ('code', timeline.models.fields.ByteOrderedCharField(max_length=16, verbose_name='code')),
                ('tab', models.CharField(max_length=36, verbose_name='window')),
                ('opened_at', models.DateTimeField(verbose_name='open since')),
                ('seen_at', models.DateTimeField(db_index=True, verbose_name='last seen')),
            ],
            options={
                'verbose_name': 'open form',
                'verbose_name_plural': 'open forms',
            },
        ),
        migrations.CreateModel(
            name='Revision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20, verbose_name='kind of record')),
                ('code', models.CharField(max_length=16, verbose_name='code of the record')),
                ('slug', timeline.models.fields.ByteOrderedCharField(max_length=100, verbose_name='slug')),
                ('version', models.PositiveIntegerField(verbose_name='version')),
                ('act', models.CharField(choices=[('found', 'found as it was'), ('created', 'entered'), ('changed', 'changed'), ('submitted', 'given to review'), ('sent_back', 'sent back'), ('published', 'published'), ('approved', 'change approved'), ('withdrawn', 'withdrawn'), ('renamed', 'renamed'), ('restored', 'restored'), ('loaded', 'loaded from the files'), ('imported', 'imported'), ('merged', 'merged'), ('unmerged', 'merging undone'), ('deleted', 'deleted')], max_length=10, verbose_name='what was done')),
                ('state', models.CharField(blank=True, max_length=10, verbose_name='state')),
                ('by_name', models.CharField(blank=True, max_length=150, verbose_name='by')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='at')),
                ('why', timeline.models.fields.ProseField(blank=True, max_length=5000, verbose_name='why')),
                ('unit', models.CharField(max_length=16, verbose_name='unit of work')),
                ('content', models.JSONField(verbose_name='content')),
                ('keys', models.JSONField(default=dict, verbose_name='keys of the rows')),
                ('digest', models.CharField(max_length=64, verbose_name='digest of the content')),
                ('is_public', models.BooleanField(default=False, verbose_name='changed what readers saw')),
            ],
            options={
                'verbose_name': 'revision',
                'verbose_name_plural': 'revisions',
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.AlterModelOptions(
            name='proposal',
            options={'ordering': ['proposed_at', 'pk'], 'permissions': [('review_record', 'Can review and publish the work of others'), ('override_review', 'Can publish without a second person, with a reason'), ('withdraw_record', 'Can withdraw what is public'), ('merge_records', 'Can merge records, and undo it')], 'verbose_name': 'proposal', 'verbose_name_plural': 'proposals'},
        ),
        migrations.RemoveConstraint(
            model_name='proposal',
            name='proposal_is_decided_by_somebody_else',
        ),
        migrations.AddField(
            model_name='proposal',
            name='answer',
            field=timeline.models.fields.ProseField(blank=True, max_length=5000, verbose_name='remark of the reviewer'),
        ),
        migrations.AddField(
            model_name='proposal',
            name='code',
            field=models.CharField(default='', max_length=16, verbose_name='code of the record'),
        ),
        migrations.AddField(
            model_name='proposal',
            name='title',
            field=models.CharField(default='', max_length=300, verbose_name='record'),
        ),
        migrations.AlterField(
            model_name='proposal',
            name='remark',
            field=timeline.models.fields.ProseField(blank=True, max_length=5000, verbose_name='remark of the author'),
        ),
        migrations.AlterField(
            model_name='proposal',
            name='slug',
            field=timeline.models.fields.ByteOrderedCharField(max_length=100, verbose_name='slug'),
        ),
        migrations.AlterField(
            model_name='proposal',
            name='status',
            field=models.CharField(choices=[('waiting', 'waiting'), ('sent_back', 'sent back'), ('approved', 'approved'), ('refused', 'refused'), ('taken_back', 'taken back')], default='waiting', max_length=10, verbose_name='status'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by', None), models.Q(('decided_by', models.F('proposed_by')), _negated=True), ('status', 'taken_back'), _connector='OR'), name='proposal_is_decided_by_somebody_else'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ('waiting', 'sent_back'))), fields=('kind', 'code', 'proposed_by'), name='proposal_is_one_for_each_author'),
        ),
        migrations.AddField(
            model_name='importbatch',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='importbatch',
            name='undone_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='likeness',
            index=models.Index(fields=['kind', 'record_id'], name='likeness_by_record'),
        ),
        migrations.AddConstraint(
            model_name='likeness',
            constraint=models.UniqueConstraint(fields=('kind', 'key', 'record_id'), name='likeness_is_kept_once'),
        ),
        migrations.AddField(
            model_name='linkcheck',
            name='source',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='link_checks', to='timeline.source', verbose_name='source'),
        ),
        migrations.AddField(
            model_name='merge',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='merge',
            name='undone_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='taken back by'),
        ),
        migrations.AddField(
            model_name='openform',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='revision',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='revision',
            name='reviewer',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='importbatch',
            index=models.Index(fields=['-at'], name='import_newest_first'),
        ),
        migrations.AddIndex(
            model_name='importbatch',
            index=models.Index(fields=['digest'], name='import_by_table'),
        ),
        migrations.AddConstraint(
            model_name='importbatch',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('applied_at', None), ('status', 'previewed')), models.Q(models.Q(('status', 'previewed'), _negated=True), ('applied_at__isnull', False)), _connector='OR'), name='import_says_when_it_was_applied'),
        ),
        migrations.AddConstraint(
            model_name='importbatch',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'undone'), ('undone_at__isnull', False)), models.Q(models.Q(('status', 'undone'), _negated=True), ('undone_at', None)), _connector='OR'), name='import_says_when_it_was_undone'),
        ),
        migrations.AddIndex(
            model_name='linkcheck',
            index=models.Index(fields=['outcome', 'last_checked_at'], name='link_check_by_outcome'),
        ),
        migrations.AddConstraint(
            model_name='linkcheck',
            constraint=models.UniqueConstraint(fields=('source', 'field'), name='link_check_once_for_each_address'),
        ),
        migrations.AddConstraint(
            model_name='linkcheck',
            constraint=models.CheckConstraint(condition=models.Q(('field__in', ['url', 'archived_url'])), name='link_check_field_is_known'),
        ),
        migrations.AddConstraint(
            model_name='linkcheck',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ['ok', 'blocked', 'changed', 'gone', 'unreachable'])), name='link_check_outcome_is_known'),
        ),
        migrations.AddConstraint(
            model_name='linkcheck',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('failures', 0), ('first_failed_at', None)), models.Q(('failures__gt', 0), ('first_failed_at__isnull', False)), _connector='OR'), name='link_check_failing_says_since_when'),
        ),
        migrations.AddIndex(
            model_name='merge',
            index=models.Index(fields=['kind', 'winner_code'], name='merge_by_winner'),
        ),
        migrations.AddConstraint(
            model_name='merge',
            constraint=models.UniqueConstraint(condition=models.Q(('undone_at', None)), fields=('kind', 'loser_code'), name='record_is_merged_into_one'),
        ),
        migrations.AddConstraint(
            model_name='merge',
            constraint=models.CheckConstraint(condition=models.Q(('loser_code', models.F('winner_code')), _negated=True), name='record_is_not_merged_into_itself'),
        ),
        migrations.AddConstraint(
            model_name='openform',
            constraint=models.UniqueConstraint(fields=('user', 'kind', 'code'), name='form_is_open_once_for_each_person'),
        ),
        migrations.AddIndex(
            model_name='revision',
            index=models.Index(fields=['-at'], name='revision_newest_first'),
        ),
        migrations.AddIndex(
            model_name='revision',
            index=models.Index(fields=['unit'], name='revision_by_unit'),
        ),
        migrations.AddIndex(
            model_name='revision',
            index=models.Index(condition=models.Q(('is_public', True)), fields=['-at'], name='revision_corrections'),
        ),
        migrations.AddIndex(
            model_name='revision',
            index=models.Index(condition=models.Q(('state', '')), fields=['-at'], name='revision_deletions'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.UniqueConstraint(fields=('kind', 'code', 'version'), name='revision_is_one_for_each_version'),
        ),
    ]
