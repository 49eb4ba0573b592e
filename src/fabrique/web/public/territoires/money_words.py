"""What the money of the plan against a need says in words: to whom it goes, on which base, what stands apart.

Fed by restitution.services.money_doses. Feeds the page of means and its chart.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fabrique.restitution.services.money_doses import KINDS, Apart, MoneyDoses, MoneyRow
from fabrique.web.templatetags.francais import NBSP, liste, nombre
from fabrique_core.equity import Dose, Lean


def kinds() -> dict[str, str]:
    """{kind: what it is called}."""
    return {"planned": _("Argent prévu"), "committed": _("Argent engagé"), "spent": _("Argent dépensé")}


def base(told: int, actions: int) -> str:
    """« 3 actions sur 5 »: how many of the attached actions state an amount."""
    if not actions:
        return _("aucune action")
    return ngettext("%(told)s action sur %(all)s", "%(told)s actions sur %(all)s", 2 if told >= 2 else 1) % {
        "told": nombre(told),
        "all": nombre(actions),
    }


def sentences(found: MoneyDoses) -> list[str]:
    """The base, then each kind of money against the need, then what is left out and why."""
    said = [_base(found)]
    for kind in KINDS:
        said.extend(_kind(found, kind))
    if found.actions and found.empty:
        said.append(
            ngettext(
                "Aucune action publique n’est rattachée au groupe %(groups)s : il compte pour zéro euro. Des actions "
                "peuvent y exister sans être encore publiques.",
                "Aucune action publique n’est rattachée aux groupes %(groups)s : ils comptent pour zéro euro. Des "
                "actions peuvent y exister sans être encore publiques.",
                len(found.empty),
            )
            % {"groups": liste(found.empty)}
        )
    if found.shared:
        said.append(
            ngettext(
                "%(n)s action porte sur plusieurs départements : son argent est réparti selon les habitants des lieux "
                "qu’elle nomme. C’est une convention, le partage réel n’est pas connu.",
                "%(n)s actions portent sur plusieurs départements : leur argent est réparti selon les habitants des "
                "lieux qu’elles nomment. C’est une convention, le partage réel n’est pas connu.",
                _plural(found.shared),
            )
            % {"n": nombre(found.shared)}
        )
    said.extend(_apart(found))
    return said


def _plural(count: int) -> int:
    return 2 if count >= 2 else 1


def _base(found: MoneyDoses) -> str:
    if not found.actions:
        return _("En %(year)s, aucune action publique n’est rattachée à un département.") % {
            "year": found.year
        }
    return ngettext(
        "En %(year)s, %(n)s action publique est rattachée à un département ou à plusieurs.",
        "En %(year)s, %(n)s actions publiques sont rattachées à un département ou à plusieurs.",
        _plural(found.actions),
    ) % {"year": found.year, "n": nombre(found.actions)}


def _kind(found: MoneyDoses, kind: str) -> list[str]:
    told = sum(row.told[kind] for row in found.rows)
    if not found.actions:
        return []
    name = kinds()[kind]
    if not told:
        return [_("%(kind)s : aucune de ces actions ne le dit.") % {"kind": name}]
    against = found.against[kind]
    if against is None:
        unknown = [str(row.number) for row in found.rows if row.euros[kind] is None]
        if not unknown:
            return [_("%(kind)s : zéro euro partout, il n’y a rien à comparer.") % {"kind": name}]
        return [
            ngettext(
                "%(kind)s : il n’est pas connu dans le groupe %(groups)s, il n’est donc pas comparé au besoin.",
                "%(kind)s : il n’est pas connu dans les groupes %(groups)s, il n’est donc pas comparé au besoin.",
                len(unknown),
            )
            % {"kind": name, "groups": liste(unknown)}
        ]
    said = _("%(kind)s : %(lean)s") % {"kind": name, "lean": _lean(against)}
    ends = _ends(found.rows[0], found.rows[-1], kind)
    missing = found.missing[kind]
    if missing:
        ends += " " + ngettext(
            "Le montant de %(n)s action manque, ou manque en partie : il changerait peut-être ce résultat.",
            "Les montants de %(n)s actions manquent, ou manquent en partie : ils changeraient peut-être ce résultat.",
            _plural(missing),
        ) % {"n": nombre(missing)}
    return [f"{said} {ends}"]


def _lean(one: Dose) -> str:
    """To whom the money goes; without an interval, only the side to which it leans."""
    value = one.gap.value or 0.0
    sentence = {
        Lean.DISADVANTAGED: _("il va vers les départements défavorisés plus que ne va le besoin"),
        Lean.PROPORTIONATE: _("il suit le besoin, à l’incertitude près sur celui-ci"),
        Lean.ADVANTAGED: _("il va vers les départements favorisés plus que ne va le besoin"),
        Lean.NOT_KNOWN: _("il penche vers les départements défavorisés plus que le besoin")
        if value < 0
        else _("il penche vers les départements favorisés plus que le besoin"),
    }[one.lean]
    if one.gap.interval is None:
        return _(
            "%(sentence)s (écart entre les deux indices de concentration : %(gap)s, sans intervalle)."
        ) % {
            "sentence": sentence,
            "gap": nombre(value, 3),
        }
    return _(
        "%(sentence)s (écart entre les deux indices de concentration : %(gap)s, de %(low)s à %(high)s)."
    ) % {
        "sentence": sentence,
        "gap": nombre(value, 3),
        "low": nombre(one.gap.interval.low, 3),
        "high": nombre(one.gap.interval.high, 3),
    }


def _ends(first: MoneyRow, last: MoneyRow, kind: str) -> str:
    """The two extreme groups, by a difference, and a ratio where neither is zero."""
    low, high = first.euros[kind] or 0.0, last.euros[kind] or 0.0
    words = {
        "first": nombre(low, 2),
        "poor": liste(first.territories),
        "last": nombre(high, 2),
        "rich": liste(last.territories),
        "gap": nombre(low - high, 2),
        "ratio": nombre(low / high, 2) if high else "",
    }
    if not low or not high:
        return (
            _(
                "Par habitant : %(first)s € dans le groupe le plus défavorisé (%(poor)s), %(last)s € dans le plus "
                "favorisé (%(rich)s), soit un écart de %(gap)s €."
            )
            % words
        )
    return (
        _(
            "Par habitant : %(first)s € dans le groupe le plus défavorisé (%(poor)s), %(last)s € dans le plus "
            "favorisé (%(rich)s), soit un écart de %(gap)s € et un rapport de %(ratio)s."
        )
        % words
    )


def _apart(found: MoneyDoses) -> list[str]:
    said = []
    if found.regional.actions:
        said.append(
            ngettext(
                "%(n)s action de la région entière est à part : son argent ne se place dans aucun groupe%(money)s.",
                "%(n)s actions de la région entière sont à part : leur argent ne se place dans aucun groupe%(money)s.",
                _plural(found.regional.actions),
            )
            % {"n": nombre(found.regional.actions), "money": _money(found.regional)}
        )
    if found.outside.actions:
        said.append(
            ngettext(
                "%(n)s action est dans un département dont le besoin n’est pas connu : elle n’est pas "
                "comptée%(money)s.",
                "%(n)s actions sont dans un département dont le besoin n’est pas connu : elles ne sont pas "
                "comptées%(money)s.",
                _plural(found.outside.actions),
            )
            % {"n": nombre(found.outside.actions), "money": _money(found.outside)}
        )
    return said


def _money(one: Apart) -> str:
    """« (3 200 000 € prévus, 1 150 000 € dépensés) »; the kinds that nobody states are left out."""
    names = {
        "planned": _("%(n)s prévus"),
        "committed": _("%(n)s engagés"),
        "spent": _("%(n)s dépensés"),
    }
    known = [
        names[kind] % {"n": f"{nombre(amount)}{NBSP}€"}
        for kind in KINDS
        if (amount := one.euros[kind]) is not None
    ]
    return f" ({', '.join(known)})" if known else ""
