"""A trigger: what a users' association handed in is never rewritten, on either database.

Fed by plan.services.findings. Feeds whoever reads the text beside the agency's view. Only updates are guarded, so
that emptying the tables of a test needs nothing lifted.
"""

from django.db import migrations

NAME, TABLE = "handed_in_finding_kept", "plan_usersfinding"
WORDS = ("tone", "text", "method", "content_hash", "handed_in_at", "organisation_id", "action_id")
SAID = "plan: what an association handed in is never rewritten"


def install(apps, schema_editor):
    """Create the trigger, on either database."""
    sqlite = schema_editor.connection.vendor == "sqlite"
    differs = "IS NOT" if sqlite else "IS DISTINCT FROM"
    changed = " OR ".join(f"OLD.{name} {differs} NEW.{name}" for name in WORDS)
    rewritten = f"OLD.handed_in_at IS NOT NULL AND ({changed})"
    with schema_editor.connection.cursor() as cursor:
        if sqlite:
            cursor.execute(
                f"CREATE TRIGGER {NAME} BEFORE UPDATE ON {TABLE} WHEN {rewritten} "
                f"BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
            )
            return
        cursor.execute(
            f"CREATE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN IF {rewritten} THEN RAISE EXCEPTION '{SAID}'; END IF; RETURN NEW; END $$"
        )
        cursor.execute(
            f"CREATE TRIGGER {NAME} BEFORE UPDATE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION {NAME}()"
        )


def remove(apps, schema_editor):
    """Drop it again."""
    with schema_editor.connection.cursor() as cursor:
        if schema_editor.connection.vendor == "sqlite":
            cursor.execute(f"DROP TRIGGER IF EXISTS {NAME}")
        else:
            cursor.execute(f"DROP TRIGGER IF EXISTS {NAME} ON {TABLE}")
            cursor.execute(f"DROP FUNCTION IF EXISTS {NAME}()")


class Migration(migrations.Migration):
    dependencies = [("plan", "0005_sheet_file")]

    operations = [migrations.RunPython(install, remove, elidable=False)]
