"""Asking to be told: the address goes to the verb once; a refusal keeps what was typed, with its status."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from fabrique.common.errors import Refused
from fabrique.web.public.abonnements.asking import ask_by_email


def ask(request, refusal=None):
    followed, shown = [], []

    def follow(email):
        followed.append(email)
        if refusal is not None:
            raise refusal

    def show(form, status):
        shown.append(form)
        return HttpResponse(status=status)

    return ask_by_email(request, follow=follow, show=show, sent="/envoye/"), followed, shown


def test_an_address_is_followed_then_everybody_reads_the_same_page():
    answer, followed, shown = ask(RequestFactory().post("/", {"email": "une@exemple.test"}))
    assert (answer.status_code, answer["Location"]) == (303, "/envoye/")
    assert (followed, shown) == (["une@exemple.test"], [])


def test_a_first_visit_and_an_empty_form_follow_nothing():
    for request in (RequestFactory().get("/"), RequestFactory().post("/", {"email": " "})):
        answer, followed, [_form] = ask(request)
        assert (answer.status_code, followed) == (200, [])


@pytest.mark.parametrize(
    ("code", "status", "where"),
    [("email.invalid", 200, "email"), ("email.busy", 429, "__all__"), ("plan.closed", 200, "__all__")],
)
def test_a_refusal_is_said_on_the_page_which_keeps_the_address(code, status, where):
    request = RequestFactory().post("/", {"email": "une@exemple.test"})
    answer, _followed, [form] = ask(request, Refused(code, "Non."))
    assert answer.status_code == status
    assert form.errors[where] == ["Non."]
    assert form["email"].value() == "une@exemple.test"
