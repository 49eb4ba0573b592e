"""Triggers: a contribution keeps the salt, the hash, the participation and the question it was born with, and a
tombstone never changes. The sealed text itself may be sealed again under a new key: its hash vouches for it.
"""

from django.db import migrations

FIXED = ("participation_id", "question_id", "salt", "item_hash", "public_id")

SQLITE = [
    f"""
    CREATE TRIGGER contribution_fixed BEFORE UPDATE OF {', '.join(FIXED)} ON contributions_contribution
    WHEN {' OR '.join(f'NEW.{name} IS NOT OLD.{name}' for name in FIXED)}
    BEGIN SELECT RAISE(ABORT, 'contributions: an item keeps its origin and its hash'); END
    """,
    """
    CREATE TRIGGER tombstone_fixed BEFORE UPDATE ON contributions_tombstone
    BEGIN SELECT RAISE(ABORT, 'contributions: a tombstone never changes'); END
    """,
]
POSTGRESQL = [
    f"""
    CREATE FUNCTION contribution_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF {' OR '.join(f'NEW.{name} IS DISTINCT FROM OLD.{name}' for name in FIXED)} THEN
            RAISE EXCEPTION 'contributions: an item keeps its origin and its hash';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER contribution_fixed BEFORE UPDATE ON contributions_contribution
    FOR EACH ROW EXECUTE FUNCTION contribution_fixed()
    """,
    """
    CREATE FUNCTION tombstone_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'contributions: a tombstone never changes'; END $$
    """,
    """
    CREATE TRIGGER tombstone_fixed BEFORE UPDATE ON contributions_tombstone
    FOR EACH ROW EXECUTE FUNCTION tombstone_fixed()
    """,
]
SQLITE_DROP = ["DROP TRIGGER IF EXISTS contribution_fixed", "DROP TRIGGER IF EXISTS tombstone_fixed"]
POSTGRESQL_DROP = [
    "DROP TRIGGER IF EXISTS contribution_fixed ON contributions_contribution",
    "DROP TRIGGER IF EXISTS tombstone_fixed ON contributions_tombstone",
    "DROP FUNCTION IF EXISTS contribution_fixed()",
    "DROP FUNCTION IF EXISTS tombstone_fixed()",
]


def run(statements):
    """A migration step that runs the statements of the database in use."""

    def step(apps, schema_editor):
        with schema_editor.connection.cursor() as cursor:
            for statement in statements[schema_editor.connection.vendor]:
                cursor.execute(statement)

    return step


class Migration(migrations.Migration):
    dependencies = [("contributions", "0001_initial")]

    operations = [
        migrations.RunPython(
            run({"sqlite": SQLITE, "postgresql": POSTGRESQL}),
            run({"sqlite": SQLITE_DROP, "postgresql": POSTGRESQL_DROP}),
            elidable=False,
        )
    ]
