"""Triggers: what people answered to never changes. Once a version of a questionnaire or of a notice is frozen, its
row, its parts and its easy-read wordings are neither added, changed nor removed, on either database.
"""

import re

from django.db import migrations

KINDS = "('consultations.questionnaire','consultations.section','consultations.question','consultations.choice')"
FROZEN_VERSION = "EXISTS (SELECT 1 FROM consultations_questionnaireversion v WHERE v.frozen_at IS NOT NULL AND v.id = {})"
FROZEN_NOTICE = "EXISTS (SELECT 1 FROM consultations_noticeversion n WHERE n.frozen_at IS NOT NULL AND n.id = {})"
#: table -> when a row (« r ») belongs to something frozen
PARTS = {
    "consultations_section": FROZEN_VERSION.format("r.version_id"),
    "consultations_question": FROZEN_VERSION.format("r.version_id"),
    "consultations_choice": FROZEN_VERSION.format(
        "(SELECT q.version_id FROM consultations_question q WHERE q.id = r.question_id)"
    ),
    "consultations_noticepurpose": FROZEN_NOTICE.format("r.notice_id"),
    "common_wording": f"""(
        (r.object_kind IN {KINDS} AND EXISTS (
            SELECT 1 FROM consultations_questionnaireversion v
            WHERE v.frozen_at IS NOT NULL AND v.public_id = substr(r.object_key, 1, 12)))
        OR (r.object_kind = 'consultations.notice' AND EXISTS (
            SELECT 1 FROM consultations_noticeversion n JOIN consultations_consultation c ON c.id = n.consultation_id
            WHERE n.frozen_at IS NOT NULL AND r.object_key = c.public_id || '/' || n.number)))""",
}
VERSIONS = ("consultations_questionnaireversion", "consultations_noticeversion")
#: operation -> the rows to look at
ROWS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}


def _guards():
    """(table, operation, condition over OLD and NEW) of each guard."""
    for table, frozen in PARTS.items():
        for operation, rows in ROWS.items():
            yield table, operation, " OR ".join(re.sub(r"\br\.", f"{row}.", frozen) for row in rows)
    for table in VERSIONS:
        for operation in ("UPDATE", "DELETE"):
            yield table, operation, "OLD.frozen_at IS NOT NULL"


def _name(table, operation):
    return f"frozen_{table.partition('_')[2]}_{operation.lower()}"


def _sqlite():
    for table, operation, condition in _guards():
        yield f"""
            CREATE TRIGGER {_name(table, operation)} BEFORE {operation} ON {table} WHEN {condition}
            BEGIN SELECT RAISE(ABORT, 'consultations: a frozen version never changes'); END
        """


def _postgresql():
    for table, operation, condition in _guards():
        name = _name(table, operation)
        yield f"""
            CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF {condition} THEN
                    RAISE EXCEPTION 'consultations: a frozen version never changes';
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
        for table, operation, _condition in _guards():
            name = _name(table, operation)
            if schema_editor.connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            else:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
                cursor.execute(f"DROP FUNCTION IF EXISTS {name}()")


class Migration(migrations.Migration):
    dependencies = [("consultations", "0001_initial"), ("common", "0001_initial")]

    operations = [migrations.RunPython(install, remove, elidable=False)]
