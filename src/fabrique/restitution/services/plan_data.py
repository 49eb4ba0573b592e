"""The open data of the plan: one table a kind of row, each column with its type and its meaning in French.

Fed by public rows of the plan alone; no name of a person leaves. Feeds the CSV files and their Table Schemas.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from fabrique.plan.disclosure import is_masked
from fabrique.plan.enums import Direction
from fabrique.plan.models import (
    Action,
    ActionPartner,
    BudgetLine,
    Challenge,
    Commitment,
    Decision,
    Indicator,
    IndicatorValue,
    Instrument,
    Milestone,
    Objective,
    Plan,
    Programme,
    Reach,
)
from fabrique.restitution.services.open_tables import Column, DataTable, Words, day_of, decimal_of
from fabrique.restitution.services.plan_pages import ActionLine, action_lines
from fabrique.restitution.services.reach import PublicReach, public_reach, with_places
from fabrique_core.progress import Course

#: the direction of an indicator, in the words of the other columns
WAYS = {Direction.RISE: "hausse", Direction.FALL: "baisse"}
COURSES = {
    Course.BETTER: "amelioration",
    Course.STABLE: "stable",
    Course.WORSE: "degradation",
    Course.NOT_KNOWN: None,
}


def _text(name: str, words: Words, path: str) -> Column:
    return Column(name, "string", words, _reader(path))


def _date(name: str, words: Words, path: str) -> Column:
    """The day alone, of a date or of an instant."""
    read = _reader(path)
    return Column(name, "date", words, lambda row: day_of(read(row)))


def _number(name: str, words: Words, path: str) -> Column:
    read = _reader(path)
    return Column(name, "number", words, lambda row: decimal_of(read(row)))


def _masked(row: Any, name: str) -> bool:
    """Of an indicator or of one of its values."""
    of = getattr(row, "indicator", row)
    return is_masked(getattr(row, name), counts_people=of.counts_people)


def _measure(name: str, words: Words, path: str) -> Column:
    """A number, empty where it counts so few persons that the public never reads it."""
    return Column(
        name, "number", words, lambda row: None if _masked(row, path) else decimal_of(getattr(row, path))
    )


def _reader(path: str) -> Callable[[Any], Any]:
    """« objective.key »: attribute by attribute, None as soon as one is missing."""
    names = path.split(".")

    def read(row: Any) -> Any:
        for name in names:
            row = getattr(row, name, None)
            if row is None:
                return None
        return row() if callable(row) else row

    return read


def _public_key(name: str, words: Words, path: str) -> Column:
    """The key of what a row points at, only once that is public too: the name of a draft stays inside."""
    read = _reader(path)

    def key(row: Any) -> str | None:
        found = read(row)
        return found.key if found is not None and found.published_at is not None else None

    return Column(name, "string", words, key)


def _place(row: Any) -> str:
    return f"{row.territory.level}:{row.territory.code}"


ID = _text("identifiant", _("Identifiant stable de la ligne"), "public_id")
KEY = _text("cle", _("Clé dans le plan, stable d’une version à l’autre"), "key")
TITLE = _text("intitule", _("Intitulé ; vide s’il est inconnu de nos sources"), "title")
PLACE = Column("territoire", "string", _("Territoire : niveau et code officiel"), _place)
MARKS = Column(
    "marques", "string", _("Marques transversales, séparées par un espace"), lambda row: " ".join(row.marks)
)
ACTION = _text("action", _("Identifiant de l’action"), "action.public_id")
ACTION_PLACE = Column(
    "territoire",
    "string",
    _("Territoire de l’action : niveau et code officiel"),
    lambda row: _place(row.action),
)


def _objectives(plan: Plan) -> Any:
    rows = Objective.objects.public().filter(plan=plan)
    return rows.select_related("territory", "challenge", "declines").prefetch_related("publics")


def _actions(plan: Plan) -> Any:
    rows = Action.objects.public().filter(plan=plan)
    return rows.select_related("territory", "objective", "programme").prefetch_related("publics")


def _under(model: Any, path: str = "action") -> Callable[[Plan], Any]:
    """Lines of public actions alone."""
    return lambda plan: model.objects.filter(
        **{f"{path}__in": Action.objects.public().filter(plan=plan)}
    ).select_related(f"{path}__territory")


def _progress(plan: Plan) -> list[ActionLine]:
    return action_lines(Action.objects.public().filter(plan=plan).select_related("territory").order_by("key"))


def _rate(row: ActionLine) -> str | None:
    rate = row.progress.rate.rate
    return None if rate is None else decimal_of(round(rate, 2))


def _course(row: ActionLine) -> str | None:
    return "contrastee" if row.progress.mixed else COURSES[row.progress.course]


def _reach(plan: Plan) -> list[PublicReach]:
    return public_reach(with_places(_under(Reach)(plan)))


def _indicators(plan: Plan) -> Any:
    shown = Indicator.objects.filter(plan=plan)
    of_actions = shown.filter(action__in=Action.objects.public().filter(plan=plan))
    of_objectives = shown.filter(objective__in=Objective.objects.public().filter(plan=plan))
    return (of_actions | of_objectives).select_related("action", "objective")


def _values(plan: Plan) -> Any:
    rows = IndicatorValue.objects.filter(indicator__in=_indicators(plan))
    return rows.select_related("indicator").order_by("indicator__position", "indicator__key", "on")


def _publics(row: Any) -> str:
    return " ".join(sorted(public.key for public in row.publics.all()))


PUBLICS = Column("publics", "string", _("Clés des publics visés, séparées par un espace"), _publics)

TABLES: tuple[DataTable, ...] = (
    DataTable(
        "engagements",
        _("Les engagements"),
        (
            ID,
            KEY,
            Column("numero", "integer", _("Numéro de l’engagement"), _reader("number")),
            TITLE,
            Column("nouveau", "boolean", _("1 si le plan précédent ne l’avait pas"), lambda row: int(row.new)),
        ),
        lambda plan: Commitment.objects.filter(plan=plan),
    ),
    DataTable(
        "defis",
        _("Les défis"),
        (
            ID,
            KEY,
            _text("engagement", _("Clé de l’engagement ; vide s’il est inconnu de nos sources"), "commitment.key"),
            TITLE,
            _text("origine_du_titre", _("explicite, deduit ou inconnu"), "basis"),
        ),
        lambda plan: Challenge.objects.filter(plan=plan).select_related("commitment"),
    ),
    DataTable(
        "objectifs",
        _("Les objectifs opérationnels publics"),
        (
            ID,
            KEY,
            _text("defi", _("Clé du défi"), "challenge.key"),
            PLACE,
            TITLE,
            _public_key("decline", _("Clé de l’objectif régional décliné, s’il est public"), "declines"),
            PUBLICS,
            _text("universalisme", _("Comment les moyens suivent le besoin"), "universalism"),
            MARKS,
            _date("public_depuis", _("Jour où l’objectif a été rendu public"), "published_at"),
        ),
        _objectives,
    ),
    DataTable(
        "programmes",
        _("Les programmes d’actions publics"),
        (
            ID,
            KEY,
            PLACE,
            TITLE,
            Column(
                "dans_le_plan",
                "boolean",
                _("1 si le programme fait partie du plan au sens strict"),
                lambda row: int(row.within_plan),
            ),
            _date("rattache_le", _("Jour où il a été rattaché au plan"), "attached_on"),
        ),
        lambda plan: Programme.objects.filter(plan=plan, published_at__isnull=False).select_related("territory"),
    ),
    DataTable(
        "actions",
        _("Les actions publiques"),
        (
            ID,
            KEY,
            _public_key("objectif", _("Clé de l’objectif, s’il est public"), "objective"),
            _public_key("programme", _("Clé du programme d’actions, s’il est public"), "programme"),
            PLACE,
            TITLE,
            _text("etape", _("a-venir, en-cours, terminee ou arretee"), "stage"),
            _date("debut", _("Début prévu"), "starts_on"),
            _date("fin", _("Fin prévue"), "ends_on"),
            PUBLICS,
            _text("universalisme", _("Comment les moyens suivent le besoin"), "universalism"),
            MARKS,
            _text("blocage", _("Point de blocage, s’il y en a un"), "blocking"),
            _date("modifiee_le", _("Dernière modification de la fiche"), "updated_at"),
        ),
        _actions,
    ),
    DataTable(
        "avancement",
        _("Où en est chaque action publique, le jour du téléchargement"),
        (
            ACTION,
            ACTION_PLACE,
            _text(
                "meteo",
                _("securisee, atteignable, a-soutenir ou compromise ; vide : jamais donnée"),
                "progress.weather.weather",
            ),
            _text("meteo_phrase", _("La phrase du pilote"), "progress.weather.sentence"),
            _date("meteo_le", _("Jour où la météo a été donnée"), "progress.weather.given_at"),
            Column("taux", "number", _("Taux de réalisation, en % ; vide : non connu"), _rate),
            Column(
                "indicateurs_connus",
                "integer",
                _("Nombre d’indicateurs dont le taux est connu"),
                lambda row: row.progress.rate.known,
            ),
            Column("indicateurs", "integer", _("Nombre d’indicateurs"), lambda row: row.progress.rate.total),
            Column(
                "tendance",
                "string",
                _("amelioration, stable, degradation ou contrastee ; vide : non connue"),
                _course,
            ),
            Column(
                "valeurs_attendues",
                "integer",
                _("Nombre d’indicateurs dont une valeur est attendue"),
                lambda row: row.progress.late,
            ),
            Column("jalons_faits", "integer", _("Nombre de jalons faits"), lambda row: row.done),
            Column(
                "jalons", "integer", _("Nombre de jalons, sans ceux qui sont abandonnés"), lambda row: row.asked
            ),
        ),
        _progress,
    ),
    DataTable(
        "jalons",
        _("Les jalons des actions publiques"),
        (
            ID,
            ACTION,
            ACTION_PLACE,
            _text("jalon", _("Ce qui doit être fait"), "label"),
            _date("prevu_le", _("Jour prévu"), "due_on"),
            _text("etat", _("a-faire, fait ou abandonne"), "state"),
            _date("fait_le", _("Jour où c’est fait"), "done_on"),
        ),
        _under(Milestone),
    ),
    DataTable(
        "budget",
        _("Le budget des actions publiques"),
        (
            ID,
            ACTION,
            ACTION_PLACE,
            Column("annee", "integer", _("Année"), _reader("year")),
            _text("financeur", _("Nature du financeur"), "funder"),
            _text("nom_du_financeur", _("Nom du financeur"), "funder_name"),
            _number("prevu", _("Euros prévus ; vide : non connu"), "planned"),
            _number("engage", _("Euros engagés ; vide : non connu"), "committed"),
            _number("depense", _("Euros dépensés ; vide : non connu"), "spent"),
        ),
        _under(BudgetLine),
    ),
    DataTable(
        "partenaires",
        _("Les organismes qui mènent les actions publiques"),
        (
            ID,
            ACTION,
            _text("organisme", _("Nom de l’organisme"), "organisation.name"),
            _text("role", _("Ce que l’organisme fait dans l’action"), "role"),
        ),
        lambda plan: _under(ActionPartner)(plan).select_related("action", "organisation"),
    ),
    DataTable(
        "personnes",
        _("Les personnes touchées par les actions publiques"),
        (
            _text("identifiant", _("Identifiant stable de la ligne"), "row.public_id"),
            _text("action", _("Identifiant de l’action"), "row.action.public_id"),
            PLACE,
            Column("annee", "integer", _("Année"), _reader("year")),
            Column(
                "personnes", "integer", _("Nombre de personnes touchées ; vide : masqué"), _reader("people")
            ),
            Column(
                "masque",
                "boolean",
                _("1 si le nombre est masqué : peu de personnes, ou il permettrait d’en retrouver un autre"),
                lambda row: int(row.masked),
            ),
        ),
        _reach,
    ),
    DataTable(
        "indicateurs",
        _("Les indicateurs des objectifs et des actions publics"),
        (
            ID,
            KEY,
            ACTION,
            _text("objectif", _("Identifiant de l’objectif, pour un indicateur d’objectif"), "objective.public_id"),
            TITLE,
            _text("nature", _("deploiement, effectivite, processus, impact ou service-rendu"), "kind"),
            _text("unite", _("Unité"), "unit"),
            Column(
                "sens", "string", _("hausse : doit augmenter ; baisse : doit diminuer"), lambda row: WAYS[row.direction]
            ),
            Column(
                "compte_des_personnes",
                "boolean",
                _("1 si l’indicateur compte des personnes : de 1 à 10, une valeur n’est pas publiée"),
                lambda row: int(row.counts_people),
            ),
            _measure("depart", _("Valeur de départ ; vide : non connue ou masquée"), "baseline"),
            _date("depart_au", _("Date de la valeur de départ"), "baseline_on"),
            _measure("cible", _("Cible ; vide : non fixée ou masquée"), "target"),
            _date("cible_au", _("Date de la cible"), "target_on"),
            Column(
                "masque",
                "boolean",
                _("1 si le départ ou la cible est masqué : peu de personnes"),
                lambda row: int(_masked(row, "baseline") or _masked(row, "target")),
            ),
            _text("serie", _("Code de la série de l’observatoire"), "series_code"),
        ),
        _indicators,
    ),
    DataTable(
        "valeurs",
        _("Les valeurs des indicateurs"),
        (
            ID,
            _text("indicateur", _("Identifiant de l’indicateur"), "indicator.public_id"),
            _date("au", _("Date de la valeur"), "on"),
            _measure("valeur", _("Valeur ; vide : cherchée et non connue, ou masquée"), "value"),
            Column(
                "masque",
                "boolean",
                _("1 si la valeur est masquée : peu de personnes"),
                lambda row: int(_masked(row, "value")),
            ),
            Column("provisoire", "boolean", _("1 si la valeur est provisoire"), lambda row: int(row.provisional)),
            _text("source", _("Source"), "source"),
        ),
        _values,
    ),
    DataTable(
        "decisions",
        _("Les décisions des revues publiées"),
        (
            ID,
            ACTION,
            _text("revue", _("Identifiant de la revue"), "review.public_id"),
            _date("date_de_la_revue", _("Date de la revue"), "review.held_on"),
            _text("decision", _("poursuivre, ajuster, reorienter, arreter ou generaliser"), "kind"),
            _text("raison", _("Raison de la décision"), "reason"),
            _text("suite", _("a-faire, en-cours, fait ou abandonne"), "follow_up"),
            _date("pour_le", _("Échéance"), "due_on"),
        ),
        lambda plan: Decision.objects.public().filter(action__plan=plan).select_related("action", "review"),
    ),
    DataTable(
        "instruments",
        _("Les contrats et réseaux qui portent des actions"),
        (
            ID,
            KEY,
            _text("nature", _("CLS, CPTS, GHT…"), "kind"),
            PLACE,
            TITLE,
            _text("porteur", _("Organisme porteur"), "holder.name"),
            _date("debut", _("Début"), "starts_on"),
            _date("fin", _("Fin"), "ends_on"),
        ),
        lambda plan: Instrument.objects.filter(plan=plan).select_related("territory", "holder"),
    ),
)  # fmt: skip
BY_NAME = {table.name: table for table in TABLES}


def rows_of(tables: Iterable[DataTable], plan: Plan) -> list[tuple[DataTable, int]]:
    """Each table with its number of rows."""
    return [(table, _count(table.rows(plan))) for table in tables]


def _count(rows: Any) -> int:
    return len(rows) if isinstance(rows, list) else rows.count()
