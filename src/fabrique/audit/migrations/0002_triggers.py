"""Triggers that make the journal append-only: the database refuses what no verb does.

A line is inserted unsealed, may be given a seal once, and never changes nor goes. A seal never changes nor goes.
"""

from typing import Any

from django.db import migrations

SQLITE = [
    """
    CREATE TRIGGER journal_line_insert BEFORE INSERT ON audit_journalline
    WHEN NEW.seal_id IS NOT NULL OR EXISTS (SELECT 1 FROM audit_journalline WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'journal: a line is inserted new and unsealed'); END
    """,
    """
    CREATE TRIGGER journal_line_update BEFORE UPDATE ON audit_journalline
    WHEN NOT (
        OLD.seal_id IS NULL AND NEW.seal_id IS NOT NULL AND NEW.id IS OLD.id AND NEW.at IS OLD.at
        AND NEW.actor_kind IS OLD.actor_kind AND NEW.actor_reference IS OLD.actor_reference
        AND NEW.verb IS OLD.verb AND NEW.object_kind IS OLD.object_kind
        AND NEW.object_reference IS OLD.object_reference AND NEW.reason IS OLD.reason
    )
    BEGIN SELECT RAISE(ABORT, 'journal: a line never changes'); END
    """,
    """
    CREATE TRIGGER journal_line_delete BEFORE DELETE ON audit_journalline
    BEGIN SELECT RAISE(ABORT, 'journal: a line never goes'); END
    """,
    """
    CREATE TRIGGER journal_seal_insert BEFORE INSERT ON audit_journalseal
    WHEN EXISTS (
        SELECT 1 FROM audit_journalseal
        WHERE id = NEW.id OR hash = NEW.hash OR previous_hash = NEW.previous_hash
    )
    BEGIN SELECT RAISE(ABORT, 'journal: a seal is inserted new'); END
    """,
    """
    CREATE TRIGGER journal_seal_update BEFORE UPDATE ON audit_journalseal
    BEGIN SELECT RAISE(ABORT, 'journal: a seal never changes'); END
    """,
    """
    CREATE TRIGGER journal_seal_delete BEFORE DELETE ON audit_journalseal
    BEGIN SELECT RAISE(ABORT, 'journal: a seal never goes'); END
    """,
]
SQLITE_NAMES = [
    "journal_line_insert",
    "journal_line_update",
    "journal_line_delete",
    "journal_seal_insert",
    "journal_seal_update",
    "journal_seal_delete",
]

POSTGRESQL = [
    """
    CREATE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'journal: % on % is refused', TG_OP, TG_TABLE_NAME; END $$
    """,
    """
    CREATE FUNCTION journal_line_guard() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE as_before audit_journalline%ROWTYPE;
    BEGIN
        IF TG_OP = 'INSERT' THEN
            IF NEW.seal_id IS NOT NULL THEN
                RAISE EXCEPTION 'journal: a line is inserted new and unsealed';
            END IF;
            RETURN NEW;
        END IF;
        as_before := NEW;
        as_before.seal_id := OLD.seal_id;
        IF OLD.seal_id IS NOT NULL OR NEW.seal_id IS NULL OR as_before IS DISTINCT FROM OLD THEN
            RAISE EXCEPTION 'journal: a line never changes';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER journal_line_guard BEFORE INSERT OR UPDATE ON audit_journalline
    FOR EACH ROW EXECUTE FUNCTION journal_line_guard()
    """,
    """
    CREATE TRIGGER journal_line_delete BEFORE DELETE OR TRUNCATE ON audit_journalline
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse()
    """,
    """
    CREATE TRIGGER journal_seal_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_journalseal
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse()
    """,
]
POSTGRESQL_DROP = [
    "DROP TRIGGER IF EXISTS journal_line_guard ON audit_journalline",
    "DROP TRIGGER IF EXISTS journal_line_delete ON audit_journalline",
    "DROP TRIGGER IF EXISTS journal_seal_change ON audit_journalseal",
    "DROP FUNCTION IF EXISTS journal_line_guard()",
    "DROP FUNCTION IF EXISTS journal_refuse()",
]


def install(apps: object, schema_editor: Any) -> None:
    """Create the triggers, on either database."""
    statements = {"sqlite": SQLITE, "postgresql": POSTGRESQL}[schema_editor.connection.vendor]
    with schema_editor.connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def remove(apps: object, schema_editor: Any) -> None:
    """Drop them again."""
    drops = {
        "sqlite": [f"DROP TRIGGER IF EXISTS {name}" for name in SQLITE_NAMES],
        "postgresql": POSTGRESQL_DROP,
    }[schema_editor.connection.vendor]
    with schema_editor.connection.cursor() as cursor:
        for statement in drops:
            cursor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunPython(install, remove, elidable=False)]
