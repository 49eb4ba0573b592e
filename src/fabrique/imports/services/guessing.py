"""What each column is probably for: by the platform that made the file, by its title, by its first values.

Fed by the layout of a file and its first rows. Feeds the mapping screen, where a person decides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from fabrique.common.folding import fold
from fabrique.contributions.enums import Channel, Unit
from fabrique.imports.enums import ANSWERING, ColumnRole, ImportKind
from fabrique.imports.services.keys import free_key, keyed_hash, slug_key
from fabrique.imports.services.tables import MARKER

R = ColumnRole
Column = dict[str, Any]
#: columns of a report sent back that are ours
OURS = frozenset({MARKER, "ligne", "à corriger"})
_PERSONAL = re.compile(
    r"\b(nom|noms|prenom|prenoms|e mail|email|mail|courriel|telephone|tel|phone|portable|firstname|lastname|surname"
    r"|ip|ipaddr|adresse ip|ip address|token|jeton|nickname|pseudo|pseudonyme|author name|author email|author id"
    r"|authorid|author nickname|user id|user name|username|contributor|author url|refurl|organization name"
    r"|adresse postale|adresse electronique|date de naissance|birthdate|signature)\b"
)
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}", re.IGNORECASE)
_BY_TITLE: tuple[tuple[str, ColumnRole], ...] = (
    (r"(code )?(du )?(departement|dept|dep)( de residence)?", R.DEPARTMENT),
    (
        r"(code postal|cp|postcode|zip|zipcode|commune|ville|code insee)( de residence)?|authorzipcode",
        R.COMMUNE,
    ),
    (r"(tranche d )?age|ages|classe d age|votre age|quel est votre age|quel age avez vous", R.AGE),
    (r"sexe|genre|gender|sex|vous etes|civilite", R.SEX),
    (r"date.*|horodateur|submitted at|created ?at|published ?at|cree le|depose le|submitdate", R.DATE),
    (r"id|identifiant|ident|numero|n|no|num|reference|ref|uuid|cle|response id", R.IDENTITY),
    (r"nombre de (personnes|participants)|personnes|effectif|participants", R.PEOPLE),
    (r"langue|locale|startlanguage", R.LANGUAGE),
)
_LIMESURVEY = re.compile(r"^([A-Za-z]\w*)((?:\[\w+\])*)(?:\s*[.:]\s*(.*))?$", re.DOTALL)
_LIMESURVEY_OWN: dict[str, ColumnRole] = {
    "id": R.IDENTITY, "id de la reponse": R.IDENTITY, "response id": R.IDENTITY, "submitdate": R.COMPLETE,
    "date de soumission": R.COMPLETE, "date submitted": R.COMPLETE, "startlanguage": R.LANGUAGE,
    "langue de depart": R.LANGUAGE, "start language": R.LANGUAGE,
}  # fmt: skip
_LIMESURVEY_UNUSED = frozenset(
    ("lastpage", "derniere page", "last page", "seed", "tete de serie", "startdate", "date de lancement", "datestamp",
    "date de la derniere action", "interviewtime", "duree totale", "grouptime", "date started", "date last action")
)  # fmt: skip
_TICKS = frozenset(
    ("y", "n", "", "oui", "non", "yes", "no", "n a", "quoted", "not selected", "non selectionne")
)
_ALIGNMENT = {"-1": "Contre", "1": "Pour", "0": ""}
_FEW, _LONG = 12, 45


def guess(kind: str, columns: Sequence[str], sample: Sequence[Sequence[str]]) -> dict[str, Any]:
    """A mapping to start from: {'unit', 'channel', 'record', 'columns': [{name, role, question, wording…}]}."""
    if kind == ImportKind.DECIDIM:
        mapping = _decidim(columns, sample)
    elif kind == ImportKind.LIMESURVEY:
        mapping = _mapping(Unit.PERSON, _limesurvey(columns, sample))
    elif kind == ImportKind.GRANDDEBAT:
        mapping = _granddebat(columns, sample)
    else:
        mapping = _mapping("", _plain(columns, sample), record="row")
    return with_keys(mapping)


def kind_of(columns: Sequence[str]) -> str:
    """The platform that a table's titles tell, or a plain table."""
    names = {fold(name) for name in columns}
    bare = {name.split(" ")[0] for name in names}
    if {"body", "id"} <= bare and ({"alignment", "depth"} <= bare or "title" in bare):
        return ImportKind.DECIDIM
    if {"id", "title", "description"} <= bare and "comments" in bare:
        return ImportKind.DECIDIM
    if {"authorid", "authortype"} <= names or {"question file", "comment"} <= names:
        return ImportKind.GRANDDEBAT
    if any(name.startswith("contribution ") for name in names) and "type" in names:
        return ImportKind.GRANDDEBAT
    if names & {"submitdate", "date de soumission", "date submitted"}:
        return ImportKind.LIMESURVEY
    return ImportKind.TABLE


def signature_of(columns: Sequence[str]) -> str:
    """The same for the same titles, whatever their order, case and accents."""
    return keyed_hash("signature", *sorted(fold(name) for name in columns if name and name not in OURS))


