"""What a template says is tagged for translation: no plain French sentence, no plain visible attribute.

Fed by every template under src/fabrique. Feeds nothing: a rule of the house on the messages' catalogue.
"""

import re

import pytest

from tests.architecture.tree import ROOT, shown, templates

#: template → why plain French stands in it
ALLOWED = {
    "src/fabrique/web/agents/accueil/templates/agents/accueil/composants.html": (
        "catalogue of the components, for those who write templates: examples, in French only"
    ),
}
#: names, formats and cookies, the same in every language; the State's own mark
NAMES = {
    "Fabrique", "XLSForm", "XForm", "CSV", "JSON", "csrftoken", "sessionid", "affichage", "République", "Française",
}  # fmt: skip
VISIBLE = ("aria-label", "title", "alt", "placeholder", "aria-description", "aria-roledescription")

_BLOCKS = re.compile(r"\{%-?\s*(blocktrans(?:late)?|comment|verbatim)\b.*?\{%-?\s*end\1\s*.*?%\}", re.DOTALL)
#: the style sheet of a printed document
_STYLE = re.compile(r"\{% block style %\}.*?\{% endblock(?: style)? %\}", re.DOTALL)
_TAG = re.compile(r"\{%.*?%\}")
_SILENT = re.compile(r"<(script|style|svg)\b.*?</\1>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
_HOLE = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
_ATTRIBUTE = re.compile(rf"(?<![\w-])({'|'.join(VISIBLE)})\s*=\s*(\"[^\"]*\"|'[^']*')")
_HTML = re.compile(r"<[^<>]*>")
_WORD = re.compile(r"[^\W\d_]{3,}(?:['’-][^\W\d_]+)*")
_LITERAL = re.compile(r"(?<![\w(:])(_\()?(\"[^\"]*\"|'[^']*')")
_CLASSES = re.compile(r"(fr|fab|rev)-[\w-]+( (fr|fab|rev)-[\w-]+)*")
#: tags whose literals are read by people
SPEAKING = {
    "alerte", "avancement", "badge", "bouton_post", "chiffre", "etapes", "fil", "include", "vide", "with",
    "zone_tableau",
}  # fmt: skip
#: a capital, an accent or a space makes a literal a text, not a code
_SAID = re.compile(r"(?=.*[^\W\d_]{3}).*[A-Z\u00c0-\u017f’ ]")
_CODE = re.compile(rf"{_CLASSES.pattern}|[\w/.-]+\.html|[\w-]+:[\w-]+")
_FALLBACK = re.compile(r"\|default(?:_if_none)?:\"([^\"]*)\"")


def _bare(source: str) -> str:
    """The template without what is translated or never read; each hole cuts the text."""
    return _SILENT.sub(" | ", _HOLE.sub(" \u2402 ", _BLOCKS.sub(" \u2402 ", _STYLE.sub(" | ", source))))


def plain_sentences(source: str) -> list[str]:
    """Texts outside translation tags that hold a word of three letters or more, names left aside."""
    found = []
    for piece in re.split(r"[|\u2402]", _HTML.sub(" | ", _bare(source))):
        text = " ".join(_CLASSES.sub(" ", piece.replace("&nbsp;", " ")).split())
        if set(_WORD.findall(text)) - NAMES:
            found.append(text)
    return found


def plain_attributes(source: str) -> list[str]:
    """Attributes that are read or seen, holding a word of their own."""
    return [
        f"{name}={value}"
        for name, value in _ATTRIBUTE.findall(_HOLE.sub("\u2402", _BLOCKS.sub("\u2402", source)))
        if _WORD.search(value) and not set(_WORD.findall(value)) <= NAMES
    ]


def plain_arguments(source: str) -> list[str]:
    """Literals that a component or a filter shows: French in them must be written _("…")."""
    found = [text for text in _FALLBACK.findall(source) if _WORD.search(text) and not _CODE.fullmatch(text)]
    for tag in _TAG.findall(source):
        name = re.match(r"\{%-?\s*(\w+)", tag)
        if name and name.group(1) in SPEAKING:
            texts = [text[1:-1] for marked, text in _LITERAL.findall(tag) if not marked]
            found += [text for text in texts if _SAID.search(text) and not _CODE.fullmatch(text)]
    return found


@pytest.mark.parametrize("path", [path for path in templates() if shown(path) not in ALLOWED], ids=shown)
def test_what_a_template_says_is_tagged_for_translation(path):
    source = path.read_text("utf-8")
    assert plain_sentences(source) == []
    assert plain_attributes(source) == []
    assert plain_arguments(source) == []


def test_the_entity_of_a_space_stands_in_no_message():
    marked = re.compile(r"\{%\s*(?:trans(?:late)?)\b[^%]*%\}|_\(\"[^\"]*\"\)")
    guilty = {}
    for path in templates():
        source = path.read_text("utf-8")
        messages = [m.group(0) for m in _BLOCKS.finditer(source)] + marked.findall(source)
        if wrong := [message[:80] for message in messages if "&nbsp;" in message]:
            guilty[shown(path)] = wrong
    assert guilty == {}


def test_the_list_of_exceptions_holds_only_templates_that_need_it():
    for name in ALLOWED:
        source = (ROOT / name).read_text("utf-8")
        assert plain_sentences(source) or plain_attributes(source) or plain_arguments(source)


@pytest.mark.parametrize(
    "source",
    [
        "<p>Votre réponse est retirée.</p>",
        "<button>Continuer</button>",
        "{% if a %}Page suivante{% endif %}",
        '<p class="{% if a > 1 %}x{% endif %}">Vous avez {{ n }} ans passés</p>',
        "<p>Retirer&nbsp;ma réponse</p>",
        "<dt>stabilité <strong>{{ n }}</strong></dt>",
    ],
)
def test_plain_french_is_seen(source):
    assert plain_sentences(source)


@pytest.mark.parametrize(
    "source",
    [
        '<p>{% translate "Votre réponse est retirée." %}</p>',
        "<p>{% blocktranslate with n=nombre %}Vous avez {{ n }} ans{% endblocktranslate %}</p>",
        "<script>const mot = 'une phrase en clair';</script>",
        "{# une note pour qui relit #}<p>{{ texte }}&nbsp;: {{ valeur }}</p>",
        '<svg viewBox="0 0 1 1"><path d="Maa bbb ccc"/></svg>',
        '<a class="fr-link fr-btn" href="?lecture=falc">{{ titre }}</a>',
        "<p>Fabrique</p>",
    ],
)
def test_what_is_tagged_or_never_read_passes(source):
    assert plain_sentences(source) == []


def test_attributes_and_arguments_are_seen_too():
    assert plain_attributes('<nav aria-label="Étapes du dossier">')
    assert plain_attributes('<input placeholder="Nom de {{ x }}">')
    assert not plain_attributes('<nav aria-label="{% translate "Étapes du dossier" %}" title="{{ titre }}">')
    assert not plain_attributes('<p data-title="Une donnée cachée">')
    assert plain_arguments('{% vide "Rien à montrer" niveau="h2" %}')
    assert plain_arguments('{% badge "success" "Ouverte" %}')
    assert plain_arguments('{% badge "" "figée" %}')
    assert plain_arguments('{{ personne.full_name|default:"le programme" }}')
    assert plain_arguments('{% include "composants/vide.html" with titre="Rien ici" %}')
    assert not plain_arguments('{% include "composants/icone.html" with nom="calendrier" %}')
    assert not plain_arguments('{{ personne.full_name|default:_("le programme") }}')
    assert not plain_arguments('{% bouton_post adresse _("Ouvrir la porte") "fr-btn--sm fr-btn--tertiary" %}')
