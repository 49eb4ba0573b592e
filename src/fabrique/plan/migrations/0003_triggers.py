"""Triggers: a frozen version of the plan and a snapshot given to a committee never change, on either database.

Fed by plan.services (life, snapshots). Feeds whoever checks, a year of edits later, that the bytes are the same.
"""

from django.db import migrations

TABLES = ("plan_planversion", "plan_snapshot")
OPERATIONS = ("UPDATE", "DELETE")
FROZEN = "OLD.frozen_at IS NOT NULL"


def _guards():
    for table in TABLES:
        for operation in OPERATIONS:
            yield table, operation, f"frozen_{table}_{operation.lower()}"


def _sqlite():
    for table, operation, name in _guards():
        yield f"""
            CREATE TRIGGER {name} BEFORE {operation} ON {table} WHEN {FROZEN}
            BEGIN SELECT RAISE(ABORT, 'plan: what was frozen never changes'); END
        """


def _postgresql():
    for table, operation, name in _guards():
        yield f"""
            CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF {FROZEN} THEN
                    RAISE EXCEPTION 'plan: what was frozen never changes';
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
        for table, _operation, name in _guards():
            if vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            else:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
                cursor.execute(f"DROP FUNCTION IF EXISTS {name}()")


class Migration(migrations.Migration):
    dependencies = [("plan", "0002_consultees_in_common")]

    operations = [migrations.RunPython(install, remove, elidable=False)]