def personal(name: str, values: Sequence[str] = ()) -> bool:
    """Whether a column holds names, addresses or accounts: it is never imported as an answer."""
    if _PERSONAL.search(fold(name.replace("_", " ").replace("/", " "))):
        return True
    filled = [value for value in values if value]
    return bool(filled) and sum(bool(_MAIL.fullmatch(value.strip())) for value in filled) * 2 > len(filled)


def with_keys(mapping: Mapping[str, Any]) -> dict[str, Any]:
    """Every answering column under a question key of its own, columns of one group under the same."""
    taken: set[str] = set()
    groups: dict[str, str] = {}
    columns = []
    for column in mapping["columns"]:
        column = dict(column)
        if column["role"] in ANSWERING:
            column.setdefault("wording", column["name"])
            group = column.get("group") or column.get("question") or ""
            if group and group in groups:
                column["question"] = groups[group]
            else:
                column["question"] = free_key(slug_key(group or column["name"]), taken)
                groups[group or column["question"]] = column["question"]
            taken.add(column["question"])
        columns.append(column)
    return {**mapping, "columns": columns}


def _mapping(unit: str, columns: list[Column], record: str = "row", **more: Any) -> dict[str, Any]:
    return {"unit": unit, "channel": str(Channel.IMPORT), "record": record, "columns": columns, **more}


def _column(name: str, role: ColumnRole = R.IGNORE, **more: Any) -> Column:
    return {"name": name, "role": str(role), **more}


def _values(sample: Sequence[Sequence[str]], position: int) -> list[str]:
    return [row[position] for row in sample if position < len(row) and row[position]]


# --- plain tables


def _plain(columns: Sequence[str], sample: Sequence[Sequence[str]]) -> list[Column]:
    found, held = [], set()
    for position, name in enumerate(columns):
        column = _guessed(name, _values(sample, position))
        if column["role"] not in ANSWERING and column["role"] in held:
            column = _column(name)
        held.add(column["role"])
        found.append(column)
    return [column for column in found if column["name"]]


def _guessed(name: str, values: Sequence[str]) -> Column:
    if name in OURS or personal(name, values):
        return _column(name)
    folded = fold(name.replace("_", " "))
    for pattern, role in _BY_TITLE:
        if re.fullmatch(pattern, folded) and (role != R.IDENTITY or len(set(values)) == len(values)):
            return _column(name, role)
    return _by_values(name, values)


def _by_values(name: str, values: Sequence[str]) -> Column:
    if not values:
        return _column(name)
    distinct = set(values)
    words = sum(len(value.split()) for value in distinct) / len(distinct)
    unlike = len(distinct) == len(values) and words >= 3
    varied = len(distinct) > _FEW and len(distinct) * 2 > len(values)
    if unlike or varied or max(map(len, distinct)) > _LONG:
        return _column(name, R.TEXT, wording=name)
    if all(re.fullmatch(r"-?\d+([.,]\d+)?", value) for value in distinct) and len(distinct) > 5:
        return _column(name, R.NUMBER, wording=name)
    return _column(name, R.CLOSED if len(distinct) <= _FEW else R.TEXT, wording=name)


# --- Decidim


def _decidim(columns: Sequence[str], sample: Sequence[Sequence[str]]) -> dict[str, Any]:
    """Proposals, comments, or debates (which are questions, put by the organiser)."""
    bases = {fold(name.replace("_", " ")).split(" ")[0] for name in columns}
    if "body" in bases and "alignment" in bases:
        # the two kinds of comment of one platform may be numbered apart
        record = "debate-comment" if "debate" in bases else "comment"
        return _mapping(Unit.PERSON, [_comment(name) for name in columns if name], record=record)
    if "body" not in bases:
        return _mapping(
            Unit.PERSON, [_debate(name) for name in columns if name], record="debate", declares=True
        )
    return _mapping(Unit.PERSON, _proposals(columns, sample), record="proposal")


def _shared_with_all(name: str) -> Column | None:
    folded = fold(name.replace("_", " "))
    if folded == "id":
        return _column(name, R.IDENTITY)
    if folded.startswith("user group"):
        return (
            _column(name, R.AUTHOR_KIND, means=str(Unit.ORGANISATION)) if "name" in folded else _column(name)
        )
    if folded in ("locale", "body locale"):
        return _column(name, R.LANGUAGE)
    return None


def _comment(name: str) -> Column:
    folded = fold(name.replace("_", " "))
    by_name = {
        "body": _column(name, R.TEXT, group="commentaire", wording="Commentaire"),
        "created at": _column(name, R.DATE),
        "debate id": _column(name, R.QUESTION, prefix="debat-", wording_of="Débat n° {}"),
        "alignment": _column(name, R.CLOSED, group="position", wording="Position", values=_ALIGNMENT),
    }
    return _shared_with_all(name) or by_name.get(folded) or _column(name)


def _debate(name: str) -> Column:
    folded = fold(name.replace("_", " "))
    if folded == "id":
        return _column(name, R.QUESTION, prefix="debat-")
    if folded in ("title", "title fr"):
        return _column(name, R.TEXT, group="debat", wording="Intitulé du débat")
    return _column(name)


