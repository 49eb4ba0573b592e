"""The annual account to inhabitants, in plain French: what was promised, done, not done, the money, what comes next.

Fed by the public part of a frozen plan and by the decisions of the review that read it. Feeds a page and a PDF of
two to four pages: long lists are cut, and say how many more there are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fabrique.plan.enums import ActionStage, DecisionKind, FindingTone, Weather
from fabrique.web.shared.dossier.blocks import Block, Heading, Items, Text
from fabrique.web.shared.dossier.facts import (
    Facts,
    Sum,
    coming,
    done_since,
    facts_of,
    tree_of,
)
from fabrique.web.shared.dossier.words import amount, base, capital, day, label, plain, plural, rate
from fabrique.web.templatetags.progres import lignes_connues

#: lines of a list before it is cut
LONGEST = 8
PER_COMMITMENT = 3


def account_blocks(
    content: Mapping[str, Any],
    before: Mapping[str, Any] | None,
    decided: Sequence[Mapping[str, Any]] = (),
) -> list[Block]:
    """The whole account. `decided`: {title, kind, reason, to_do, due_on} of the review, for what comes next."""
    on = date.fromisoformat(content["on"])
    since = date.fromisoformat(before["on"]) if before else date(on.year - 1, on.month, min(on.day, 28))
    facts = facts_of(content["actions"], on)
    if not facts.total:
        return [
            Text(_("Aucune action n’est encore publique dans ce territoire. Ce compte rendu est donc vide."))
        ]
    return [
        *_in_short(facts),
        *_promised(content),
        *_done(facts, since),
        *_not_done(content, facts),
        *_money(facts),
        *_users(content),
        *_next(content, on, decided),
        *_reading(),
    ]


def _in_short(facts: Facts) -> list[Block]:
    well = facts.weathers.get(Weather.SECURED, 0) + facts.weathers.get(Weather.ATTAINABLE, 0)
    hard = facts.weathers.get(Weather.NEEDS_SUPPORT, 0) + facts.weathers.get(Weather.COMPROMISED, 0)
    lines = [
        ngettext(
            "Le plan compte ici %(n)d action publique.",
            "Le plan compte ici %(n)d actions publiques.",
            plural(facts.total),
        )
        % {"n": facts.total},
    ]
    if well:
        said = ngettext(
            "%(n)d action est en bonne voie, selon la personne qui la mène.",
            "%(n)d actions sont en bonne voie, selon les personnes qui les mènent.",
            well,
        )
        lines.append(said % {"n": well})
    if hard:
        said = ngettext("%(n)d action a des difficultés.", "%(n)d actions ont des difficultés.", hard)
        lines.append(said % {"n": hard})
    if facts.unweathered:
        lines.append(
            ngettext(
                "Pour %(n)d action, personne n’a encore dit comment elle avance.",
                "Pour %(n)d actions, personne n’a encore dit comment elles avancent.",
                facts.unweathered,
            )
            % {"n": facts.unweathered}
        )
    if facts.rate.rate is not None:
        lines.append(
            _("En moyenne, %(rate)s du chemin prévu est fait (%(base)s).")
            % {"rate": rate(facts.rate.rate), "base": base(facts.rate.known, facts.rate.total)}
        )
    else:
        lines.append(_("Le chemin déjà fait n’est pas encore connu : il manque des mesures."))
    return [Heading(_("En bref")), Items([plain(line) for line in lines])]


def _promised(content: Mapping[str, Any]) -> list[Block]:
    blocks: list[Block] = [
        Heading(_("Ce qui a été promis")),
        Text(_("Le plan prend de grands engagements. Chaque engagement se réalise par des actions.")),
    ]
    for commitment, actions in tree_of(content):
        name = commitment["title"] if commitment else _("Autres actions")
        counted = ngettext("%(n)d action", "%(n)d actions", len(actions)) % {"n": len(actions)}
        blocks += [
            Heading(plain(f"{name} ({counted})"), 2),
            Items(_cut([one["title"] for one in actions], PER_COMMITMENT)),
        ]
    return blocks


def _done(facts: Facts, since: date) -> list[Block]:
    recent = done_since(facts, since)
    finished = facts.stages.get(ActionStage.DONE, 0)
    blocks: list[Block] = [Heading(_("Ce qui a été fait"))]
    if finished:
        said = ngettext("%(n)d action est terminée.", "%(n)d actions sont terminées.", finished)
        blocks.append(Text(said % {"n": finished}))
    if not recent:
        return [
            *blocks,
            Text(
                plain(
                    _("Aucune étape n’a été franchie depuis le %(date)s.") % {"date": day(since.isoformat())}
                )
            ),
        ]
    blocks.append(Text(plain(_("Étapes franchies depuis le %(date)s :") % {"date": day(since.isoformat())})))
    lines = [f"{step['label']} ({one['title']}), {day(step['done_on'])}." for one, step in recent]
    return [*blocks, Items(_cut(lines, LONGEST))]


def _not_done(content: Mapping[str, Any], facts: Facts) -> list[Block]:
    blocks: list[Block] = [Heading(_("Ce qui n’a pas été fait"))]
    hard = [
        one
        for one in content["actions"]
        if one["stage"] != ActionStage.STOPPED
        and one["weather"]
        and one["weather"]["value"] in (Weather.NEEDS_SUPPORT, Weather.COMPROMISED)
    ]
    stopped = [one for one in content["actions"] if one["stage"] == ActionStage.STOPPED]
    if not (hard or stopped or facts.late):
        return [*blocks, Text(_("Aucun retard et aucune difficulté ne sont signalés."))]
    if stopped:
        blocks += [
            Text(plain(_("Actions arrêtées :"))),
            Items(_cut([one["title"] for one in stopped], LONGEST)),
        ]
    if hard:
        lines = [f"{one['title']} : {one['weather']['sentence']}" for one in hard]
        blocks += [
            Text(plain(_("Actions en difficulté, avec les mots de la personne qui les mène :"))),
            Items(_cut(lines, LONGEST)),
        ]
    if facts.late:
        ordered = sorted(facts.late, key=lambda pair: str(pair[1]["due_on"]))
        lines = [
            _("%(step)s (%(action)s) : prévu le %(date)s.")
            % {"step": step["label"], "action": one["title"], "date": day(step["due_on"])}
            for one, step in ordered
        ]
        blocks += [Text(plain(_("Étapes en retard :"))), Items(_cut(lines, LONGEST))]
    return blocks


def _money(facts: Facts) -> list[Block]:
    named = (
        (_("Argent prévu"), facts.planned),
        (_("Argent engagé, c’est-à-dire promis à ceux qui font"), facts.committed),
        (_("Argent dépensé"), facts.spent),
    )
    return [
        Heading(_("L’argent")),
        Items([plain(_sum(name, one)) for name, one in named]),
        Text(_("Quand un montant n’est pas connu, il n’est pas compté. Il ne vaut pas zéro.")),
    ]


def _sum(name: str, one: Sum) -> str:
    if one.amount is None:
        return _("%(name)s : pas encore connu.") % {"name": name}
    return f"{name} : {amount(one.amount)} ({lignes_connues(one)})."


def _users(content: Mapping[str, Any]) -> list[Block]:
    """What users' associations found, said in one line each; the whole text is on its own page."""
    found = [(one, each) for one in content["actions"] for each in one["findings"]]
    if not found:
        return []
    lines = [
        f"{each['organisation']}, {_('sur l’action')} « {one['title']} » : {label(FindingTone, each['tone'])}."
        for one, each in found
    ]
    return [Heading(_("Ce que disent les associations d’usagers")), Items(_cut(lines, LONGEST))]


