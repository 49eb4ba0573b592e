"""Asking to be told by e-mail, about whatever it is: the form, its refusals on the page, then one answer for all.

Fed by AddressForm and a verb that follows something. Feeds the pages of meetings and of objectives.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from fabrique.common.errors import Refused
from fabrique.web.public.abonnements.forms import AddressForm


def ask_by_email(
    request: HttpRequest,
    *,
    follow: Callable[[str], object],
    show: Callable[[AddressForm, int], HttpResponse],
    sent: str,
) -> HttpResponse:
    """Show the form (`show`: the form and the status of the page); sent, `follow` its address and go to `sent`.

    Whoever holds the address, the answer is the same page.
    """
    form = AddressForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return show(form, 200)
    try:
        follow(form.cleaned_data["email"])
    except Refused as refusal:
        form.add_error("email" if refusal.code == "email.invalid" else None, str(refusal))
        return show(form, 429 if refusal.code == "email.busy" else 200)
    answer = HttpResponseRedirect(sent)
    answer.status_code = 303
    return answer