def _proposals(columns: Sequence[str], sample: Sequence[Sequence[str]]) -> list[Column]:
    """Title and body are one text; a category is a closed answer; votes and counters are nobody's words."""
    folded = [fold(name.replace("_", " ")) for name in columns]
    dated = "published at" if "published at" in folded else "created at"
    found = []
    for position, (name, known) in enumerate(zip(columns, folded, strict=True)):
        if not name:
            continue
        if re.fullmatch(r"(title|body)( fr)?", known):
            column = _column(name, R.TEXT, group="proposition", wording="Proposition")
        elif known in ("category", "category name fr", "scope", "scope name fr"):
            word = "Catégorie" if known.startswith("category") else "Secteur"
            few = len(set(_values(sample, position))) > 0
            column = _column(name, R.CLOSED if few else R.IGNORE, group=fold(word), wording=word)
        elif known == dated:
            column = _column(name, R.DATE)
        elif known == "state":
            column = _column(name, R.STATE)
        else:
            column = _shared_with_all(name) or _column(name)
        found.append(column)
    return found


# --- LimeSurvey


def _limesurvey(columns: Sequence[str], sample: Sequence[Sequence[str]]) -> list[Column]:
    found = []
    for position, name in enumerate(columns):
        if not name:
            continue
        folded = fold(name.replace("_", " "))
        values = _values(sample, position)
        if own := _LIMESURVEY_OWN.get(folded):
            found.append(_column(name, own))
        elif _unused(folded) or name in OURS or personal(name, values):
            found.append(_column(name))
        else:
            found.append(_limesurvey_answer(name, values))
    return found


def _unused(folded: str) -> bool:
    return folded in _LIMESURVEY_UNUSED or folded.startswith(("grouptime", "questiontime"))


def _limesurvey_answer(name: str, values: Sequence[str]) -> Column:
    parsed = _LIMESURVEY.match(name)
    subs = re.findall(r"\[(\w+)\]", parsed.group(2)) if parsed else []
    if parsed is None or not subs:
        return _guessed(name, values)
    code, said = parsed.group(1), (parsed.group(3) or "").strip()
    last = subs[-1]
    if last.lower().endswith(("other", "comment")):
        return _column(name, R.TEXT, wording=said or name)
    if {fold(value) for value in values} <= _TICKS:
        return _column(name, R.TICK, group=code, wording=code, choice=said or last)
    if last.isdigit() and len(subs) == 1 and not all(value.replace(".", "").isdigit() for value in values):
        return _column(name, R.RANK, group=code, wording=code, rank=int(last))
    return _by_values(name, values)


# --- Grand Débat, Cap Collectif


def _granddebat(columns: Sequence[str], sample: Sequence[Sequence[str]]) -> dict[str, Any]:
    """One row an answer (question, text), or one row a form with a column a question."""
    folded = [fold(name.replace("_", " ")) for name in columns]
    if {"question file", "comment"} <= set(folded):
        roles = {"question file": R.QUESTION, "comment": R.TEXT}
        found = [
            _column(name, roles.get(known, R.IGNORE), wording="Réponse", wording_of="Question {}")
            for name, known in zip(columns, folded, strict=True)
            if name
        ]
        return _mapping(Unit.PERSON, found, record="answer")
    found = []
    for position, (name, known) in enumerate(zip(columns, folded, strict=True)):
        if name:
            found.append(_cap_collectif(name, known, _values(sample, position)))
    return _mapping(Unit.PERSON, _once(found), record="contribution")


def _cap_collectif(name: str, known: str, values: Sequence[str]) -> Column:
    known = known.removeprefix("contribution ")
    roles = {
        "id": R.IDENTITY, "reference": R.IDENTITY, "authorzipcode": R.COMMUNE, "author zip code": R.COMMUNE,
        "authortype": R.AUTHOR_KIND, "author type": R.AUTHOR_KIND, "trashed": R.STATE, "publishedat": R.DATE,
        "published at": R.DATE, "createdat": R.DATE, "created at": R.DATE,
    }  # fmt: skip
    if known in roles:
        return _column(name, roles[known])
    if known in ("title", "titre", "body", "bodytext"):
        return _column(name, R.TEXT, group="contribution", wording="Contribution")
    if re.match(
        r"(updated|trashed|author|votes|arguments|sources|versions|url|type\b|cursor|status|publi)", known
    ):
        return _column(name)
    if personal(name, values):
        return _column(name)
    # « QUXVlc3Rpb246MTA3 - Que faudrait-il faire… » or a bare question
    wording = re.sub(r"^[A-Za-z0-9=]{8,} - ", "", name)
    return {**_by_values(name, values), "wording": wording}


def _once(columns: list[Column]) -> list[Column]:
    """Of several identifiers or dates, the first."""
    held: set[str] = set()
    kept = []
    for column in columns:
        role = column["role"]
        if role in held and role not in ANSWERING and role != R.IGNORE:
            column = _column(column["name"])
        held.add(role)
        kept.append(column)
    return kept
