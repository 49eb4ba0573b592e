"""Triggers: what was published never changes, on either database. A publication that came out can only be replaced;
its figures are neither added, changed nor removed.
"""

from django.db import migrations

PUBLICATION, FIGURE = "restitution_publication", "restitution_publishedfigure"
COLUMNS = (
    "id", "number", "frozen_at", "content_hash", "public_id", "corpus_fingerprint", "prepared_at", "published_at",
    "consultation_id", "prepared_by_id", "published_by_id", "run_id", "supersedes_id",
)  # fmt: skip
CAME_OUT = "EXISTS (SELECT 1 FROM restitution_publication p WHERE p.state <> 'preparation' AND p.id = {}.publication_id)"


def _guards(differs):
    """(table, operation, condition); `differs` is how the database compares columns that may be null."""
    changed = " OR ".join(f"OLD.{column} {differs} NEW.{column}" for column in COLUMNS)
    kept = "(NEW.state = OLD.state OR NEW.state = 'remplacee')"
    yield PUBLICATION, "UPDATE", f"OLD.state <> 'preparation' AND (NOT {kept} OR {changed})"
    yield PUBLICATION, "DELETE", "OLD.state <> 'preparation'"
    yield FIGURE, "INSERT", CAME_OUT.format("NEW")
    yield FIGURE, "UPDATE", f"{CAME_OUT.format('OLD')} OR {CAME_OUT.format('NEW')}"
    yield FIGURE, "DELETE", CAME_OUT.format("OLD")


def _name(table, operation):
    return f"published_{table.partition('_')[2]}_{operation.lower()}"


def _sqlite():
    for table, operation, condition in _guards("IS NOT"):
        yield f"""
            CREATE TRIGGER {_name(table, operation)} BEFORE {operation} ON {table} WHEN {condition}
            BEGIN SELECT RAISE(ABORT, 'restitution: what was published never changes'); END
        """


def _postgresql():
    for table, operation, condition in _guards("IS DISTINCT FROM"):
        name = _name(table, operation)
        yield f"""
            CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF {condition} THEN
                    RAISE EXCEPTION 'restitution: what was published never changes';
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
    with schema_editor.connection.cursor() as cursor:
        for table, operation, _condition in _guards("="):
            name = _name(table, operation)
            if schema_editor.connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            else:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
                cursor.execute(f"DROP FUNCTION IF EXISTS {name}()")


class Migration(migrations.Migration):
    dependencies = [("restitution", "0001_initial")]

    operations = [migrations.RunPython(install, remove, elidable=False)]
