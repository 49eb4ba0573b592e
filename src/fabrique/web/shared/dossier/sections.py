"""The annual dossier of a committee, part by part, from a frozen plan and the one before.

Fed by facts.py and words.py. Feeds the HTML, PDF and DOCX of the dossier: the same blocks in each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fabrique.plan.disclosure import masked_words
from fabrique.plan.enums import (
    ActionStage,
    DecisionKind,
    FindingTone,
    FollowUpState,
    FunderKind,
    MilestoneState,
    Weather,
)
from fabrique.plan.services.differences import MASKED, Difference
from fabrique.web.shared.dossier import words
from fabrique.web.shared.dossier.blocks import Block, Heading, Items, Table, Text
from fabrique.web.shared.dossier.facts import Action, Facts, facts_of, money_by, sum_of, tree_of
from fabrique.web.shared.dossier.words import amount, base, capital, day, label, leader, plain, plural, rate
from fabrique.web.templatetags.progres import lignes_connues


def summary(facts: Facts) -> list[Block]:
    """What to remember, in sentences."""
    counted = ngettext("%(n)d action suivie.", "%(n)d actions suivies.", plural(facts.total)) % {
        "n": facts.total
    }
    said = [
        f"{Weather(code).label} {facts.weathers[code]}" for code in Weather.values if facts.weathers.get(code)
    ]
    if facts.unweathered:
        said.append(_("sans météo %(n)d") % {"n": facts.unweathered})
    lines = [counted]
    if said:
        lines.append(
            _("Météo donnée par les pilotes, en nombre d’actions : %(said)s.") % {"said": ", ".join(said)}
        )
    lines.append(
        _("Taux de réalisation moyen : %(rate)s (%(base)s).")
        % {"rate": rate(facts.rate.rate), "base": base(facts.rate.known, facts.rate.total)}
    )
    lines.append(_milestones(facts))
    lines.extend(
        f"{capital(str(words.MONEY[name]))} : {amount(one.amount)} ({lignes_connues(one)})."
        for name, one in (
            ("planned", facts.planned),
            ("committed", facts.committed),
            ("spent", facts.spent),
        )
    )
    if facts.blocked:
        lines.append(
            ngettext(
                "%(n)d action attend une décision.",
                "%(n)d actions attendent une décision.",
                len(facts.blocked),
            )
            % {"n": len(facts.blocked)}
        )
    return [Heading(_("Ce qu’il faut retenir")), Items([plain(line) for line in lines])]


def _milestones(facts: Facts) -> str:
    done = ngettext("%(n)d jalon fait", "%(n)d jalons faits", plural(len(facts.done))) % {
        "n": len(facts.done)
    }
    late = ngettext("%(n)d jalon en retard", "%(n)d jalons en retard", plural(len(facts.late))) % {
        "n": len(facts.late)
    }
    return f"{done}, {late}."


def changes(moved: Difference | None, before: Mapping[str, Any] | None) -> list[Block]:
    """What changed since the snapshot before."""
    blocks: list[Block] = [Heading(_("Ce qui a changé"))]
    if moved is None or before is None:
        return [*blocks, Text(_("C’est le premier instantané de ce territoire : rien à comparer."))]
    since = {"label": before["label"], "date": day(before["on"])}
    blocks.append(Text(plain(_("Depuis l’instantané « %(label)s » du %(date)s.") % since)))
    if moved.empty:
        return [*blocks, Text(_("Rien n’a changé."))]
    rows = change_rows(moved)
    heads = [_("Action"), _("Ce qui change"), _("Avant → après")]
    return [*blocks, Table(_("Changements depuis l’instantané précédent"), heads, rows)]


def change_rows(moved: Difference) -> list[list[str]]:
    """[action, what, before → after], for a table."""
    rows = [[title, _("nouvelle action"), "—"] for _key, title in moved.added]
    rows += [[title, _("action retirée"), "—"] for _key, title in moved.removed]
    weather = lambda code: label(Weather, code, _("pas de météo"))  # noqa: E731
    step = lambda code: label(MilestoneState, code, _("absent"))  # noqa: E731
    rows += [[one.title, _("météo"), words.moved(one.before, one.after, weather)] for one in moved.weather]
    rows += [
        [one.title, _("jalon : %(what)s") % {"what": one.what}, words.moved(one.before, one.after, step)]
        for one in moved.milestones
    ]
    rows += [
        [
            one.title,
            _("indicateur : %(what)s") % {"what": one.what},
            words.moved(one.before, one.after, words.value),
        ]
        for one in moved.values
    ]
    rows += [
        [
            one.title,
            _("argent : %(what)s") % {"what": words.MONEY[one.what]},
            words.moved(one.before, one.after, amount),
        ]
        for one in moved.money
    ]
    rows += [[title, _("fiche"), words.fields(names)] for _key, title, names in moved.changed]
    return [[plain(cell) for cell in row] for row in rows]


def awaited(facts: Facts) -> list[Block]:
    """Decisions that actions wait for."""
    blocks: list[Block] = [Heading(_("Décisions attendues"))]
    if not facts.blocked:
        return [*blocks, Text(_("Aucune action ne signale de blocage."))]
    rows = [
        [
            one["title"],
            one["blocking"]["text"],
            one["blocking"]["decision"] or "—",
            one["blocking"]["from"] or "—",
            day(one["blocking"]["by"]),
        ]
        for one in facts.blocked
    ]
    heads = [_("Action"), _("Ce qui bloque"), _("Décision attendue"), _("De qui"), _("Pour le")]
    return [*blocks, Table(_("Actions bloquées"), heads, _plain(rows))]


def by_commitment(content: Mapping[str, Any], on: date) -> list[Block]:
    """Progress of each commitment, with how many actions it is known for."""
    rows = []
    for commitment, actions in tree_of(content):
        facts = facts_of(actions, on)
        rows.append(
            [
                _commitment(commitment),
                str(facts.total),
                ", ".join(
                    f"{Weather(code).label} {facts.weathers[code]}"
                    for code in Weather.values
                    if facts.weathers.get(code)
                )
                or "—",
                rate(facts.rate.rate),
                base(facts.rate.known, facts.rate.total),
            ]
        )
    heads = [_("Engagement"), _("Actions"), _("Météo"), _("Taux de réalisation moyen"), _("Base")]
    title = _("Avancement par engagement")
    caption = _("Chaque engagement, ses actions et leur avancement")
    return [Heading(title), Table(caption, heads, _plain(rows), frozenset({1, 3}))]


def money(content: Mapping[str, Any], facts: Facts) -> list[Block]:
    """Money by year and funder; what no line says is not known, never zero."""
    blocks: list[Block] = [Heading(_("L’argent"))]
    rows = [
        [f"{year}", capital(label(FunderKind, funder)), *(amount(row[name]) for name in words.MONEY)]
        for year, funder, row in money_by(content["actions"])
    ]
    if not rows:
        return [*blocks, Text(_("Aucune ligne de budget n’est renseignée."))]
    said = [
        f"{capital(str(words.MONEY[name]))} : {lignes_connues(one)}."
        for name, one in (("planned", facts.planned), ("committed", facts.committed), ("spent", facts.spent))
    ]
    heads = [_("Année"), _("Financeur"), *(capital(str(said)) for said in words.MONEY.values())]
    return [
        *blocks,
        Text(plain(" ".join(said))),
        Table(_("Budget par année et par financeur"), heads, _plain(rows), frozenset({2, 3, 4})),
    ]


def decisions(content: Mapping[str, Any]) -> list[Block]:
    """Decisions of earlier reviews and what became of them."""
    blocks: list[Block] = [Heading(_("Décisions des revues précédentes et leurs suites"))]
    rows = [
        [
            one["title"],
            f"{capital(label(DecisionKind, each['kind']))}. {each['reason']}",
            f"{each['review']}, {day(each['held_on'])}",
            each["owner"] or "—",
            day(each["due_on"]),
            " : ".join(
                said
                for said in (capital(label(FollowUpState, each["follow_up"])), each["follow_up_note"])
                if said
            ),
        ]
        for one in content["actions"]
        for each in one["decisions"]
    ]
    if not rows:
        return [*blocks, Text(_("Aucune décision antérieure."))]
    heads = [_("Action"), _("Décision et raison"), _("Revue"), _("Qui"), _("Pour le"), _("Suite donnée")]
    if all(row[_WHO] == "—" for row in rows):  # the public part names nobody: no empty column
        heads, rows = _without(heads, _WHO), [_without(row, _WHO) for row in rows]
    return [*blocks, Table(_("Décisions antérieures"), heads, _plain(rows))]


#: where who carries a decision stands in its row
_WHO = 3


def _without(cells: list[str], index: int) -> list[str]:
    return cells[:index] + cells[index + 1 :]


def findings(content: Mapping[str, Any]) -> list[Block]:
    """What users' associations found, unedited, and the agency's view beside."""
    found = [(one, each) for one in content["actions"] for each in one["findings"]]
    blocks: list[Block] = [Heading(_("Ce que constatent les associations d’usagers"))]
    if not found:
        return [*blocks, Text(_("Aucun constat publié."))]
    for one, each in found:
        blocks += [
            Heading(plain(one["title"]), 2),
            Text(
                plain(
                    f"{each['organisation']}, {day(each['handed_in_on'])} : {label(FindingTone, each['tone'])}."
                )
            ),
            # as it was handed in: not even its spaces are touched
            Text(each["text"], "quote"),
            Text(plain(_("Comment ce constat a été fait : %(method)s") % {"method": each["method"]})),
            Text(
                plain(
                    _("Point de vue de l’agence : %(view)s")
                    % {"view": each["agency_view"] or _("l’agence ne l’a pas encore donné.")}
                )
            ),
        ]
    return blocks


def actions_table(content: Mapping[str, Any]) -> list[Block]:
    """All the actions, commitment by commitment: weather, rate, trend and freshness side by side."""
    blocks: list[Block] = [Heading(_("Les actions"))]
    heads = [
        _("Action"), _("Territoire"), _("Étape"), _("Météo"), _("Taux de réalisation"), _("Tendance"), _("Données"),
    ]  # fmt: skip
    for commitment, actions in tree_of(content):
        name = _commitment(commitment)
        rows = [
            [
                one["title"] + ("" if one["published"] else " " + _("(projet, non public)")),
                one["territory"]["name"],
                label(ActionStage, one["stage"]),
                label(Weather, one["weather"]["value"] if one["weather"] else None, _("pas de météo")),
                rate(one["progress"]["rate"]),
                words.trend(one["progress"]),
                words.freshness(one["progress"]["age"]),
            ]
            for one in actions
        ]
        blocks += [
            Heading(plain(name), 2),
            Table(_("Actions de cet engagement"), heads, _plain(rows), frozenset({4})),
        ]
    return blocks


def sheets(content: Mapping[str, Any]) -> list[Block]:
    """One short sheet an action: what the table above cannot hold."""
    blocks: list[Block] = [Heading(_("Les fiches des actions"))]
    for one in content["actions"]:
        blocks += _sheet(one)
    return blocks


def _sheet(one: Action) -> list[Block]:
    blocks: list[Block] = [Heading(plain(one["title"]), 2)]
    facts = [
        (_("Territoire"), one["territory"]["name"]),
        (_("Calendrier"), _calendar(one)),
        (_("Publics visés"), ", ".join(one["publics"])),
        (_("Partenaires"), ", ".join(each["name"] for each in one["partners"])),
        (_("Pilote"), leader(one["lead"])),
    ]
    told = [plain(f"{name} : {said}") for name, said in facts if said]
    if one["weather"]:
        told.append(
            plain(
                f"{_('Météo')} : {label(Weather, one['weather']['value'])}, "
                f"{day(one['weather']['given_on'])}. {one['weather']['sentence']}"
            )
        )
    sums = [(name, sum_of([one], name).amount) for name in words.MONEY]
    if any(euros is not None for _name, euros in sums):
        said = ", ".join(f"{words.MONEY[name]} {amount(euros)}" for name, euros in sums)
        told.append(plain(_("Argent : %(said)s") % {"said": said}))
    if one["blocking"]:
        told.append(plain(_("Ce qui bloque : %(text)s") % {"text": one["blocking"]["text"]}))
    blocks.append(Items(told))
    if one["description"]:
        blocks.append(Text(plain(one["description"])))
    blocks += _sheet_tables(one)
    return blocks


def _calendar(one: Action) -> str:
    if not (one["starts_on"] or one["ends_on"]):
        return _("pas daté")
    if not one["ends_on"]:
        return _("depuis le %(start)s") % {"start": day(one["starts_on"])}
    if not one["starts_on"]:
        return _("jusqu’au %(end)s") % {"end": day(one["ends_on"])}
    return _("du %(start)s au %(end)s") % {"start": day(one["starts_on"]), "end": day(one["ends_on"])}


def _sheet_tables(one: Action) -> list[Block]:
    blocks: list[Block] = []
    about = {"action": one["title"]}
    if one["milestones"]:
        rows = [
            [each["label"], day(each["due_on"]), label(MilestoneState, each["state"]), day(each["done_on"])]
            for each in one["milestones"]
        ]
        heads = [_("Jalon"), _("Prévu le"), _("État"), _("Fait le")]
        blocks.append(Table(plain(_("Jalons : %(action)s") % about), heads, _plain(rows)))
    if one["indicators"]:
        rows = [_indicator(each) for each in one["indicators"]]
        heads = [
            _("Indicateur"), _("Départ"), _("Dernière valeur"), _("Cible"), _("Taux de réalisation"), _("Tendance"),
        ]  # fmt: skip
        blocks.append(
            Table(plain(_("Indicateurs : %(action)s") % about), heads, _plain(rows), frozenset({1, 2, 3, 4}))
        )
    return blocks


def _indicator(one: Mapping[str, Any]) -> list[str]:
    known = [each for each in one["values"] if each["value"] is not None or each.get("masked")]
    last = known[-1] if known else None
    said = f"{_read(last, 'value', 'masked')} ({day(last['on'])})" if last else words.value(None)
    return [
        f"{one['title']} ({one['unit']})",
        _read(one, "baseline", "masked_baseline"),
        said,
        _read(one, "target", "masked_target"),
        masked_words() if one.get("masked_rate") else rate(one["rate"]),
        masked_words() if one.get("masked_course") else str(words.COURSES[words.Course(one["course"])]),
    ]


def _read(one: Mapping[str, Any], name: str, masked: str) -> str:
    return words.value(MASKED if one.get(masked) else one[name])


def method() -> list[Block]:
    """How to read the document."""
    return [
        Heading(_("Comment lire ce dossier")),
        Items(
            [
                plain(text)
                for text in (
                    _("La météo est le jugement du pilote de l’action, avec une phrase."),
                    _(
                        "Le taux de réalisation est calculé : la part du chemin faite entre la valeur de départ et "
                        "la cible. Sans valeur, il n’est pas connu ; il ne compte jamais pour zéro."
                    ),
                    _("La tendance dit si les dernières valeurs s’améliorent ou se dégradent."),
                    _("Les données disent si la dernière valeur est récente."),
                    _("Ces quatre informations sont montrées côte à côte et jamais mêlées."),
                    _("Un montant vide n’est pas connu ; il n’est pas nul."),
                )
            ]
        ),
    ]


def _commitment(commitment: Mapping[str, Any] | None) -> str:
    if commitment is None:
        return _("Engagement non connu")
    return _("Engagement %(n)d : %(title)s") % {"n": commitment["number"], "title": commitment["title"]}


def _plain(rows: Sequence[Sequence[Any]]) -> list[list[str]]:
    return [[plain(cell) for cell in row] for row in rows]
