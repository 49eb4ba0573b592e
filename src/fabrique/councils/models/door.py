"""The public door: what an inhabitant asks or tells a body, and what the body answers.

Fed by the public form through councils.services. The words stay in the corpus: erased there, the row goes too.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fabrique.accounts.models import Body, User
from fabrique.common.fields import EncryptedTextField, PublicIdField
from fabrique.contributions.models import Participation
from fabrique.councils.enums import QuestionKind
from fabrique.councils.querysets import QuestionQuerySet


class Question(models.Model):
    """One message left at the door of a body. Nothing of it is public before a named person publishes it."""

    public_id = PublicIdField()
    body = models.ForeignKey(
        Body, on_delete=models.PROTECT, related_name="questions", verbose_name=_("instance")
    )
    participation = models.OneToOneField(
        Participation, on_delete=models.PROTECT, related_name="+", verbose_name=_("participation")
    )
    kind = models.CharField(_("nature"), max_length=16, choices=QuestionKind)
    received_at = models.DateTimeField(_("reçue le"))
    due_on = models.DateField(_("réponse promise le"))
    publish_agreed = models.BooleanField(_("la personne accepte la publication"), default=False)
    answer = EncryptedTextField(_("réponse"), blank=True)
    answered_at = models.DateTimeField(_("répondue le"), null=True, blank=True)
    answered_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("répondue par"),
    )
    published_text = models.TextField(_("question publiée"), blank=True)
    published_at = models.DateTimeField(_("publiée le"), null=True, blank=True)
    published_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("publiée par")
    )

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question d’habitant à une instance")
        verbose_name_plural = _("questions d’habitants aux instances")
        ordering = ["received_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="door_published_by_a_named_person_with_consent",
                condition=Q(published_at__isnull=True, published_text="")
                | (
                    Q(publish_agreed=True, answered_at__isnull=False, published_by__isnull=False)
                    & Q(published_at__isnull=False)
                    & ~Q(published_text="")
                ),
            ),
        ]
        indexes = [models.Index(fields=["body", "due_on"], name="door_question_by_delay")]

    def __str__(self) -> str:
        return str(self.public_id)
