"""Files that people send: inspected before anything else, refused with a sentence that a secretary understands.

Fed by uploads and commands. Feeds the verbs that store or import a file; the work is fabrique_core.files'.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fabrique.common.errors import Refused
from fabrique_core.errors import CoreError
from fabrique_core.files import Inspected, Kind, Limits, inspect

MEGABYTE = 1_000_000


def upload_limits() -> Limits:
    """The limits of a file sent to the site: FABRIQUE_UPLOAD_MB, and the library's for the rest."""
    return Limits(size=settings.FABRIQUE_UPLOAD_MB * MEGABYTE)


def inspected(
    data: bytes, name: str, *, allowed: Collection[Kind], limits: Limits | None = None
) -> Inspected:
    """What fabrique_core.files.inspect gives. Raises Refused with the code of the library and its sentence."""
    try:
        return inspect(data, name, allowed=allowed, limits=limits or upload_limits())
    except CoreError as error:
        raise refused(error) from error


def refused(error: CoreError) -> Refused:
    """The refusal that says, in French, what a `files.*` error of the library says by its code."""
    return Refused(error.code, sentence(error), **error.params)


def sentence(error: CoreError) -> str:
    """What is wrong with the file, and what to do."""
    said = _plain().get(error.code)
    if said is not None:
        return said
    counted = _COUNTED.get(error.code)
    if counted is not None:
        return counted(error.params)
    return _("Ce fichier ne peut pas être lu. Enregistrez-le en PDF et envoyez-le de nouveau.")


def kinds_in_words(kinds: Collection[str]) -> str:
    """« Word (.docx), PDF ou texte (.txt) »."""
    names = [str(name) for kind, name in _kind_names().items() if kind in kinds]
    return _(" ou ").join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def megabytes(size: int) -> str:
    """A size in megabytes as French writes it, one decimal under ten."""
    value = size / MEGABYTE
    return (f"{value:.0f}" if value >= 10 or value == int(value) else f"{value:.1f}").replace(".", ",")


def _kind_names() -> dict[str, str]:
    return {
        "pdf": _("PDF"),
        "docx": _("Word (.docx)"),
        "odt": _("LibreOffice (.odt)"),
        "txt": _("texte (.txt)"),
        "eml": _("courriel (.eml)"),
        "mbox": _("boîte aux lettres (.mbox)"),
        "csv": _("CSV"),
        "xlsx": _("Excel (.xlsx)"),
        "ods": _("LibreOffice (.ods)"),
        "xml": _("XML"),
        "json": _("JSON"),
    }


def _found_names() -> dict[str, str]:
    return {
        **_kind_names(),
        "ole": _("un ancien document de bureautique (.doc, .xls)"),
        "rtf": _("un document RTF"),
        "image": _("une image"),
        "rar": _("une archive compressée"),
        "7z": _("une archive compressée"),
        "gzip": _("une archive compressée"),
        "archive": _("une archive compressée"),
        "zip": _("une archive compressée"),
        "program": _("un programme"),
        "database": _("une base de données"),
        "pptx": _("une présentation"),
        "odp": _("une présentation"),
        "odg": _("un dessin"),
        "template": _("un modèle de document"),
        "epub": _("un livre électronique"),
        "html": _("une page web"),
        "sound": _("un enregistrement sonore"),
        "binary": _("illisible comme texte"),
        "outlook": _("une boîte aux lettres Outlook"),
    }


