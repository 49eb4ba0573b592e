"""Seats by category inside a college; a mandate says its category and whether its name is public.

Fed by accounts.models. Feeds accounts_seatcategory, accounts_mandate, accounts_body.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_door_conditions'),
    ]

    operations = [
        migrations.AddField(
            model_name='body',
            name='members_complete',
            field=models.BooleanField(default=False, verbose_name='tous les membres y sont enregistrés'),
        ),
        migrations.AddField(
            model_name='mandate',
            name='name_public',
            field=models.BooleanField(default=False, verbose_name='nom montré au public'),
        ),
        migrations.CreateModel(
            name='SeatCategory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rank', models.PositiveSmallIntegerField(verbose_name='rang')),
                ('label', models.CharField(max_length=300, verbose_name='intitulé')),
                ('seats', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='sièges')),
                ('college', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='categories', to='accounts.college', verbose_name='collège')),
            ],
            options={
                'verbose_name': 'catégorie de sièges',
                'verbose_name_plural': 'catégories de sièges',
                'ordering': ['college', 'rank'],
            },
        ),
        migrations.AddField(
            model_name='mandate',
            name='category',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mandates', to='accounts.seatcategory', verbose_name='catégorie'),
        ),
        migrations.AddConstraint(
            model_name='seatcategory',
            constraint=models.UniqueConstraint(fields=('college', 'rank'), name='seat_category_rank_once'),
        ),
        migrations.AddConstraint(
            model_name='seatcategory',
            constraint=models.CheckConstraint(condition=models.Q(('rank__gte', 1), ('rank__lte', 26)), name='seat_category_has_a_letter'),
        ),
    ]
