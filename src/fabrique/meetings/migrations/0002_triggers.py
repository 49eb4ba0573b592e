"""Triggers: what a named person signed or decided never changes, on either database. Signed minutes and approved
press documents can only be published or replaced by a later version; a decision can only be made public.
"""

from django.db import migrations

MINUTES, DECISION, PRESS = "meetings_minutes", "meetings_initiativedecision", "meetings_pressdocument"
COLUMNS = {
    MINUTES: (
        "id", "number", "frozen_at", "content_hash", "public_id", "introduction", "sections", "correction_note",
        "signatory_id", "signatory_name", "signatory_title", "signed_at", "meeting_id", "supersedes_id",
    ),
    DECISION: (
        "id", "public_id", "initiative_id", "kind", "amount", "funder", "reason", "decided_on", "decided_by_id",
        "recorded_at",
    ),
    PRESS: (
        "id", "number", "frozen_at", "content_hash", "public_id", "kind", "title", "body", "press_point", "contact",
        "dated_on", "approved_by_id", "approved_at", "programme_id", "meeting_id", "supersedes_id",
    ),
}  # fmt: skip
#: JSON has no equality on PostgreSQL until it is binary
AS_TEXT = {"sections"}


def _guards(vendor):
    """(table, operation, condition), in the words of the database."""
    differs = "IS NOT" if vendor == "sqlite" else "IS DISTINCT FROM"

    def changed(table):
        cast = {name: f"{name}::text" if vendor == "postgresql" and name in AS_TEXT else name for name in COLUMNS[table]}
        return " OR ".join(f"OLD.{cast[name]} {differs} NEW.{cast[name]}" for name in COLUMNS[table])

    for table in (MINUTES, PRESS):
        signed = "OLD.frozen_at IS NOT NULL"
        draft_again = "NEW.state = 'brouillon'"
        yield table, "UPDATE", f"{signed} AND ({draft_again} OR {changed(table)})"
        yield table, "DELETE", signed
    unpublished = "(OLD.published_at IS NOT NULL AND OLD.published_at " + differs + " NEW.published_at)"
    yield DECISION, "UPDATE", f"{unpublished} OR {changed(DECISION)}"


def _name(table, operation):
    return f"signed_{table.partition('_')[2]}_{operation.lower()}"


def _sqlite():
    for table, operation, condition in _guards("sqlite"):
        yield f"""
            CREATE TRIGGER {_name(table, operation)} BEFORE {operation} ON {table} WHEN {condition}
            BEGIN SELECT RAISE(ABORT, 'meetings: what was signed never changes'); END
        """


def _postgresql():
    for table, operation, condition in _guards("postgresql"):
        name = _name(table, operation)
        yield f"""
            CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF {condition} THEN
                    RAISE EXCEPTION 'meetings: what was signed never changes';
                END IF;
                RETURN {"OLD" if operation == "DELETE" else "NEW"};
            END $$
        """
        yield f"CREATE TRIGGER {name} BEFORE {operation} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"


def install(apps, schema_editor):
    """Create the triggers, on either database."""
    statements = {"sqlite": _sqlite, "postgresql": _postgresql}[schema_editor.connection.vendor]
    with schema_editor.connection.cursor() as cursor:
        for statement in statements():
            cursor.execute(statement)


def remove(apps, schema_editor):
    """Drop them again."""
    vendor = schema_editor.connection.vendor
    with schema_editor.connection.cursor() as cursor:
        for table, operation, _condition in _guards(vendor):
            name = _name(table, operation)
            if vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            else:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
                cursor.execute(f"DROP FUNCTION IF EXISTS {name}()")


class Migration(migrations.Migration):
    dependencies = [("meetings", "0001_initial")]

    operations = [migrations.RunPython(install, remove, elidable=False)]
