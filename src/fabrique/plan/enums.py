"""States, kinds and marks of the plan, in the words of the regional health plan.

Fed by the plan's own documents. Feeds plan.models, forms and pages.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PlanState(models.TextChoices):
    DRAFT = "projet", _("projet")
    CONSULTATION = "consultation", _("soumis à la consultation réglementaire")
    ADOPTED = "adopte", _("adopté")
    REVISION = "revision", _("en révision")
    CLOSED = "clos", _("clos")


class DocumentKind(models.TextChoices):
    COS = "COS", _("cadre d’orientation stratégique")
    SRS = "SRS", _("schéma régional de santé")
    STS = "STS", _("schéma territorial de santé")
    PRAPS = "PRAPS", _("programme régional d’accès à la prévention et aux soins des plus démunis")
    PROGRAMME = "programme", _("programme")
    OTHER = "autre", _("autre document")


class TitleBasis(models.TextChoices):
    """Where the title of a challenge comes from: what is not known is said, never invented."""

    EXPLICIT = "explicite", _("donné par le plan")
    INFERRED = "deduit", _("déduit du texte du plan")
    UNKNOWN = "inconnu", _("titre inconnu de nos sources")


class CrossMark(models.TextChoices):
    """The cross-cutting marks of the plan."""

    VULNERABLE = "publics-vulnerables", _("publics vulnérables")
    MOUNTAIN = "montagne", _("montagne et temps de trajet")
    CROSS_BORDER = "transfrontalier", _("coopération avec l’Espagne et l’Andorre")
    SEASONAL = "saisonniers", _("population saisonnière")
    CLIMATE = "environnement-climat", _("environnement et climat")


class Universalism(models.TextChoices):
    """How the means follow the need."""

    NOT_STATED = "non-precise", _("non précisé")
    UNIVERSAL = "universel", _("universel : la même chose pour tous")
    PROPORTIONATE = (
        "proportionne",
        _("universel proportionné : pour tous, davantage où le besoin est plus grand"),
    )
    TARGETED = "cible", _("ciblé : pour un public seulement")


class InstrumentKind(models.TextChoices):
    """What carries actions locally."""

    CLS = "CLS", _("contrat local de santé")
    CLSM = "CLSM", _("conseil local de santé mentale")
    CPTS = "CPTS", _("communauté professionnelle territoriale de santé")
    CTSM = "CTSM", _("contrat territorial de santé mentale")
    CPOM = "CPOM", _("contrat pluriannuel d’objectifs et de moyens")
    GHT = "GHT", _("groupement hospitalier de territoire")
    DAC = "DAC", _("dispositif d’appui à la coordination")
    MSP = "MSP", _("maison de santé pluriprofessionnelle")
    SAS = "SAS", _("service d’accès aux soins")
    C360 = "communaute-360", _("communauté 360")
    ARTICLE_51 = "article-51", _("expérimentation « article 51 »")
    OTHER = "autre", _("autre instrument")


class ActionStage(models.TextChoices):
    """Where the action stands in its life; the weather says how it goes, and is something else."""

    PLANNED = "a-venir", _("à venir")
    RUNNING = "en-cours", _("en cours")
    DONE = "terminee", _("terminée")
    STOPPED = "arretee", _("arrêtée")


class PartnerRole(models.TextChoices):
    LEAD = "pilote", _("pilote")
    PARTNER = "partenaire", _("partenaire")
    OPERATOR = "operateur", _("opérateur")
    FUNDER = "financeur", _("financeur")


class MilestoneState(models.TextChoices):
    DUE = "a-faire", _("à faire")
    DONE = "fait", _("fait")
    DROPPED = "abandonne", _("abandonné")


class FunderKind(models.TextChoices):
    FIR = "fir", _("fonds d’intervention régional")
    INSURANCE = "assurance-maladie", _("assurance maladie")
    STATE = "etat", _("État")
    REGION = "region", _("conseil régional")
    DEPARTMENT = "departement", _("conseil départemental")
    LOCAL = "communes", _("communes et intercommunalités")
    EUROPE = "europe", _("Union européenne")
    OTHER = "autre", _("autre financeur")


class IndicatorKind(models.TextChoices):
    """Monitoring: deployment and effectiveness. Evaluation: process, impact, service rendered."""

    DEPLOYMENT = "deploiement", _("suivi : déploiement")
    EFFECTIVENESS = "effectivite", _("suivi : effectivité")
    PROCESS = "processus", _("évaluation : processus")
    IMPACT = "impact", _("évaluation : impact")
    SERVICE = "service-rendu", _("évaluation : service rendu")


class Direction(models.TextChoices):
    """Which way is good; the same words as fabrique_core.progress."""

    RISE = "rise", _("doit augmenter")
    FALL = "fall", _("doit baisser")


class Weather(models.TextChoices):
    """The lead's own judgement on an action."""

    SECURED = "securisee", _("sécurisée")
    ATTAINABLE = "atteignable", _("atteignable")
    NEEDS_SUPPORT = "a-soutenir", _("à soutenir")
    COMPROMISED = "compromise", _("compromise")


class LogicStage(models.TextChoices):
    RESOURCES = "ressources", _("ressources")
    ACTIVITIES = "activites", _("activités")
    OUTPUTS = "realisations", _("réalisations")
    OUTCOMES = "resultats", _("résultats")
    IMPACT = "impact", _("impact")


