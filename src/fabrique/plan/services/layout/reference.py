"""The other layout that is read: a plan described from its published documents, and the review of the one before.

Fed by layout.reading. Feeds layout.checking with the same plan in our layout; what has no field goes to `facts`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from fabrique.plan.enums import DocumentKind, PlanState, TitleBasis
from fabrique.plan.services.layout.checking import refuse
from fabrique.plan.services.layout.slips import AS_FOUND
from fabrique.plan.services.layout.spec import MARK, VERSION

Raw = Mapping[str, Any]

#: what a described plan may say at its top level; the parts that have fields of their own first
PARTS = frozenset(
    {
        "name", "published", "documents", "linked_plans", "commitments", "keys_to_success",
        "challenges_named_in_the_sources", "partners",
    }
)  # fmt: skip
FACTS = frozenset(
    {
        "source", "region_code", "dated_in_source", "hierarchy", "challenges_total", "challenges_per_commitment",
        "cross_cutting", "ethical_principles", "territories", "action_sheet", "steering", "observatories",
        "instruments", "participatory_forms", "human_oversight_of_ai",
    }
)  # fmt: skip
REVIEW_FACTS = frozenset(
    {
        "source", "plan", "milestones", "portfolios", "care_activities", "sheet", "workshops", "focal_points",
        "caution",
    }
)  # fmt: skip
#: what each kind of node says in this layout, by the part that holds it; what has no field of ours goes to its facts
NODES: dict[str, frozenset[str]] = {
    "documents": frozenset({"code", "count", "label", "one_per", "part_of", "years"}),
    "linked_plans": frozenset({"axes", "code", "label", "national_actions", "updated", "years"}),
    "commitments": frozenset({"label", "new", "number", "variant_in_source"}),
    "challenges_named_in_the_sources": frozenset({"basis", "commitment", "label"}),
}
BASES = {"explicit": TitleBasis.EXPLICIT, "inferred": TitleBasis.INFERRED}
#: a plan lasts as long as its regional scheme; said in the source note, since the file gives no end
SCHEME = DocumentKind.SRS


def is_reference(raw: Any) -> bool:
    """Whether a file describes a plan in this layout."""
    return isinstance(raw, Mapping) and MARK not in raw and {"name", "commitments"} <= set(raw)


def is_review(raw: Any) -> bool:
    """Whether a file is the review of a plan before, in this layout."""
    return (
        isinstance(raw, Mapping)
        and MARK not in raw
        and {"plan", "commitments"} <= set(raw)
        and "name" not in raw
    )


def from_reference(raw: Raw, review: Raw | None, places: Mapping[str, str]) -> dict[str, Any]:
    """The plan in our layout. `places`: {code of a department: « de la Lozère »}.

    Raises Refused('plan_file.wrong') where a part is unknown or lacks what names it.
    """
    _only(raw, PARTS | FACTS)
    _only_known_nodes(raw)
    try:
        content = _converted(raw, places)
        if review is not None:
            _only(review, REVIEW_FACTS | {"commitments", "keys"})
            content["previous"] = _previous(review, content["plan"]["territory"])
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        raise refuse(
            [
                (
                    "",
                    _("Une partie de ce fichier manque ou n’a pas la forme attendue (%(what)s).")
                    % {"what": wrong},
                )
            ]
        ) from wrong
    return {MARK: VERSION, **content}


def _only(raw: Raw, known: frozenset[str]) -> None:
    if unknown := [str(name) for name in raw if name not in known]:
        raise refuse(
            [(name, _("Cette partie n’existe pas. Retirez-la ou corrigez son nom.")) for name in unknown]
        )


def _only_known_nodes(raw: Raw) -> None:
    """A misspelt key would otherwise be kept among the facts, unseen."""
    sentence = _("Ce champ n’existe pas ici. Retirez-le ou corrigez son nom. Champs possibles : %(known)s.")
    problems = [
        (f"{part}[{rank}].{name}", sentence % {"known": ", ".join(sorted(known))})
        for part, known in NODES.items()
        for rank, each in enumerate(_list(raw.get(part)), start=1)
        if isinstance(each, Mapping)
        for name in each
        if name not in known
    ]
    if problems:
        raise refuse(problems)


def _list(held: Any) -> list[Any]:
    return held if isinstance(held, list) else []


def _converted(raw: Raw, places: Mapping[str, str]) -> dict[str, Any]:
    return {
        "plan": _plan(raw),
        "documents": [*_documents(raw, places), *_linked(raw.get("linked_plans") or ())],
        "keys": _titled(raw.get("keys_to_success") or (), "cle"),
        "partners": list(_partners(raw.get("partners") or ())),
        "commitments": [_commitment(each) for each in raw["commitments"]],
        "challenges": _challenges(raw),
    }


def _plan(raw: Raw) -> dict[str, Any]:
    published = raw.get("published") or {}
    years = next((each.get("years") for each in raw.get("documents") or () if each["code"] == SCHEME), None)
    plan: dict[str, Any] = {
        "slug": slugify(raw["name"])[:80],
        "title": raw["name"],
        "territory": f"region:{raw['region_code']}",
        "facts": {name: raw[name] for name in raw if name in FACTS} | {"published": published},
    }
    if published:
        begins = date.fromisoformat(str(published["date"]))
        plan |= {
            "state": PlanState.ADOPTED.value,
            "adopted_on": begins.isoformat(),
            "act": _act(str(published.get("act", ""))),
            "starts_on": begins.isoformat(),
            "published": True,
        }
        if years:
            ends = _anniversary(begins, int(years)) - timedelta(days=1)
            plan["ends_on"] = ends.isoformat()
            plan["source_note"] = _(
                "Date d’adoption : celle de la publication de l’arrêté. Fin calculée : %(years)d ans après, "
                "durée du schéma régional de santé."
            ) % {"years": int(years)}
    return plan


def _anniversary(day: date, years: int) -> date:
    """The same day, years after; the first of March for a 29 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _act(said: str) -> str:
    """The act as the file describes it; its words are those of the file's own language, ours are French."""
    if "director general" in said:
        return _("Arrêté du directeur général, publié au recueil des actes administratifs")
    return said or _("Arrêté dont la référence n’est pas dans nos sources")


