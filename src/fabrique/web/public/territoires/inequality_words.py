"""What a gradient and a dose say in words: the two ends, one absolute and one relative measure, to whom means go.

Fed by restitution.services.inequalities and .doses. Feeds the pages on inequalities.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fabrique.observatory.enums import Unit
from fabrique.restitution.services.doses import Doses
from fabrique.restitution.services.inequalities import GROUPS, Gradient
from fabrique.web.shared.portraits.words import bound
from fabrique.web.templatetags.francais import NBSP, liste, nombre
from fabrique_core.equity import Dose, Lean, Measure

#: measures without the unit of the indicator; 1 is equality for ratios, 0 for the others
_RATIOS = ("R", "RII", "RII_logit")
_INDICES = ("RCI",)
_PERCENT = ("PAF",)


@dataclass(frozen=True, slots=True)
class Told:
    """A measure: its name, what it says, its value and its interval in words."""

    name: str
    value: str
    interval: str
    sentence: str


def names() -> dict[str, str]:
    """{code: name of the measure}."""
    return {
        "SII": _("Écart sur toute l’échelle (indice de pente d’inégalité, SII)"),
        "RII": _("Rapport sur toute l’échelle (indice relatif d’inégalité, RII)"),
        "SII_logit": _("Écart sur toute l’échelle, courbe bornée (SII logit)"),
        "RII_logit": _("Rapport sur toute l’échelle, courbe bornée (RII logit)"),
        "D": _("Différence entre les deux groupes extrêmes"),
        "R": _("Rapport entre les deux groupes extrêmes"),
        "ACI": _("Indice de concentration absolu"),
        "RCI": _("Indice de concentration relatif"),
        "PAR": _("Ce que gagnerait la moyenne si tous les groupes valaient le plus favorisé"),
        "PAF": _("La même chose, en part de la moyenne"),
        "MDM": _("Écart moyen à la moyenne"),
        "IDIS_weighted": _("Indice de disparité pondéré"),
    }


def unit(code: str, words: str) -> str:
    """The unit for the head of a column."""
    return _("en %") if code == Unit.PERCENT else bound(words or str(Unit(code).label))


def amount(found: Gradient, value: float) -> str:
    """A value of the indicator, with its short unit where it has one."""
    suffix = {Unit.PERCENT: "%", Unit.EURO: "€", Unit.KM: "km"}.get(Unit(found.unit))
    text = nombre(value, found.decimals)
    return f"{text}{NBSP}{suffix}" if suffix else text


def ranking(found: Gradient) -> str:
    """What puts the departments in order, under its true name, and what the groups are."""
    if found.ranking is None:
        return _(
            "La source répartit elle-même les personnes de la région en cinq groupes égaux, du plus désavantagé au "
            "moins désavantagé."
        )
    return _(
        "Les départements de la région sont rangés selon « %(label)s » (%(period)s, source : %(source)s), puis "
        "répartis en groupes d’environ un cinquième des habitants. Ce sont des groupes de départements, pas de "
        "personnes : des personnes pauvres et des personnes aisées vivent dans chacun d’eux."
    ) % {
        "label": found.ranking.label,
        "period": found.ranking.period,
        "source": found.ranking.source,
    }


def group(found: Gradient, number: int, territories: tuple[str, ...]) -> str:
    """The name of a group: its departments, or its rank among persons."""
    if territories:
        return liste(territories)
    ends = {1: _("les plus désavantagés"), GROUPS: _("les moins désavantagés")}
    return ends.get(number, _("groupe intermédiaire"))


def sentences(found: Gradient) -> list[str]:
    """The two ends, then whether the slope is clear."""
    first, last = found.groups[0], found.groups[-1]
    if found.ranking is None:
        plain = _(
            "%(label)s (%(period)s) : %(first)s chez les plus désavantagés, %(last)s chez les moins désavantagés."
        ) % {
            "label": found.label,
            "period": found.period,
            "first": amount(found, first.value),
            "last": amount(found, last.value),
        }
        return [plain, _slope(found)]
    ends = _(
        "%(label)s (%(period)s) : %(first)s dans le groupe le plus défavorisé (%(poor)s), %(last)s dans le plus "
        "favorisé (%(rich)s)."
    ) % {
        "label": found.label,
        "period": found.period,
        "first": amount(found, first.value),
        "poor": liste(first.territories),
        "last": amount(found, last.value),
        "rich": liste(last.territories),
    }
    return [ends, _slope(found)]


def _slope(found: Gradient) -> str:
    measure_of = found.summary.measures
    slope = measure_of.get("SII")
    if slope is None or slope.value is None:
        return _("La pente ne se calcule pas sur ces valeurs.")
    if slope.interval is not None and slope.interval.low <= 0 <= slope.interval.high:
        return _("La pente n’est pas nette : son intervalle contient zéro.")
    towards = _("vers les plus favorisés") if slope.value > 0 else _("vers les plus défavorisés")
    if slope.value == 0:
        return _("D’un bout à l’autre de l’échelle, la valeur ne change pas.")
    text = _("D’un bout à l’autre de l’échelle, la valeur est plus élevée %(towards)s.") % {
        "towards": towards
    }
    if found.judged:
        harm = found.favourable == (slope.value > 0)
        text += " " + (
            _("L’inégalité joue contre les plus défavorisés.")
            if harm
            else _("L’inégalité ne joue pas contre les plus défavorisés.")
        )
    if slope.interval is None:
        text += " " + _("Faute d’effectifs, aucun intervalle ne dit si le hasard y suffirait.")
    return text


def measure(one: Measure, found: Gradient) -> Told:
    """A measure with its interval."""
    decimals = 2 if one.code in _RATIOS else 3 if one.code in _INDICES else max(found.decimals, 1)
    suffix = " %" if one.code in _PERCENT else ""
    interval = ""
    if one.interval is not None:
        interval = _("de %(low)s à %(high)s") % {
            "low": nombre(one.interval.low, decimals) + suffix,
            "high": nombre(one.interval.high, decimals) + suffix,
        }
    return Told(
        names()[one.code], nombre(one.value, decimals) + suffix, interval, _reading(one, found, decimals)
    )


def _reading(one: Measure, found: Gradient, decimals: int) -> str:
    value = nombre(abs(one.value or 0.0), decimals)
    if one.code == "SII":
        words = _("points") if found.unit == Unit.PERCENT else unit(found.unit, found.unit_words)
        return _("%(value)s %(unit)s séparent les deux bouts de la droite ; 0 voudrait dire pas d’écart.") % {
            "value": value,
            "unit": words,
        }
    if one.code == "RII":
        return _(
            "Le bout le plus favorisé de la droite vaut %(value)s fois l’autre ; 1 voudrait dire pas d’écart."
        ) % {"value": value}
    return ""


def dose_sentences(found: Doses) -> list[str]:
    """To whom delivery goes, need being taken into account; what is too small or placed nowhere."""
    said = [
        _("En %(year)s, %(n)s actions publiques disent qui elles ont touché.")
        % {"year": found.year, "n": nombre(found.actions)}
        if found.actions > 1
        else _("En %(year)s, une action publique dit qui elle a touché.") % {"year": found.year}
    ]
    if found.reached is not None:
        said.append(_("Personnes touchées : %(lean)s") % {"lean": _lean(found.reached)})
    if found.spent is not None:
        said.append(_("Moyens déclarés avec ces personnes : %(lean)s") % {"lean": _lean(found.spent)})
    said.extend(_ends(found))
    if found.unplaced:
        said.append(
            ngettext(
                "%(n)s ligne ne se rattache pas à un seul département : elle n’est comptée dans aucun groupe.",
                "%(n)s lignes ne se rattachent pas à un seul département : elles ne sont comptées dans aucun groupe.",
                2 if found.unplaced >= 2 else 1,
            )
            % {"n": nombre(found.unplaced)}
        )
    if found.small:
        said.append(
            ngettext(
                "%(n)s ligne est masquée par le secret statistique : elle n’entre dans aucune somme.",
                "%(n)s lignes sont masquées par le secret statistique : elles n’entrent dans aucune somme.",
                2 if found.small >= 2 else 1,
            )
            % {"n": nombre(found.small)}
        )
    return said


def _ends(found: Doses) -> list[str]:
    """The two extreme groups, by a difference and a ratio together; nothing where either end has no value."""
    first, last = found.rows[0], found.rows[-1]
    said = []
    if first.people and last.people:
        said.append(
            bound(
                _(
                    "Pour 1 000 habitants, %(first)s personnes touchées dans le groupe le plus défavorisé (%(poor)s), "
                    "%(last)s dans le plus favorisé (%(rich)s) : un écart de %(gap)s et un rapport de %(ratio)s."
                )
            )
            % (
                _pair(first.people, last.people, 1)
                | {"poor": liste(first.territories), "rich": liste(last.territories)}
            )
        )
    if first.means and last.means:
        said.append(
            _(
                "Par habitant, ces moyens valent %(first)s € dans le groupe le plus défavorisé, %(last)s € dans le "
                "plus favorisé : un écart de %(gap)s € et un rapport de %(ratio)s."
            )
            % _pair(first.means, last.means, 2)
        )
    return said


def _pair(first: float, last: float, decimals: int) -> dict[str, str]:
    """Both ends, their difference and their ratio, in words."""
    return {
        "first": nombre(first, decimals),
        "last": nombre(last, decimals),
        "gap": nombre(first - last, decimals),
        "ratio": nombre(first / last, 2),
    }


def _lean(one: Dose) -> str:
    gap = nombre(one.gap.value, 3)
    interval = ""
    if one.gap.interval is not None:
        interval = _(", de %(low)s à %(high)s") % {
            "low": nombre(one.gap.interval.low, 3),
            "high": nombre(one.gap.interval.high, 3),
        }
    sentence = {
        Lean.DISADVANTAGED: _("elles vont vers les départements défavorisés plus que ne va le besoin"),
        Lean.PROPORTIONATE: _("la répartition suit celle du besoin, à l’incertitude près"),
        Lean.ADVANTAGED: _(
            "elles vont vers les départements favorisés, alors que le besoin n’y est pas plus grand"
        ),
        Lean.NOT_KNOWN: _("le sens de l’écart est donné sans intervalle, il ne se juge pas"),
    }[one.lean]
    return _("%(sentence)s (écart entre les deux indices de concentration : %(gap)s%(interval)s).") % {
        "sentence": sentence,
        "gap": gap,
        "interval": interval,
    }
