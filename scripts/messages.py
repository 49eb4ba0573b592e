"""The message catalogues: extracts French sentences from the code, keeps .po files, compiles .mo files.

Fed by gettext calls in the code and translation tags in templates. Feeds src/fabrique/locale/.

    scripts/messages.py             update locale/*/LC_MESSAGES/django.po, then compile
    scripts/messages.py --compile   compile only (at installation; no msgfmt is assumed)
    scripts/messages.py --check     say what is missing, untranslated or out of use; status 1 if anything is
"""

from __future__ import annotations

import argparse
import ast
import re
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "src" / "fabrique"
LOCALE = SOURCES / "locale"
PLURALS = {"en": "nplurals=2; plural=(n != 1);", "fr": "nplurals=2; plural=(n > 1);"}
#: call → positions of (context, singular, plural)
CALLS = {
    "_": (None, 0, None),
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
}
_CALL = re.compile(r"\b(" + "|".join(sorted(CALLS, key=len, reverse=True)) + r")\(")
_PLACE = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{(\w*)\}")

Key = tuple[str, str]  # context, singular


@dataclass
class Entry:
    """One message: where it is used, and its translations (one, or one a plural form)."""

    context: str
    singular: str
    plural: str = ""
    places: set[str] = field(default_factory=set)
    translations: list[str] = field(default_factory=list)

    @property
    def key(self) -> Key:
        return (self.context, self.singular)

    @property
    def translated(self) -> bool:
        return len(self.translations) == (2 if self.plural else 1) and all(self.translations)


def _entry(call: ast.Call, place: str) -> Entry | None:
    """The message of a gettext call, or None. Raises ValueError on a sentence made at run time."""
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    if name not in CALLS or not call.args:
        return None
    texts = []
    for position in CALLS[name]:
        if position is None:
            texts.append("")
            continue
        try:
            texts.append(ast.literal_eval(call.args[position]))
        except ValueError as made:
            raise ValueError(f"{place}:{call.lineno}: a message must be a literal") from made
    context, singular, plural = texts
    return Entry(context, singular, plural, {place})


def _python_messages(path: Path) -> Iterator[Entry]:
    place = path.relative_to(ROOT).as_posix()
    source = path.read_text("utf-8")
    if "gettext" not in source:
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and (found := _entry(node, place)):
            yield found


def _template_messages(path: Path) -> Iterator[Entry]:
    from django.utils.translation.template import templatize

    place = path.relative_to(ROOT).as_posix()
    readable = templatize(path.read_text("utf-8"), origin=place)
    for match in _CALL.finditer(readable):
        if (call := _parsed(readable, match.start())) and (found := _entry(call, place)):
            yield found


def _parsed(text: str, start: int) -> ast.Call | None:
    """The call that starts there in what templatize wrote (French text around it is not Python)."""
    for end in (m.end() for m in re.finditer(r"\)", text[start : start + 5000])):
        try:
            parsed = ast.parse(text[start : start + end].strip(), mode="eval").body
        except (SyntaxError, ValueError):
            continue
        return parsed if isinstance(parsed, ast.Call) else None
    return None


def extract() -> dict[Key, Entry]:
    """Every message of the code. Raises ValueError on one that is not a literal."""
    import django
    from django.conf import settings

    if not settings.configured:
        settings.configure(USE_I18N=True)
        django.setup()
    found: dict[Key, Entry] = {}
    for path in sorted(SOURCES.rglob("*")):
        reader = {".py": _python_messages, ".html": _template_messages, ".txt": _template_messages}.get(
            path.suffix
        )
        if reader is None or "migrations" in path.parts or "data" in path.parts:
            continue
        if path.suffix != ".py" and "templates" not in path.parts:
            continue
        for entry in reader(path):
            kept = found.setdefault(entry.key, entry)
            kept.places |= entry.places
            kept.plural = kept.plural or entry.plural
    return found


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t").replace("\n", "\\n")
    return f'"{escaped}"'


def _unquoted(text: str) -> str:
    swaps = {"\\n": "\n", "\\t": "\t", '\\"': '"', "\\\\": "\\"}
    return re.sub(r"\\.", lambda found: swaps.get(found.group(0), found.group(0)), text)


def header(language: str) -> str:
    return (
        f"Language: {language}\nContent-Type: text/plain; charset=UTF-8\nPlural-Forms: {PLURALS[language]}\n"
    )


