"""What is missing before a consultation may open, item by item, with where to mend it.

Fed by a draft consultation. Feeds the opening, which refuses while anything is missing, and the screen.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from fabrique.common.clock import now
from fabrique.consultations.enums import HELP_CHOICES, ProfileRole, QuestionKind
from fabrique.consultations.models import Consultation, NoticeVersion, QuestionnaireVersion
from fabrique.consultations.services.definition import Definition, QuestionDef, definition_of
from fabrique.consultations.services.editing import NOTICE_FIELDS
from fabrique.contributions.services import has_alert_contact

#: under this age the consent of a parent is needed too (data-protection act, article 45): not taken here
AGE_OF_CONSENT = 15
#: shorter is warned about, not refused: the code (R.132-5) asks fifteen days of consultations held online,
#: and only 'a reasonable delay' of the others
REASONABLE_DAYS = 15


class Missing(NamedTuple):
    """One thing to mend: a stable code, a sentence, and the step of the file where it is written."""

    code: str
    sentence: str
    step: str


def missing_before_opening(consultation: Consultation) -> list[Missing]:
    """All that stands between a draft and its opening, in the order of the steps; empty when nothing does."""
    return [
        *_presentation(consultation),
        *_calendar(consultation),
        *_documents(consultation),
        *_notice(consultation.notices.latest_version()),
        *_impact(consultation),
        *missing_in_questionnaire(consultation.questionnaires.latest_version()),
    ]


def warnings_before_opening(consultation: Consultation) -> list[Missing]:
    """What does not prevent the opening but should be thought over."""
    warnings = []
    if consultation.minimum_age is not None and consultation.minimum_age < AGE_OF_CONSENT:
        sentence = _(
            "Avant 15 ans, la première page demande aussi l’accord d’un parent : l’analyse d’impact l’a-t-elle prévu ?"
        )
        warnings.append(Missing("minimum_age.minors", sentence, "presentation"))
    opens, closes = consultation.opens_at, consultation.closes_at
    if opens and closes and closes - opens < timedelta(days=REASONABLE_DAYS):
        sentence = _(
            "La consultation dure moins de %(days)s jours : le délai laissé au public est-il raisonnable ?"
        )
        warnings.append(Missing("calendar.short", sentence % {"days": REASONABLE_DAYS}, "calendrier"))
    if not has_alert_contact(consultation.perimeter):
        sentence = _(
            "Personne n’est désigné pour recevoir les alertes de détresse de ce territoire : désignez un agent dans "
            "Modération, Destinataires des alertes."
        )
        warnings.append(Missing("alerts.nobody", sentence, "ouverture"))
    return warnings


def _presentation(consultation: Consultation) -> Iterator[Missing]:
    step = "presentation"
    if not consultation.title.strip():
        yield Missing("title", _("Le titre manque."), step)
    if not consultation.summary.strip():
        yield Missing("summary", _("La présentation en langage clair manque."), step)
    if not consultation.arrangements.strip():
        yield Missing("arrangements", _("Les modalités de la procédure manquent."), step)
    if consultation.minimum_age is None:
        yield Missing("minimum_age", _("L’âge minimal manque."), step)


def _calendar(consultation: Consultation) -> Iterator[Missing]:
    step = "calendrier"
    if consultation.opens_at is None:
        yield Missing("opens_at", _("La date et l’heure d’ouverture manquent."), step)
    if consultation.closes_at is None:
        yield Missing("closes_at", _("La date et l’heure de clôture manquent."), step)
    elif consultation.closes_at <= now():
        yield Missing("closes_at.past", _("La date de clôture est déjà passée."), step)
    if not consultation.restitution_promise.strip():
        yield Missing("restitution_promise", _("La promesse de restitution manque."), step)
    if consultation.restitution_due is None:
        yield Missing("restitution_due", _("La date promise pour la restitution manque."), step)
    elif consultation.closes_at and consultation.restitution_due <= timezone.localdate(
        consultation.closes_at
    ):
        yield Missing(
            "restitution_due.early", _("La restitution doit être promise pour après la clôture."), step
        )


def _documents(consultation: Consultation) -> Iterator[Missing]:
    if not consultation.documents.exists():
        yield Missing("documents", _("Il manque au moins un document d’information."), "documents")


def _notice(notice: NoticeVersion | None) -> Iterator[Missing]:
    step = "donnees"
    if notice is None:
        yield Missing("notice", _("La notice sur les données personnelles manque."), step)
        return
    for name in NOTICE_FIELDS:
        if not getattr(notice, name).strip():
            label = _label(notice, name)
            yield Missing(f"notice.{name}", _("Notice : il manque « %(field)s ».") % {"field": label}, step)
    purposes = list(notice.purposes.all())
    if not purposes:
        yield Missing("notice.purposes", _("Notice : il manque au moins une finalité."), step)
    for purpose in purposes:
        for name in ("purpose", "article_6", "article_9"):
            if not getattr(purpose, name).strip():
                label = _label(purpose, name)
                sentence = _("Notice, finalité « %(purpose)s » : il manque « %(field)s ».")
                values = {"purpose": purpose.purpose or purpose.key, "field": label}
                yield Missing(f"notice.purpose.{name}", sentence % values, step)


def _label(row: Model, name: str) -> str:
    """The French name of a field."""
    return str(getattr(row._meta.get_field(name), "verbose_name", name))


def _impact(consultation: Consultation) -> Iterator[Missing]:
    step = "analyse-impact"
    if consultation.impact_assessed_on is None:
        yield Missing("impact_assessed_on", _("La date de l’analyse d’impact manque."), step)
    elif consultation.impact_assessed_on > timezone.localdate(now()):
        yield Missing("impact_assessed_on.future", _("L’analyse d’impact porte une date à venir."), step)
    if not consultation.impact_validator.strip():
        yield Missing(
            "impact_validator", _("Le nom de la personne qui a validé l’analyse d’impact manque."), step
        )


def missing_in_questionnaire(version: QuestionnaireVersion | None) -> list[Missing]:
    """What keeps a questionnaire from being frozen."""
    step = "questionnaire"
    if version is None or not version.questions.exists():
        return [Missing("questions", _("Le questionnaire n’a aucune question."), step)]
    definition = definition_of(version)
    found = [
        Missing(
            "section.empty",
            _("La partie « %(title)s » n’a aucune question.") % {"title": section.title},
            step,
        )
        for section in definition.sections
        if not section.questions
    ]
    for question in definition.questions:
        found += [
            Missing(code, _("Question « %(title)s » : %(why)s") % {"title": question.title, "why": why}, step)
            for code, why in [*_choices(question), *_condition(definition, question), *_role(question)]
        ]
    if not any(question.profile_role == ProfileRole.HELP for question in definition.questions):
        sentence = _(
            "Il manque la question « Pour qui répondez-vous ? » (pour moi, un proche, avec de l’aide)."
        )
        found.append(Missing("profile.help", sentence, step))
    return found


def _choices(question: QuestionDef) -> Iterator[tuple[str, str]]:
    if question.has_choices and len(question.choices) < 2:
        yield "choices", _("il faut au moins deux réponses proposées.")
    if question.kind == QuestionKind.TERRITORY and not question.choices:
        yield "territory.elsewhere", _("il faut une réponse pour qui n’habite aucune commune du périmètre.")
    if question.maximum is not None and question.maximum > len(question.choices):
        yield "maximum", _("le maximum dépasse le nombre de réponses proposées.")
    if question.kind == QuestionKind.SCALE and sum(1 for c in question.choices if c.value is not None) < 2:
        yield "scale.values", _("au moins deux degrés de l’échelle doivent avoir une valeur.")


def _condition(definition: Definition, question: QuestionDef) -> Iterator[tuple[str, str]]:
    if question.show_if is None:
        return
    order = [other.key for other in definition.questions]
    if question.show_if.question not in order:
        yield "condition.unknown", _("sa condition porte sur une question qui n’existe pas.")
        return
    if order.index(question.show_if.question) >= order.index(question.key):
        yield "condition.later", _("sa condition porte sur une question qui ne vient pas avant elle.")
    known = set(definition.question(question.show_if.question).choice_keys)
    if not question.show_if.any_of or set(question.show_if.any_of) - known:
        yield "condition.choice", _("sa condition porte sur une réponse qui n’existe pas.")


def _role(question: QuestionDef) -> Iterator[tuple[str, str]]:
    wanted = {
        ProfileRole.HELP: {QuestionKind.SINGLE},
        ProfileRole.AGE_BAND: {QuestionKind.SINGLE},
        ProfileRole.SEX: {QuestionKind.SINGLE},
        ProfileRole.TERRITORY: {QuestionKind.TERRITORY},
        ProfileRole.SITUATION: {QuestionKind.SINGLE, QuestionKind.MULTIPLE},
    }
    if question.profile_role and question.kind not in wanted[ProfileRole(question.profile_role)]:
        yield "profile.kind", _("sa nature ne convient pas à son rôle dans le profil.")
    if question.profile_role == ProfileRole.HELP and set(question.choice_keys) != set(HELP_CHOICES):
        yield (
            "profile.help_choices",
            _("ses réponses ne sont pas celles du modèle : retirez-la, puis ajoutez le modèle."),
        )