def _plain() -> dict[str, str]:
    """The refusals that need no value."""
    return {
        "files.empty": _("Ce fichier est vide. Vérifiez que c’est le bon, puis envoyez-le de nouveau."),
        "files.truncated": _(
            "Ce fichier est incomplet : il a sans doute été coupé pendant l’envoi. "
            "Vérifiez qu’il s’ouvre chez vous, puis envoyez-le de nouveau."
        ),
        "files.corrupt": _(
            "Ce fichier est endommagé et ne peut pas être lu. "
            "Ouvrez-le chez vous, enregistrez-le de nouveau en PDF, puis renvoyez-le."
        ),
        "files.encrypted": _(
            "Ce fichier est protégé par un mot de passe ou chiffré. "
            "Enregistrez-en une copie sans mot de passe, puis envoyez-la."
        ),
        "files.zip_bomb": _(
            "Ce fichier, une fois ouvert, prendrait une place démesurée : il a été refusé et rien n’a été gardé."
        ),
        "files.path": _(
            "Ce fichier contient des noms de dossiers interdits : il a été fabriqué de façon anormale. "
            "Enregistrez le document en PDF, puis envoyez-le."
        ),
        "files.nested_archive": _(
            "Ce fichier contient une archive compressée. Envoyez chaque document séparément, sans archive."
        ),
        "files.macro": _(
            "Ce fichier contient un programme (macro ou script). "
            "Enregistrez-le sans macro, ou en PDF simple, puis envoyez-le."
        ),
        **_contents(),
        "files.reader_missing": _(
            "Cette installation ne sait pas lire ce type de document : il lui manque un composant. "
            "Signalez-le à l’exploitant du site."
        ),
        "files.no_such_page": _("Ce document n’a pas cette page."),
    }


def _contents() -> dict[str, str]:
    """The refusals for what the file holds."""
    return {
        "files.embedded": _(
            "Ce fichier contient un autre fichier ou un objet incorporé. Enregistrez-le en PDF, puis envoyez-le."
        ),
        "files.external_link": _(
            "Ce fichier va chercher une partie de son contenu ailleurs, sur un autre ordinateur. "
            "Enregistrez-le en PDF, puis envoyez-le."
        ),
        "files.xml_bomb": _(
            "Ce fichier contient des définitions interdites, qui pourraient bloquer l’ordinateur. "
            "Enregistrez le document en PDF, puis envoyez-le."
        ),
        "files.too_long_to_read": _(
            "La lecture de ce fichier prend trop de temps ou de mémoire : elle a été arrêtée et rien n’a été gardé. "
            "Enregistrez le document de nouveau, en PDF simple, ou partagez-le en plusieurs fichiers."
        ),
        "files.too_much_text": _(
            "Ce document contient trop de texte pour être lu en une fois. Partagez-le en plusieurs fichiers."
        ),
    }


def _wrong_type(params: Mapping[str, Any]) -> str:
    found = _found_names().get(str(params.get("found")), _("inconnu"))
    wanted = kinds_in_words(params.get("allowed", ()))
    start = _("Ce fichier n’est pas d’un type accepté : son contenu est « %(found)s ».") % {"found": found}
    return f"{start} {_('Types acceptés : %(wanted)s.') % {'wanted': wanted}}" if wanted else start


def _encoding(params: Mapping[str, Any]) -> str:
    line = params.get("line")
    said = _("Les caractères de ce texte ne sont pas lisibles.")
    if line:
        said = _("Les caractères de ce texte ne sont pas lisibles, à partir de la ligne %(line)s.") % {
            "line": line
        }
    return f"{said} {_('Enregistrez-le avec le codage UTF-8, puis envoyez-le de nouveau.')}"


_COUNTED = {
    "files.wrong_type": _wrong_type,
    "files.encoding": _encoding,
    "files.too_large": lambda p: (
        _(
            "Ce fichier est trop lourd : %(size)s Mo, pour %(limit)s Mo au plus. "
            "Réduisez-le, ou partagez-le en plusieurs fichiers."
        )
        % {"size": megabytes(int(p["size"])), "limit": megabytes(int(p["limit"]))}
    ),
    "files.too_many_pages": lambda p: (
        ngettext(
            "Ce document compte %(pages)s page, pour %(limit)s au plus. Partagez-le en plusieurs fichiers.",
            "Ce document compte %(pages)s pages, pour %(limit)s au plus. Partagez-le en plusieurs fichiers.",
            int(p["pages"]),
        )
        % {"pages": p["pages"], "limit": p["limit"]}
    ),
    "files.too_many_parts": lambda p: (
        _("Ce courriel contient plus de %(limit)s éléments. Envoyez ses pièces jointes une par une.")
        % {"limit": p["limit"]}
    ),
    "files.too_many_messages": lambda p: (
        _(
            "Cette boîte contient %(messages)s messages, pour %(limit)s au plus. Partagez-la en plusieurs fichiers."
        )
        % {"messages": p["messages"], "limit": p["limit"]}
    ),
}