def write_po(path: Path, language: str, entries: dict[Key, Entry]) -> None:
    lines = ['msgid ""', f"msgstr {_quoted(header(language))}", ""]
    for entry in sorted(entries.values(), key=lambda e: (e.singular, e.context)):
        lines += [f"#: {place}" for place in sorted(entry.places)]
        if entry.context:
            lines.append(f"msgctxt {_quoted(entry.context)}")
        lines.append(f"msgid {_quoted(entry.singular)}")
        if entry.plural:
            lines.append(f"msgid_plural {_quoted(entry.plural)}")
            both = [*entry.translations, "", ""][:2]
            lines += [f"msgstr[{number}] {_quoted(text)}" for number, text in enumerate(both)]
        else:
            lines.append(f"msgstr {_quoted((entry.translations or [''])[0])}")
        lines.append("")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines), "utf-8")


def read_po(path: Path) -> dict[Key, Entry]:
    """The entries of a .po file, its header left aside. Nothing if the file is absent."""
    entries: dict[Key, Entry] = {}
    for block in path.read_text("utf-8").split("\n\n") if path.exists() else []:
        texts: dict[str, str] = {}
        last = ""
        for line in block.splitlines():
            if found := re.match(r'(msg\w+(?:\[\d\])?) "(.*)"$', line):
                last = found.group(1)
                texts[last] = _unquoted(found.group(2))
            elif last and (found := re.match(r'"(.*)"$', line)):
                texts[last] += _unquoted(found.group(1))
        if not texts.get("msgid"):
            continue
        translations = [texts[name] for name in ("msgstr", "msgstr[0]", "msgstr[1]") if name in texts]
        entry = Entry(
            texts.get("msgctxt", ""), texts["msgid"], texts.get("msgid_plural", ""), set(), translations
        )
        entries[entry.key] = entry
    return entries


def mo_bytes(language: str, entries: dict[Key, Entry]) -> bytes:
    """The binary catalogue that Python's gettext reads, with translated entries only."""
    pairs = {"": header(language)}
    for entry in entries.values():
        if entry.translated:
            key = f"{entry.context}\x04{entry.singular}" if entry.context else entry.singular
            pairs[f"{key}\x00{entry.plural}" if entry.plural else key] = "\x00".join(entry.translations)
    ordered = [(k.encode(), v.encode()) for k, v in sorted(pairs.items(), key=lambda pair: pair[0].encode())]
    count = len(ordered)
    keys_at = 28 + 16 * count
    values_at = keys_at + sum(len(key) + 1 for key, _ in ordered)
    tables: list[list[int]] = [[], []]
    for column, start in ((0, keys_at), (1, values_at)):
        for pair in ordered:
            tables[column] += [len(pair[column]), start]
            start += len(pair[column]) + 1
    head = struct.pack("<7I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, 0)
    body = b"".join(k + b"\0" for k, _ in ordered) + b"".join(v + b"\0" for _, v in ordered)
    return head + struct.pack(f"<{4 * count}I", *tables[0], *tables[1]) + body


def po_path(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def compile_all() -> None:
    for language in PLURALS:
        path = po_path(language)
        if path.exists():
            path.with_suffix(".mo").write_bytes(mo_bytes(language, read_po(path)))


def update() -> None:
    """Bring the .po files to the code: new messages in, those out of use out, translations kept."""
    found = extract()
    known = read_po(po_path("en"))
    for key, entry in found.items():
        same = known.get(key)
        entry.translations = same.translations if same and bool(same.plural) == bool(entry.plural) else []
    write_po(po_path("en"), "en", found)
    french = {key: Entry(e.context, e.singular, e.plural, e.places) for key, e in found.items() if e.plural}
    for entry in french.values():
        entry.translations = [entry.singular, entry.plural]
    write_po(po_path("fr"), "fr", french)


def places_of(text: str) -> set[str]:
    """The slots of a sentence that the code fills."""
    return {found.group(0) for found in _PLACE.finditer(text)}


def problems() -> list[str]:
    """What keeps the English catalogue from being complete."""
    found, known = extract(), read_po(po_path("en"))
    french = read_po(po_path("fr"))
    wrong = [f"absent du catalogue : {entry.singular!r}" for key, entry in found.items() if key not in known]
    wrong += [f"hors d’usage : {entry.singular!r}" for key, entry in known.items() if key not in found]
    wrong += [
        f"pluriel français absent : {entry.singular!r}"
        for key, entry in found.items()
        if entry.plural and key not in french
    ]
    for entry in known.values():
        if not entry.translated:
            wrong.append(f"sans traduction : {entry.singular!r}")
        elif places_of(entry.translations[-1]) != places_of(entry.plural or entry.singular):
            wrong.append(f"emplacements différents : {entry.singular!r}")
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--compile", action="store_true")
    options = parser.parse_args()
    if options.check:
        wrong = problems()
        print("\n".join(wrong) or "Catalogues complets.")
        return 1 if wrong else 0
    if not options.compile:
        update()
    compile_all()
    return 0


if __name__ == "__main__":
    sys.exit(main())
