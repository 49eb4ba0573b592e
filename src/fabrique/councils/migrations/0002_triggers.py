"""Triggers: what was sent to members or published never changes nor goes, on either database: documents of a
session, opinions, minutes. A later version replaces them.
"""

from django.db import migrations

DOCUMENT, OPINION, MINUTES = "councils_sessiondocument", "councils_opinion", "councils_sessionminutes"
COLUMNS = {
    DOCUMENT: (
        "id", "number", "frozen_at", "content_hash", "public_id", "session_id", "item_id", "supersedes_id", "title",
        "name", "kind", "size", "content",
    ),
    OPINION: (
        "id", "number", "frozen_at", "content_hash", "public_id", "item_id", "supersedes_id", "sense", "text",
        "points", "adopted_on", "votes_for", "votes_against", "abstentions", "published_by_id",
    ),
    MINUTES: (
        "id", "number", "frozen_at", "content_hash", "public_id", "session_id", "supersedes_id", "text",
        "approved_on", "published_by_id",
    ),
}  # fmt: skip
#: JSON has no equality on PostgreSQL until it is binary
AS_TEXT = {"points"}


def _guards(vendor):
    """(table, operation, condition), in the words of the database."""
    differs = "IS NOT" if vendor == "sqlite" else "IS DISTINCT FROM"
    for table, columns in COLUMNS.items():
        cast = {name: f"{name}::text" if vendor == "postgresql" and name in AS_TEXT else name for name in columns}
        changed = " OR ".join(f"OLD.{cast[name]} {differs} NEW.{cast[name]}" for name in columns)
        yield table, "UPDATE", f"OLD.frozen_at IS NOT NULL AND ({changed})"
        yield table, "DELETE", "OLD.frozen_at IS NOT NULL"


def _name(table, operation):
    return f"frozen_{table.partition('_')[2]}_{operation.lower()}"


def _sqlite():
    for table, operation, condition in _guards("sqlite"):
        yield f"""
            CREATE TRIGGER {_name(table, operation)} BEFORE {operation} ON {table} WHEN {condition}
            BEGIN SELECT RAISE(ABORT, 'councils: what was sent or published never changes'); END
        """


def _postgresql():
    for table, operation, condition in _guards("postgresql"):
        name = _name(table, operation)
        yield f"""
            CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF {condition} THEN
                    RAISE EXCEPTION 'councils: what was sent or published never changes';
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
    dependencies = [("councils", "0001_initial")]

    operations = [migrations.RunPython(install, remove, elidable=False)]
