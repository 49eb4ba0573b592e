"""The rooms of the agents' space: one line a room, shown to whoever holds a right in it.

Fed by each room's own line below. Feeds the agents' home page and their menu.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from fabrique.accounts.actors import Agent
from fabrique.accounts.rights import holds


@dataclass(frozen=True)
class Card:
    """One room. `verbs`: holding any of them shows it; none means every agent.

    `waiting` is the dotted path of a function (actor) -> (count, sentence), or "" where nothing ever waits:
    a path, so that rooms need not be loaded to draw the menu. `seen`, likewise: (actor) -> whether the room holds
    anything for them, where a right held in a department does not reach what is of the region; "" where it does.
    """

    route: str
    menu: Any
    title: Any
    text: Any
    verbs: tuple[str, ...] = ()
    waiting: str = ""
    seen: str = ""


#: in the order of the work; each room adds its own line
CARDS: tuple[Card, ...] = (
    Card(
        "agents-consultations:liste",
        _("Consultations"),
        _("Les consultations"),
        _("Écrire une consultation et son questionnaire, l’ouvrir, la corriger, la clore."),
        ("consultations.read",),
        "fabrique.web.agents.consultations.waiting.count",
    ),
    Card(
        "agents-rencontres:liste",
        _("Rencontres"),
        _("Les rencontres"),
        _(
            "Préparer un programme de rencontres, fixer les dates, suivre les inscriptions, écrire à la presse."
        ),
        ("meetings.read",),
        "fabrique.web.agents.rencontres.waiting.count",
    ),
    Card(
        "agents-terrain:liste",
        _("Terrain"),
        _("Le terrain sans réseau"),
        _("Prêter des appareils aux médiateurs, imprimer des tickets, échanger des formulaires."),
        ("field.manage_devices", "field.exchange_forms"),
        "fabrique.web.agents.terrain.waiting.count",
    ),
    Card(
        "agents-corpus:liste",
        _("Corpus"),
        _("Le corpus"),
        _("Lire et chercher ce que les gens ont écrit, et le relire avant publication."),
        ("contributions.read",),
        "fabrique.web.agents.corpus.waiting.count",
    ),
    Card(
        "agents-moderation:liste",
        _("Modération"),
        _("La modération"),
        _("Lire les textes, répondre aux alertes de détresse et aux contestations."),
        ("contributions.moderate", "contributions.configure_moderation", "contributions.decide_contest"),
        "fabrique.web.agents.moderation.waiting.count",
    ),
    Card(
        "agents-imports:liste",
        _("Imports"),
        _("Les imports"),
        _("Faire entrer un export de Decidim, de LimeSurvey, un tableau, un questionnaire ou un calendrier."),
        ("imports.read",),
        "fabrique.web.agents.imports.waiting.count",
    ),
    Card(
        "agents-papier:liste",
        _("Papier"),
        _("Le papier et le téléphone"),
        _("Imprimer des livrets, saisir ce qui revient, mesurer les erreurs, répondre au téléphone."),
        ("paper.read",),
        "fabrique.web.agents.papier.waiting.count",
    ),
    Card(
        "agents-analyses:liste",
        _("Analyses"),
        _("Les analyses"),
        _("Lancer une analyse, relire les thèmes proposés et approuver des citations."),
        ("analysis.read",),
        "fabrique.web.agents.analyses.waiting.count",
    ),
    Card(
        "agents-publications:liste",
        _("Publications"),
        _("Les publications"),
        _("Préparer, relire et publier les résultats d’une consultation."),
        ("restitution.read",),
        "fabrique.web.agents.publications.waiting.count",
    ),
    Card(
        "agents-animation:liste",
        _("Animation"),
        _("L’animation des rencontres"),
        _("Préparer une salle, noter ce qui se dit même sans réseau, signer et publier le compte rendu."),
        (
            "meetings.enter_items",
            "meetings.draft_minutes",
            "meetings.sign_minutes",
            "meetings.decide_initiative",
        ),
        "fabrique.web.agents.animation.waiting.count",
    ),
    Card(
        "agents-relais:liste",
        _("Relais"),
        _("Les relais"),
        _("Examiner les demandes des organismes, suivre les relais et imprimer leur dossier."),
        ("relays.read",),
        "fabrique.web.agents.relais.waiting.count",
    ),
    Card(
        "relais:espace",
        _("Mon relais"),
        _("Mon relais"),
        _("Télécharger mes affiches, aider une personne à répondre, voir combien sont venues par nous."),
        ("relays.help",),
    ),
    Card(
        "agents-ecrits:liste",
        _("Écrits"),
        _("Les contributions écrites"),
        _("Lire ce que les organismes envoient, en relever les demandes, accepter ou écarter."),
        ("written.read",),
        "fabrique.web.agents.ecrits.waiting.count",
    ),
    Card(
        "agents-plan:liste",
        _("Plan"),
        _("Le plan"),
        _("Écrire les engagements, les défis et les objectifs ; charger, exporter, adopter le texte."),
        ("plan.read",),
        "fabrique.web.agents.plan.waiting.count",
    ),
    Card(
        "agents-actions:liste",
        _("Actions"),
        _("Les actions du plan"),
        _(
            "Faire le point sur mes actions : météo, jalons, argent, indicateurs. Écrire et publier les fiches."
        ),
        ("plan.read",),
        "fabrique.web.agents.actions.waiting.count",
    ),
    Card(
        "agents-instances:liste",
        _("Instances"),
        _("Les instances"),
        _("Préparer une séance, lire ses documents, donner un avis, répondre aux questions des habitants."),
        ("councils.read", "councils.sit", "councils.read_questions"),
        "fabrique.web.agents.instances.waiting.count",
    ),
    Card(
        "agents-avis:liste",
        _("Avis"),
        _("Les avis réglementaires"),
        # read by those who only read or record as well: asking for opinions is the button of whoever may
        _(
            "Les avis que la loi prévoit sur le plan : ceux reçus, la réponse à chaque point, ce qu’ils changent."
        ),
        ("plan.consult", "plan.record_opinions", "plan.read", "plan.give_opinion"),
        "fabrique.web.agents.avis.waiting.count",
        "fabrique.web.agents.avis.waiting.seen",
    ),
    Card(
        "agents-observatoire:liste",
        _("Observatoire"),
        _("L’observatoire"),
        _("Charger des indicateurs, écrire leur définition, voir d’où vient chaque valeur."),
        ("observatory.read",),
        "fabrique.web.agents.observatoire.waiting.count",
    ),
    Card(
        "agents-bilans:liste",
        _("Bilans"),
        _("Les revues et les évaluations"),
        _("Figer l’état du plan, tenir une revue, décider, évaluer et suivre ce qui en sort."),
        ("plan.read",),
        "fabrique.web.agents.bilans.waiting.count",
    ),
    Card(
        "agents-bilans:mandats",
        _("Mes constats"),
        _("Les constats confiés à mon association"),
        _("Lire ce que l’agence demande de vérifier, et remettre un constat qui paraîtra tel quel."),
        ("plan.hand_in_findings",),
        "fabrique.web.agents.bilans.waiting.mandates",
    ),
)


def cards_for(actor: Agent) -> list[Card]:
    """The rooms in which the actor may do something."""
    held = [card for card in CARDS if not card.verbs or any(holds(actor, verb) for verb in card.verbs)]
    return [card for card in held if not card.seen or import_string(card.seen)(actor)]


def waiting_for(actor: Agent) -> list[dict[str, Any]]:
    """Each room of the actor with what waits there: {card, count, sentence}; count is None where nothing can."""
    found = []
    for card in cards_for(actor):
        count, sentence = import_string(card.waiting)(actor) if card.waiting else (None, "")
        found.append({"card": card, "count": count, "sentence": sentence})
    return found
