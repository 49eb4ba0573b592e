"""The life of a plan: created, published, sent for opinion, adopted, opened for revision, closed; its frozen text.

Fed by agents' pages, the formal consultation and the loader. Feeds PlanVersion, what opinions address, the journal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import holds, require
from fabrique.common import journal
from fabrique.common.actors import Operator
from fabrique.common.clock import now, today
from fabrique.common.errors import Forbidden, Refused
from fabrique.plan.enums import ConsultationState, PlanState
from fabrique.plan.models import Objective, Plan, PlanVersion
from fabrique.plan.services.exporting import address_of, document_of
from fabrique.plan.services.layout.writing import frozen_text, lines_of
from fabrique.territories.models import Territory

#: words that the pages of the plans hold in the place of a plan's address
RESERVED = frozenset({"nouveau", "charger"})
#: states in which the text of the plan may be written
OPEN_TO_WRITING = frozenset({PlanState.DRAFT, PlanState.REVISION})


def create_plan(
    actor: Actor,
    *,
    title: str,
    territory: Territory,
    slug: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
    source_note: str = "",
    previous: Plan | None = None,
    fictitious: bool = False,
) -> Plan:
    """Start a plan, as a draft. Raises Refused: plan.title, plan.dates, plan.exists."""
    require(actor, "plan.edit_text", territory)
    title = " ".join(title.split())[:200]
    slug = slugify(slug or title)[:80]
    _check_new(slug, starts_on, ends_on)
    with transaction.atomic():
        if Plan.objects.filter(slug=slug).exists():
            raise Refused(
                "plan.exists",
                _("Un plan a déjà cette adresse. Choisissez un autre intitulé ou une autre adresse."),
            )
        plan: Plan = Plan.objects.create(
            slug=slug,
            title=title,
            territory=territory,
            starts_on=starts_on,
            ends_on=ends_on,
            source_note=source_note.strip(),
            previous=previous,
            fictitious=fictitious,
        )
        journal.record(actor, "plan.create_plan", plan)
    return plan


def publish_plan(actor: Actor, *, plan: Plan) -> Plan:
    """Show the plan to everyone: its tree, and the objectives, programmes and actions made public one by one."""
    require(actor, "plan.change_state", plan.territory)
    with transaction.atomic():
        plan = locked(plan)
        if plan.published_at is not None:
            raise Refused("plan.published", _("Ce plan est déjà public."))
        plan.published_at = now()
        plan.save(update_fields=["published_at"])
        journal.record(actor, "plan.publish_plan", plan)
    return plan


def freeze_version(actor: Actor, *, plan: Plan, reason: str, label: str) -> PlanVersion:
    """Freeze the text of the plan: canonical JSON (layout.writing.frozen_text) under its SHA-256.

    `reason`: the PlanState that it is frozen for (CONSULTATION: sent for opinion; ADOPTED; REVISION). A text that
    has not moved since the last version of the same reason gives that version back. Numbers begin at 1.
    """
    if not holds(actor, "plan.change_state", plan.territory):
        require(actor, "plan.consult", plan.territory)
    with transaction.atomic():
        plan = locked(plan)
        text = frozen_text(document_of(plan), address_of(plan.territory))
        digest = hashlib.sha256(text.encode()).hexdigest()
        last = plan.versions.order_by("-number").first()
        if last is not None and (last.content_hash, last.reason) == (digest, reason):
            return last
        version: PlanVersion = PlanVersion.objects.create(
            plan=plan,
            number=last.number + 1 if last else 1,
            supersedes=last,
            reason=reason,
            label=" ".join(label.split())[:200],
            content=text,
            content_hash=digest,
            frozen_at=now(),
        )
        journal.record(actor, "plan.freeze_version", version, reason=reason)
    return version


def version_nodes(version: PlanVersion) -> list[tuple[str, str, str]]:
    """The addressable words of a frozen text: (« objective:clé », field, text), in the order of the plan.

    Fields: title, description, graduation; empty ones are left out. Drafts of departments are not in it.
    """
    return list(lines_of(version.content))


def send_to_consultation(actor: Actor, *, plan: Plan, label: str = "") -> PlanVersion:
    """Submit the text to the opinions that the law asks for: frozen, and no longer written meanwhile.

    Raises Refused('plan.state'), Refused('plan.empty') where there is no text to submit.
    """
    require(actor, "plan.consult", plan.territory)
    with transaction.atomic():
        plan = _moved(plan, OPEN_TO_WRITING, PlanState.CONSULTATION)
        if not plan.commitments.exists():
            raise Refused("plan.empty", _("Écrivez au moins un engagement avant de demander des avis."))
        version = freeze_version(
            actor, plan=plan, reason=PlanState.CONSULTATION, label=label or _("Texte soumis pour avis")
        )
        journal.record(actor, "plan.send_to_consultation", plan)
    return version


def resume_drafting(actor: Actor, *, plan: Plan) -> Plan:
    """Write again after the opinions: the plan is a draft, or in revision where it was adopted before.

    Raises Refused: plan.state, plan.opinions_awaited (a formal consultation is open).
    """
    require(actor, "plan.consult", plan.territory)
    with transaction.atomic():
        back = PlanState.DRAFT if plan.adopted_on is None else PlanState.REVISION
        plan = _moved(plan, {PlanState.CONSULTATION}, back)
        _check_no_opinion_awaited(plan)
        journal.record(actor, "plan.resume_drafting", plan)
    return plan


def adopt(
    actor: Actor,
    *,
    plan: Plan,
    on: date,
    act: str,
    act_url: str = "",
    label: str = "",
    consulted_elsewhere: bool = False,
) -> PlanVersion:
    """Record the arrêté that adopts the text as it stands, freeze it, and make its regional objectives public.

    `consulted_elsewhere`: the opinions were asked outside this platform; an operator alone says so, at the command
    line, and the journal keeps it. Raises Forbidden; Refused: plan.state, plan.not_submitted (no formal consultation
    on the text sent since the last adoption is ended), plan.opinions_awaited (params: obstacles), plan.act,
    plan.act_url, plan.adoption_date.
    """
    require(actor, "plan.change_state", plan.territory)
    if consulted_elsewhere and not isinstance(actor, Operator):
        raise Forbidden(
            "forbidden", _("Seul un opérateur, en ligne de commande, enregistre un plan consulté ailleurs.")
        )
    act = " ".join(act.split())[:300]
    _check_act(on, act, act_url)
    with transaction.atomic():
        plan = _moved(plan, OPEN_TO_WRITING | {PlanState.CONSULTATION}, None)
        _check_opinions(plan, elsewhere=consulted_elsewhere)
        plan.state, plan.adopted_on, plan.act, plan.act_url = PlanState.ADOPTED, on, act, act_url
        plan.save(update_fields=["state", "adopted_on", "act", "act_url"])
        Objective.objects.filter(plan=plan, territory=plan.territory, published_at__isnull=True).update(
            published_at=now()
        )
        version = freeze_version(actor, plan=plan, reason=PlanState.ADOPTED, label=label or _("Texte adopté"))
        journal.record(actor, "plan.adopt", plan, reason="consulted-elsewhere" if consulted_elsewhere else "")
    return version


def open_revision(actor: Actor, *, plan: Plan) -> Plan:
    """Write an adopted plan again. What was adopted stays in its frozen version.

    Raises Refused('plan.state').
    """
    require(actor, "plan.change_state", plan.territory)
    with transaction.atomic():
        plan = _moved(plan, {PlanState.ADOPTED}, PlanState.REVISION)
        if not plan.versions.filter(reason=PlanState.ADOPTED).exists():
            # loaded as already adopted: what was in force before the revision is kept now or never
            freeze_version(actor, plan=plan, reason=PlanState.ADOPTED, label=_("Texte adopté"))
        journal.record(actor, "plan.open_revision", plan)
    return plan


def close(actor: Actor, *, plan: Plan) -> Plan:
    """End a plan: nothing of it is written any more. Raises Refused('plan.state')."""
    require(actor, "plan.change_state", plan.territory)
    with transaction.atomic():
        plan = _moved(plan, {PlanState.ADOPTED, PlanState.REVISION}, PlanState.CLOSED)
        journal.record(actor, "plan.close", plan)
    return plan


def locked(plan: Plan) -> Plan:
    """The row, held until the end of the transaction."""
    held: Plan = Plan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    return held


def _moved(plan: Plan, from_states: Collection[str], to_state: PlanState | None) -> Plan:
    plan = locked(plan)
    if plan.state not in from_states:
        raise Refused(
            "plan.state",
            _("Ce plan est « %(state)s » : cela n’est pas possible dans cet état.")
            % {"state": PlanState(plan.state).label},
            state=plan.state,
        )
    if to_state is not None:
        plan.state = to_state
        plan.save(update_fields=["state"])
    return plan


def _check_new(slug: str, starts_on: date | None, ends_on: date | None) -> None:
    if not slug:
        raise Refused("plan.title", _("Donnez au plan un intitulé."))
    if slug in RESERVED:
        raise Refused(
            "plan.exists", _("Cette adresse est prise par une page du site. Choisissez-en une autre.")
        )
    if starts_on and ends_on and ends_on <= starts_on:
        raise Refused("plan.dates", _("La fin du plan doit venir après son début."))


def _check_act(on: date, act: str, act_url: str) -> None:
    if not act:
        raise Refused("plan.act", _("Indiquez l’arrêté qui adopte le plan : son numéro et sa date."))
    if on > today():
        raise Refused("plan.adoption_date", _("La date d’adoption est dans le futur. Corrigez-la."))
    if act_url:
        try:
            URLValidator(schemes=["http", "https"])(act_url)
        except ValidationError as wrong:
            raise Refused(
                "plan.act_url", _("L’adresse du recueil des actes n’est pas une adresse web complète.")
            ) from wrong


def _check_opinions(plan: Plan, *, elsewhere: bool) -> None:
    """A text is adopted after the opinions that the law asks for: asked by a notice, and their consultation ended."""
    # the formal consultation stands on this module: it is asked here, at the moment
    from fabrique.plan.services.consultation import adoption_obstacles

    if obstacles := adoption_obstacles(plan):
        raise Refused("plan.opinions_awaited", " ".join(obstacles), obstacles=obstacles)
    if not elsewhere and not _consulted_on(plan):
        raise Refused(
            "plan.not_submitted",
            _(
                "Ce texte n’a pas été soumis pour avis depuis la dernière adoption. "
                "Ouvrez d’abord une consultation réglementaire, et menez-la à son terme."
            ),
        )


def _consulted_on(plan: Plan) -> bool:
    """Whether a formal consultation is ended on the last text sent for opinion, later than the last adoption."""
    last = dict(plan.versions.order_by("number").values_list("reason", "number"))
    sent = last.get(PlanState.CONSULTATION, 0)
    if sent <= last.get(PlanState.ADOPTED, 0):
        return False
    return bool(plan.consultations.filter(state=ConsultationState.ENDED, draft__number=sent).exists())


def _check_no_opinion_awaited(plan: Plan) -> None:
    if plan.consultations.filter(state=ConsultationState.OPEN).exists():
        raise Refused(
            "plan.opinions_awaited",
            _("Une consultation réglementaire est en cours sur ce plan. Attendez sa fin."),
        )