def _documents(raw: Raw, places: Mapping[str, str]) -> Iterable[dict[str, Any]]:
    keys = {each["code"]: slugify(each["code"]) for each in raw.get("documents") or () if each.get("code")}
    for each in raw.get("documents") or ():
        code = each.get("code") or ""
        document = {
            "kind": code if code in DocumentKind.values else DocumentKind.PROGRAMME.value,
            "code": code,
            "title": each["label"],
            "years": each.get("years"),
            "part_of": keys.get(each.get("part_of"), ""),
            "facts": _rest(each, {"code", "label", "years", "part_of"}),
        }
        if each.get("one_per") != "department":
            yield {**document, "key": keys.get(code) or slugify(each["label"])[:80].strip("-")}
            continue
        for department in raw["territories"]["codes"]:
            yield {
                **document,
                "key": f"{slugify(code)}-{str(department).lower()}",
                "title": f"{_one(each['label'])} {places.get(department) or department}",
                "territory": f"departement:{department}",
                "facts": {**document["facts"], "label": each["label"]},
            }


def _one(label: str) -> str:
    """« Schémas territoriaux de santé », one of them."""
    plural, one = "Schémas territoriaux", "Schéma territorial"
    return f"{one}{label.removeprefix(plural)}" if label.startswith(plural) else label


def _linked(plans: Iterable[Raw]) -> Iterable[dict[str, Any]]:
    for each in plans:
        yield {
            "key": f"lie-{slugify(each['code'])}",
            "kind": DocumentKind.OTHER.value,
            "code": each["code"],
            "title": each["label"],
            "linked": True,
            "facts": _rest(each, {"code", "label"}),
        }


def _commitment(each: Raw) -> dict[str, Any]:
    return {
        "key": f"e{each['number']}",
        "number": each["number"],
        "title": each["label"],
        "variant": each.get("variant_in_source", ""),
        "new": each.get("new", False),
        "facts": _rest(each, {"number", "label", "variant_in_source", "new"}),
    }


def _challenges(raw: Raw) -> list[dict[str, Any]]:
    """Those whose title is in the sources, by commitment; then the others, which have neither title nor commitment."""
    found: list[dict[str, Any]] = []
    ranks: dict[Any, int] = {}
    for each in raw.get("challenges_named_in_the_sources") or ():
        rank = ranks[each["commitment"]] = ranks.get(each["commitment"], 0) + 1
        found.append(
            {
                "key": f"e{each['commitment']}-defi-{rank}",
                "commitment": f"e{each['commitment']}",
                "basis": BASES[each["basis"]].value,
                "title": each["label"],
                "facts": _rest(each, {"commitment", "basis", "label"}),
            }
        )
    total = int(raw.get("challenges_total") or len(found))
    note = _(
        "Le plan compte %(total)d défis. Nos sources ne donnent ni le titre de celui-ci, ni son engagement."
    )
    for rank in range(1, total - len(found) + 1):
        found.append({"key": f"defi-sans-titre-{rank:02d}", "source_note": note % {"total": total}})
    return found


def _previous(review: Raw, territory: str) -> dict[str, Any]:
    """The plan before, closed, from its review: what it promised, and how it was reviewed (in its facts)."""
    adopted = date.fromisoformat(str(review["plan"]["adopted"]))
    title = _("Projet régional de santé adopté en %(year)d") % {"year": adopted.year}
    return {
        "plan": {
            "slug": slugify(f"{title} {territory.partition(':')[2]}"),
            "title": title,
            "territory": territory,
            "state": PlanState.CLOSED.value,
            "starts_on": adopted.isoformat(),
            "adopted_on": adopted.isoformat(),
            "act": _("Arrêté du %(day)s") % {"day": adopted.strftime("%d/%m/%Y")},
            "published": True,
            "facts": {name: review[name] for name in review if name in REVIEW_FACTS},
        },
        "commitments": [
            {"key": f"e{number}", "number": number, "title": label}
            for number, label in enumerate(review["commitments"], start=1)
        ],
        "keys": _titled(review.get("keys") or (), "cle"),
    }


def _titled(labels: Iterable[str], word: str) -> list[dict[str, Any]]:
    return [{"key": f"{word}-{rank:02d}", "title": label} for rank, label in enumerate(labels, start=1)]


def _partners(labels: Iterable[str]) -> Iterable[dict[str, Any]]:
    """The partners as they are named; one whose brackets a comma cut in two is put together again, and says so."""
    parts: list[str] = []
    rank = 0
    for label in labels:
        parts.append(label)
        whole = ", ".join(parts)
        if whole.count("(") > whole.count(")"):
            continue
        rank += 1
        facts = {AS_FOUND: {"title": parts}} if len(parts) > 1 else {}
        yield {"key": f"partenaire-{rank:02d}", "title": whole, "facts": facts}
        parts = []
    if parts:
        yield {"key": f"partenaire-{rank + 1:02d}", "title": ", ".join(parts)}


def _rest(each: Raw, taken: set[str]) -> dict[str, Any]:
    return {name: value for name, value in each.items() if name not in taken}