class ConsulteeBasis(models.TextChoices):
    STATUTORY = "obligatoire", _("avis prévu par la loi")
    VOLUNTARY = "volontaire", _("avis demandé par choix")
    APART = "a-part", _("avis recueilli à part, avant l’adoption")


class RevisionKind(models.TextChoices):
    """What is submitted decides who is consulted and for how long."""

    WHOLE = "plan-entier", _("plan entier")
    PARTIAL = "revision-partielle", _("révision partielle")


class ConsultationState(models.TextChoices):
    DRAFT = "preparation", _("en préparation")
    OPEN = "ouverte", _("en cours")
    ENDED = "terminee", _("terminée")


class OpinionTone(models.TextChoices):
    """Silence has no tone: it is « avis réputé rendu », never favourable."""

    FAVOURABLE = "favorable", _("favorable")
    RESERVES = "reserves", _("favorable avec réserves")
    UNFAVOURABLE = "defavorable", _("défavorable")
    NO_TONE = "sans-qualification", _("avis rendu sans qualification")


class SilenceRule(models.TextChoices):
    """What silence after the delay is taken for. The law says it of those it names; of others, the agency does."""

    DEEMED = "repute-rendu", _("avis réputé rendu")
    NOTHING = "sans-reponse", _("absence de réponse, sans avis réputé rendu")


class ConsulteeStanding(models.TextChoices):
    """Where a consultee stands on a day: computed, never stored."""

    EXPECTED = "attendu", _("avis attendu")
    RECEIVED = "recu", _("avis reçu")
    LATE = "recu-tard", _("avis reçu après le délai")
    DEEMED = "repute-rendu", _("avis réputé rendu")
    SILENT = "sans-reponse", _("pas de réponse")
    NOT_YET = "a-recueillir", _("avis à recueillir avant l’adoption")
    COLLECTIVE = "ligne-collective", _("ligne collective")


class ReplyKind(models.TextChoices):
    """What the agency answers to a point of an opinion."""

    TAKEN = "retenu", _("retenu")
    PARTLY = "en-partie", _("retenu en partie")
    ALREADY = "deja", _("déjà dans le texte")
    ELSEWHERE = "autre-competence", _("relève d’une autre autorité")
    NOT_TAKEN = "non-retenu", _("non retenu")


class ReviewKind(models.TextChoices):
    DEPARTMENTAL = "departementale", _("revue départementale")
    REGIONAL = "regionale", _("revue régionale")
    ANNUAL = "annuelle", _("revue annuelle d’ensemble")


class ReviewState(models.TextChoices):
    DRAFT = "preparation", _("en préparation")
    HELD = "tenue", _("tenue")
    PUBLISHED = "publiee", _("publiée")


class DecisionKind(models.TextChoices):
    CONTINUE = "poursuivre", _("poursuivre")
    ADJUST = "ajuster", _("ajuster")
    REORIENT = "reorienter", _("réorienter")
    STOP = "arreter", _("arrêter")
    GENERALISE = "generaliser", _("étendre à d’autres territoires")


class FollowUpState(models.TextChoices):
    """Of a decision or of a recommendation."""

    TO_DO = "a-faire", _("à faire")
    RUNNING = "en-cours", _("en cours")
    DONE = "fait", _("fait")
    DROPPED = "abandonne", _("abandonné, avec la raison")


class EvaluationKind(models.TextChoices):
    MID_COURSE = "point-24-mois", _("point d’étape à 24 mois")
    INTERMEDIATE = "intermediaire", _("évaluation intermédiaire à 30 mois")
    FINAL = "finale", _("évaluation finale")


class EvaluationState(models.TextChoices):
    PROTOCOL = "protocole", _("protocole en cours d’écriture")
    RUNNING = "en-cours", _("en cours")
    PUBLISHED = "publiee", _("publiée")


class Criterion(models.TextChoices):
    RELEVANCE = "pertinence", _("pertinence")
    COHERENCE = "coherence", _("cohérence")
    EFFECTIVENESS = "efficacite", _("efficacité")
    EFFICIENCY = "efficience", _("efficience")
    IMPACT = "impact", _("impact")
    SUSTAINABILITY = "durabilite", _("durabilité")
    INEQUALITIES = "inegalites", _("réduction des inégalités")
    EXPERIENCE = "vecu-des-usagers", _("vécu des usagers")


class EvaluationLevel(models.TextChoices):
    ACTIONS = "actions", _("les actions")
    REPRODUCIBILITY = "reproductibilite", _("ce qui peut être reproduit ailleurs")
    OBJECTIVES = "objectifs", _("les objectifs, les défis et les engagements")


class EvidenceKind(models.TextChoices):
    INDICATOR = "indicateur", _("indicateur")
    FIGURE = "chiffre-publie", _("chiffre publié")
    DOCUMENT = "document", _("document")
    INTERVIEW = "entretiens", _("entretiens ou groupes")
    USERS = "usagers", _("parole des usagers")


class AnswerKind(models.TextChoices):
    """What the agency answers to a recommendation."""

    WAITING = "en-attente", _("réponse attendue")
    ACCEPTED = "acceptee", _("acceptée")
    PARTLY = "en-partie", _("acceptée en partie")
    REFUSED = "refusee", _("refusée")


class FindingTone(models.TextChoices):
    """What a users' association found of an action."""

    IMPROVES = "ameliore", _("améliore ce que vivent les usagers")
    NO_CHANGE = "sans-effet", _("ne change rien pour les usagers")
    WORSENS = "degrade", _("dégrade ce que vivent les usagers")
    MIXED = "partage", _("effets partagés")
