"""A territorial portrait as it is read, on the web and in a PDF of a few pages: one content, one template.

Fed by restitution.services.territories. Feeds public/territoires and the command `fabrique observatory portraits`.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from fabrique.restitution.services import portrait_plan as plan
from fabrique.restitution.services.territories import Portrait
from fabrique.territories.enums import AgeBand, Level
from fabrique.web.shared.charts import Choropleth, Pyramid, choropleth, pyramid
from fabrique.web.shared.portraits import words
from fabrique.web.shared.portraits.blocks import blocks
from fabrique.web.shared.printing import pdf
from fabrique.web.templatetags.francais import nombre, pourcent

__all__ = ["portrait_context", "portrait_pdf"]


def portrait_context(portrait: Portrait) -> dict[str, Any]:
    """What the templates show."""
    territory = portrait.territory
    alike, every = words.kind_words(territory.level)
    return {
        "portrait": portrait,
        "territoire": territory,
        "lieu": words.in_words(territory),
        "de": words.of_words(territory),
        "chapo": opening(portrait),
        "saillants": [one.sentence for one in words.notables(portrait)],
        "blocs": blocks(portrait),
        "pyramide": ages(portrait),
        "reperage": _where(portrait),
        "sources": [(words.source_words(source), source.url) for source in portrait.sources],
        "semblables": [one.name for one, _distance in portrait.lookalikes.members],
        "methode_semblables": words.bound(portrait.lookalikes.method),
        "nom_semblables": alike,
        "nom_ensemble": every,
        "departement": territory.level == Level.DEPARTMENT,
    }


def portrait_pdf(portrait: Portrait) -> bytes:
    """The same as a tagged PDF. Raises Refused('printing.libraries')."""
    return pdf("shared/portraits/document.html", portrait_context(portrait))


def opening(portrait: Portrait) -> str:
    """« En Lozère vivent 76 486 habitants (2023)… »: who lives here, before any table."""
    section = portrait.section(plan.PEOPLE)
    found = {line.own.code: line.own for line in section.lines} if section else {}
    people = found.get("population_totale") or found.get("population_totale_epci")
    place = words.in_words(portrait.territory)
    place = place[:1].upper() + place[1:]
    if people is None or people.value is None:
        said = [_("%(place)s : la population n’est pas connue de l’observatoire.") % {"place": place}]
    else:
        said = [
            _("%(place)s vivent %(people)s habitants (%(period)s).")
            % {"place": place, "people": nombre(people.value), "period": people.period}
        ]
    old, rural = (found.get(code) for code in ("part_75_ans_et_plus", "part_pop_rurale"))
    if old is not None and old.value is not None:
        said.append(_("%(share)s ont 75 ans ou plus.") % {"share": pourcent(old.value / 100, 1)})
    if rural is not None and rural.value is not None:
        said.append(
            _("%(share)s vivent dans une commune rurale.") % {"share": pourcent(rural.value / 100, 0)}
        )
    return " ".join(said)


def ages(portrait: Portrait) -> Pyramid | None:
    """The pyramid of ages, with what it says."""
    whole = sum(women + men for _band, women, men in portrait.ages)
    if not whole:
        return None
    young = sum(women + men for band, women, men in portrait.ages if band == AgeBand.UNDER_20)
    old = sum(women + men for band, women, men in portrait.ages if band in (AgeBand.FROM_60, AgeBand.FROM_75))
    sentence = _(
        "%(old)s des habitants ont 60 ans ou plus, %(young)s moins de 20 ans (INSEE, %(edition)s)."
    ) % {
        "old": pourcent(old / whole, 0),
        "young": pourcent(young / whole, 0),
        "edition": portrait.ages_edition,
    }
    sentence += " " + _(
        "Les tranches ont vingt ans, quinze de 60 à 74 ans ; la dernière n’a pas de fin. "
        "La plus longue barre compte %(most)s personnes."
    ) % {"most": nombre(max(max(women, men) for _band, women, men in portrait.ages))}
    title = _("Habitants par âge et par sexe, %(name)s, %(edition)s") % {
        "name": portrait.territory.name,
        "edition": portrait.ages_edition,
    }
    named = {AgeBand.FROM_75: "75 +"}
    return pyramid(
        [(named.get(AgeBand(band), band), women, men) for band, women, men in portrait.ages],
        title=title,
        sentence=sentence,
    )


def _where(portrait: Portrait) -> Choropleth | None:
    """A map that only says where the territory is."""
    return choropleth(
        [
            (code, name, 1.0 if code == portrait.territory.code else None, "")
            for code, name in portrait.neighbours
        ],
        level=portrait.territory.level,
        title=_("%(name)s dans sa région") % {"name": portrait.territory.name},
        marked=portrait.territory.code,
    )
