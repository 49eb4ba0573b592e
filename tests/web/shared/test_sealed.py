"""The seal of a form sent without an account: the same page, the same code; another page, another code."""

from __future__ import annotations

from django.http import HttpResponse
from django.test import RequestFactory

from fabrique.common.crypto import encrypt
from fabrique.web.shared.sealed import kept_receipt, new_seal, opened_seal, private, sealed_context


def sent(sealed):
    return RequestFactory().post("/", {"form": sealed})


def test_the_seal_of_a_page_gives_back_its_code_and_key_for_its_subject_only():
    seal = new_seal("abc")
    sealed = sealed_context(seal, None)["sealed"]
    assert seal["code"] not in sealed
    assert opened_seal(sent(sealed), "abc") == seal
    for request in (sent(sealed), sent("broken"), sent(""), sent(encrypt("not json"))):
        other = opened_seal(request, "def")
        assert other["to"] == "def"
        assert other["code"] != seal["code"]
        assert other["key"] != seal["key"]


def test_a_receipt_whose_key_is_gone_is_none():
    request = RequestFactory().get("/")
    request.session = {"recu": {"code": "x" * 40, "question": "abc"}}
    assert kept_receipt(request, "recu") == ("", {})
    assert kept_receipt(request, "autre") == ("", {})


def test_pages_of_one_person_stay_in_no_cache(rf):
    answer = private(lambda request: HttpResponse())(rf.get("/"))
    assert (answer["Cache-Control"], answer["Referrer-Policy"]) == ("no-store, private", "same-origin")
