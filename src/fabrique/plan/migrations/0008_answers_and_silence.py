"""Each answer to a recommendation is kept with its words; what silence means for those asked by choice is a choice.

Fed by the journal for the answers given so far: it knows when and of what kind, the table knows the last words.
"""

import django.db.models.deletion
from django.db import migrations, models

ANSWERED = "plan.answer_recommendation"
KINDS = [
    ("en-attente", "réponse attendue"),
    ("acceptee", "acceptée"),
    ("en-partie", "acceptée en partie"),
    ("refusee", "refusée"),
]
SILENCE = [("repute-rendu", "avis réputé rendu"), ("sans-reponse", "absence de réponse, sans avis réputé rendu")]


def rebuild(apps, schema_editor):
    """One row an answer of the journal; only the last of each recommendation still has its words."""
    lines = apps.get_model("audit", "JournalLine").objects.filter(verb=ANSWERED)
    answers = apps.get_model("plan", "RecommendationAnswer").objects
    for row in apps.get_model("plan", "Recommendation").objects.exclude(answer="en-attente").iterator():
        given = list(lines.filter(object_reference=str(row.public_id)).order_by("at", "pk"))
        for one in given[:-1]:
            answers.create(recommendation=row, answer=one.reason, given_at=one.at)
        if given:
            answers.create(
                recommendation=row,
                answer=row.answer,
                text=row.answer_text,
                owner=row.owner,
                due_on=row.due_on,
                given_at=given[-1].at,
            )


class Migration(migrations.Migration):
    dependencies = [("plan", "0007_counts_people"), ("audit", "0002_triggers")]

    operations = [
        migrations.AddField(
            model_name="formalconsultation",
            name="voluntary_silence",
            field=models.CharField(
                choices=SILENCE,
                default="repute-rendu",
                max_length=16,
                verbose_name="silence de ceux que l’agence consulte par choix",
            ),
        ),
        migrations.CreateModel(
            name="RecommendationAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("answer", models.CharField(choices=KINDS, max_length=12, verbose_name="réponse")),
                ("text", models.TextField(blank=True, verbose_name="réponse de l’agence")),
                ("owner", models.CharField(blank=True, max_length=200, verbose_name="qui s’en charge")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="pour le")),
                ("given_at", models.DateTimeField(verbose_name="donnée le")),
                (
                    "recommendation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="plan.recommendation",
                        verbose_name="recommandation",
                    ),
                ),
            ],
            options={
                "verbose_name": "réponse à une recommandation",
                "verbose_name_plural": "réponses à des recommandations",
                "ordering": ["recommendation", "given_at", "pk"],
            },
        ),
        migrations.RunPython(rebuild, migrations.RunPython.noop),
    ]
