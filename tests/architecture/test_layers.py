"""Relations between models never point upwards: a ForeignKey written as a string escapes import-linter."""

import ast
import re

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models

from tests.architecture.tree import FABRIQUE, layers, parsed, shown

OURS = [
    model for model in apps.get_models(include_auto_created=True) if model.__module__.startswith("fabrique.")
]
#: what a migration may name: fields are the shape of the table, and apps their labels
ALIVE_ALLOWED = {"fabrique.common.fields"}


def package(model):
    return model.__module__.split(".")[1]


def test_models_were_found():
    assert {"common", "territories", "accounts", "audit"} <= {package(model) for model in OURS}


def test_every_package_stands_on_a_row():
    packages = {path.name for path in FABRIQUE.iterdir() if (path / "__init__.py").exists()}
    assert packages - {"settings"} <= set(layers())


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_a_relation_points_to_the_same_app_or_a_lower_row(model):
    rows = layers()
    for field in model._meta.get_fields():
        if not isinstance(field, models.ForeignKey | models.ManyToManyField):
            continue
        other = field.related_model
        if not other.__module__.startswith("fabrique."):
            continue
        if package(other) != package(model):
            assert rows[package(other)] < rows[package(model)], (
                f"{field} points upwards to {other._meta.label}"
            )


def test_an_upward_relation_would_be_seen():
    rows = layers()
    assert rows["common"] < rows["territories"] < rows["accounts"] < rows["audit"] < rows["contributions"]
    assert rows["consultations"] == rows["analysis"] < rows["restitution"] < rows["web"] < rows["cli"]


def migrations():
    return sorted(FABRIQUE.glob("*/migrations/0*.py"))


def test_migrations_never_import_live_code():
    alive = {}
    for path in migrations():
        imported = set()
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Import):
                imported |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add(node.module or ".")
        named = {name for name in imported if name.startswith(("fabrique", "."))} - ALIVE_ALLOWED
        if named:
            alive[shown(path)] = named
    assert alive == {}


def test_migrations_are_linear_and_each_app_names_its_last():
    for folder in sorted({path.parent for path in migrations()}):
        names = sorted(path.stem for path in folder.glob("0*.py"))
        assert len({name[:4] for name in names}) == len(names), shown(folder)
        assert (folder / "max_migration.txt").read_text().strip() == names[-1], shown(folder)


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_constraints_are_named_for_what_they_hold():
    names = [constraint.name for model in OURS for constraint in model._meta.constraints]
    assert len(names) == len(set(names))
    assert [name for name in names if not re.fullmatch(r"[a-z][a-z0-9_]+", name)] == []
