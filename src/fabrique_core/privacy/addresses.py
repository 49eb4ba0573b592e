"""Postal addresses: a number and a kind of way, or a way after « j'habite ».
Fed with raw text.
Feeds ``detect``.

A rule system, not a gazetteer: « 12 rue des Lilas, 31000 Toulouse » is found whole; a commune alone is not an
address, since the coarse profile already holds it. Source for the kinds of way: norme Afnor XP Z 10-011.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from fabrique_core.privacy.lexicon import GIVEN_NAMES, word_set
from fabrique_core.privacy.spans import PersonalData, fold

_CLEAR = (
    r"rue|avenue|av\.?|ave\.?|boulevard|bd\.?|bld\.?|boul\.?|impasse|imp\.|all[ée]es?|chemin|chem\.|ch\.|ruelle|"
    r"faubourg|fbg|esplanade|sentier|lotissement|rond-point|venelle|square|chauss[ée]e"
)
_AMBIGUOUS = (
    r"place|pl\.|cours|route|rte\.?|passage|quai|r[ée]sidence|r[ée]s\.|cit[ée]|villa|mont[ée]e|c[ôo]te|voie|mail|"
    r"promenade|traverse|hameau|lieu-dit|lieu dit|parvis|clos|domaine|b[âa]timent|quartier"
)
_NUMBER = r"\d{1,4}(?:[ ]?(?:-|/|,|et)[ ]?\d{1,4})?(?:[ ]?(?:bis|ter|quater)|[ ]?[a-dA-D])?"
_NUMBERED = re.compile(
    rf"(?<![\w,.])(?:n[°o][ ]?)?(?P<number>{_NUMBER})[ ]?,?[ \u00a0\n]{{1,2}}"
    rf"(?:(?P<clear>{_CLEAR})|(?P<ambiguous>{_AMBIGUOUS}))(?![\w'’])",
    re.IGNORECASE,
)
_LIVING = re.compile(
    r"(?<!\w)(?:habite|habitons|habitant|domicilié|domiciliée|demeurant|réside|loge|"
    r"mon adresse(?: est)?[ ]?:?)"
    r"[ ](?:(?:à|au|dans|sur|la|le|l['’]|est)[ ]?){0,3}"
    rf"(?P<way>{_CLEAR})(?![\w'’])",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]{1,60}")
_POSTCODE = re.compile(
    r"[ ,\n\u00a0\-–]{1,4}(?:F-)?(?:0[1-9]|[1-8]\d|9[0-8])[ ]?\d{3}(?!\d)"
    r"(?:[ \u00a0,]{1,2}(?P<town>[^\W\d_]{2,40}(?:[-' ’][^\W\d_]{1,40}){0,5}))?"
)
_LINKS = word_set("de du des d la le les l en aux au sous sur")
_STOPS = word_set(
    """et mais je j pour ou qui que qu est sont avec dans il elle on nous vous ils elles c ce cette
    mon ma mes son sa ses car donc si ne pas plus tres trop depuis chez par entre puis tout toute a
    y ai avons avez loin suis habite vis derriere devant pres"""
)
_MORE_EXPECTED = word_set(
    """saint sainte st ste general marechal docteur dr president abbe colonel capitaine commandant
    professeur jean-paul vieux vieille grand grande petit petite trois quatre deux onze huit dix
    notre pont fontaine moulin croix quatorze"""
)
_MAX_WORDS = 8


def find_addresses(text: str) -> Iterator[PersonalData]:
    """Address lines in ``text``, each with the postcode and town that follow it."""
    for match in _NUMBERED.finditer(text):
        end, capitalised = _way_name(text, match.end())
        with_town = _with_postcode(text, end)
        sure = capitalised or with_town > end
        way = match["clear"] or match["ambiguous"]
        plural = fold(way).startswith("allees")
        if end == match.end() and not sure:
            continue
        if (match["ambiguous"] or match["number"] == "1" or plural) and not sure:
            continue
        yield PersonalData(match.start(), with_town, "address", 0.9 if sure else 0.7)
    for match in _LIVING.finditer(text):
        end, capitalised = _way_name(text, match.end())
        if end > match.end():
            confidence = 0.8 if capitalised else 0.6
            yield PersonalData(match.start("way"), _with_postcode(text, end), "address", confidence)


def _way_name(text: str, position: int) -> tuple[int, bool]:
    """Where the name of the way that begins at ``position`` ends, and whether it holds a capital or a number.

    After a first word, the name goes on only through words that could not begin the rest of the sentence.
    """
    end, capitalised, named, expects_more = position, False, False, False
    cursor = position
    for _ in range(_MAX_WORDS):
        word = _WORD.match(text, _skip_joint(text, cursor))
        if word is None:
            break
        folded = fold(word.group())
        is_capital = word.group()[0].isupper() or word.group().isdigit()
        if folded in _LINKS and not (is_capital and named and not word.group().isupper()):
            cursor = word.end()
            continue
        if folded in _STOPS and not (is_capital and not word.group().isupper()):
            break
        glued = word.start() > 0 and text[word.start() - 1] == "-" and named
        if named and not (is_capital or expects_more or glued):
            break
        if word.group().isdigit() and len(word.group()) > 4:
            break
        named, end, cursor = True, word.end(), word.end()
        capitalised = capitalised or is_capital
        expects_more = folded in _MORE_EXPECTED or folded in GIVEN_NAMES or word.group().isdigit()
    return end, capitalised


def _skip_joint(text: str, position: int) -> int:
    """The next position past at most two joining characters; a comma or a full stop ends a name."""
    limit = min(len(text), position + 2)
    while position < limit and text[position] in " \u00a0'’-":
        position += 1
    return position


def _with_postcode(text: str, end: int) -> int:
    match = _POSTCODE.match(text, end)
    if match is None:
        return end
    if match["town"] is None:
        return match.end()
    town_end = match.start("town")
    for number, word in enumerate(re.finditer(r"[^\W\d_]{1,40}", match["town"])):
        small = fold(word.group()) in _LINKS | {"les", "sur", "et"}
        if number > 0 and not (word.group()[0].isupper() or small):
            glued = match["town"][word.start() - 1] == "-"
            if not glued:
                break
        if not (small and number > 0):
            town_end = match.start("town") + word.end()
    return town_end
