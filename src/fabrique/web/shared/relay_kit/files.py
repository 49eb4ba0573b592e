"""The files of a relay's kit, one by one or in one archive, each drawn once and kept.

Fed by a RelayLink through content.kit_of, and by the sheets that other rooms print (booklets). Feeds the relay's
page and the agents' screen. Nothing in a kit is personal: the relay's name, its code and the consultation's words.
"""

from __future__ import annotations

import io
import threading
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from fabrique.web.shared.printing import pdf, png_pages
from fabrique.web.shared.relay_kit.content import Kit
from fabrique.web.shared.relay_kit.drawing import A3, A4, A5, Format, draw_pdf, draw_png

#: one drawing at a time in a process: PDFium, which makes the images, knows nothing of threads
_PENCIL = threading.Lock()
#: seconds during which a drawn file is kept
KEPT = 7 * 24 * 3600
#: width of a preview in pixels
PREVIEW = 360
#: every archive bears this date inside: the same kit gives the same bytes
_DATE = (2020, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Piece:
    """One file of the kit. `family` groups them on the page; `template` and `page` say how it is drawn."""

    key: str
    family: str
    title: Any
    use: Any
    template: str
    page: Format
    kind: str = "pdf"

    @property
    def name(self) -> str:
        return f"{self.key}.{self.kind}"

    @property
    def content_type(self) -> str:
        return {"pdf": "application/pdf", "png": "image/png", "txt": "text/plain; charset=utf-8"}[self.kind]

    @property
    def is_image(self) -> bool:
        return self.kind == "png"


#: families in the order of the page
FAMILIES = {
    "affiches": _("Affiches"),
    "papier": _("À distribuer"),
    "ecran": _("Pour les écrans et les réseaux"),
}
_DESIGNS = (
    ("question", _("La question"), _("Se lit de loin : vitrine, couloir, arrêt de bus.")),
    ("voix", _("Les voix"), _("Pour un lieu où l’on attend : elle dit de quoi l’on parle.")),
    ("chemin", _("Le chemin"), _("Pour qui demande à quoi cela sert : elle montre la suite.")),
)


def _posters() -> Iterable[Piece]:
    for template, title, use in _DESIGNS:
        for page in (A3, A4):
            key = f"affiche-{template}-{page.name.lower()}"
            yield Piece(key, "affiches", title, use, template, page)


def _screen(key: str, title: Any, use: Any, width: int, height: int) -> Piece:
    page = Format(f"{width} × {height}", width, height, "px")
    return Piece(f"visuel-{key}-{width}x{height}", "ecran", title, use, key, page, "png")


PIECES: tuple[Piece, ...] = (
    *_posters(),
    Piece("tract-a5", "papier", _("Tract recto verso"), _("À poser sur le comptoir."), "tract", A5),
    Piece("lettre-a4", "papier", _("Lettre"), _("À joindre à un envoi, ou à remettre."), "lettre", A4),
    _screen("carre", _("Carré"), _("Publication sur un réseau social."), 1080, 1080),
    _screen("portrait", _("Portrait"), _("Publication en hauteur."), 1080, 1350),
    _screen("story", _("Plein écran de téléphone"), _("Message qui disparaît après un jour."), 1080, 1920),
    _screen("large", _("Bandeau"), _("Lien partagé, lettre d’information, site internet."), 1200, 630),
    _screen("ecran", _("Écran d’accueil"), _("Télévision de la salle d’attente."), 1920, 1080),
)
BY_KEY = {piece.key: piece for piece in PIECES}


def draw(kit: Kit, piece: Piece) -> bytes:
    """The file, drawn the first time and kept since. Raises Refused('printing.libraries')."""
    key = f"relay-kit:{kit.digest}:{piece.key}"
    return _kept(key, lambda: _drawn(kit, piece))


def _kept(key: str, make: Callable[[], bytes]) -> bytes:
    kept = cache.get(key)
    if kept is None:
        with _PENCIL:
            # another request may have drawn it while this one waited
            kept = cache.get(key) or make()
            cache.set(key, kept, KEPT)
    return bytes(kept)


def _drawn(kit: Kit, piece: Piece) -> bytes:
    if piece.template == "lettre":
        with translation.override("fr"):
            return pdf("shared/relay_kit/lettre.html", {"kit": kit})
    return (draw_png if piece.is_image else draw_pdf)(kit, piece.template, piece.page)


def preview(kit: Kit, piece: Piece) -> bytes:
    """The file in small, as a PNG, kept like the file."""
    whole = draw(kit, piece)
    make = (lambda: _small(whole)) if piece.is_image else (lambda: png_pages(whole, width=PREVIEW)[0])
    return _kept(f"relay-kit:{kit.digest}:{piece.key}:preview", make)


def _small(content: bytes) -> bytes:
    from PIL import Image

    image, out = Image.open(io.BytesIO(content)), io.BytesIO()
    image.thumbnail((PREVIEW, 2 * PREVIEW))
    image.save(out, format="PNG", optimize=True)
    return out.getvalue()


def words(kit: Kit) -> str:
    """The text that goes with the files: what each is for, messages ready to post, what images show."""
    with translation.override("fr"):
        return render_to_string("shared/relay_kit/lisez-moi.txt", {"kit": kit, "pieces": PIECES})


def archive(kit: Kit, more: Iterable[tuple[str, bytes]] = ()) -> bytes:
    """The whole kit as a ZIP: every piece, the text that goes with them, and more files (booklets)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        _add(zipped, "lisez-moi.txt", ("\ufeff" + words(kit)).encode("utf-8"))
        for piece in PIECES:
            _add(zipped, f"{piece.family}/{piece.name}", draw(kit, piece))
        for name, content in more:
            _add(zipped, f"questionnaires/{name}", content)
    return out.getvalue()


def _add(zipped: zipfile.ZipFile, name: str, content: bytes) -> None:
    member = zipfile.ZipInfo(name, date_time=_DATE)
    member.external_attr = 0o644 << 16
    kind = zipfile.ZIP_DEFLATED if name.endswith(".txt") else zipfile.ZIP_STORED
    zipped.writestr(member, content, compress_type=kind)