def _next(content: Mapping[str, Any], on: date, decided: Sequence[Mapping[str, Any]]) -> list[Block]:
    blocks: list[Block] = [Heading(_("Ce qui vient ensuite"))]
    if decided:
        lines = [
            f"{one['title']} : {label(DecisionKind, one['kind'])}. {one['to_do'] or one['reason']}"
            for one in decided
        ]
        blocks += [Text(plain(_("La revue du plan a décidé :"))), Items(_cut(lines, LONGEST))]
    steps = coming(content["actions"], on)
    if steps:
        lines = [f"{day(step['due_on'])} : {step['label']} ({one['title']})." for one, step in steps]
        blocks += [Text(plain(_("Prochaines étapes :"))), Items(_cut(lines, LONGEST))]
    if not decided and not steps:
        blocks.append(Text(_("Aucune étape n’est datée dans les douze mois qui viennent.")))
    return blocks


def _reading() -> list[Block]:
    return [
        Heading(_("Comment lire ce document")),
        Text(
            plain(
                _(
                    "Une action est un travail précis, dans un lieu, avec une personne qui la mène. "
                    "Cette personne dit comment l’action avance. "
                    "Le chemin fait est calculé à part, avec des mesures. "
                    "« Connu pour 7 actions sur 12 » veut dire que 5 actions n’ont pas encore de mesure."
                )
            )
        ),
    ]


def _cut(lines: Sequence[str], longest: int) -> list[str]:
    """The first lines, and how many more there are."""
    shown = [plain(capital(line)) for line in lines[:longest]]
    rest = len(lines) - len(shown)
    if rest:
        shown.append(ngettext("et %(n)d autre.", "et %(n)d autres.", rest) % {"n": rest})
    return shown
