"""Files of a plan as hypothesis draws them: odd texts, odd facts, valid forms; references are not made good.

Fed by hypothesis. Feeds the tests of the layout and of the loader.
"""

from __future__ import annotations

from hypothesis import strategies as st

from fabrique.plan.enums import CrossMark, InstrumentKind

KEYS = st.from_regex(r"[a-z][a-z0-9]{0,6}(-[a-z0-9]{1,4})?", fullmatch=True)
TEXTS = st.text(
    alphabet=st.one_of(
        st.characters(categories=("L", "N", "P", "S", "Zs"), max_codepoint=0x2FFF),
        st.sampled_from("\n\t'\"=+-@:#|>&*!%{}[],\u00a0\u202f"),
    ),
    max_size=60,
)
PLAIN = st.one_of(st.none(), st.booleans(), st.integers(-(10**6), 10**6), TEXTS)
FACTS = st.dictionaries(TEXTS, st.one_of(PLAIN, st.lists(PLAIN, max_size=3)), max_size=3)
TITLED = {"title": TEXTS.filter(lambda text: text.strip()), "description": TEXTS, "facts": FACTS}


def nodes(**fields):
    return st.lists(
        st.fixed_dictionaries({"key": KEYS, **TITLED, **fields}), max_size=3, unique_by=lambda n: n["key"]
    )


FILES = st.fixed_dictionaries(
    {
        "fabrique-plan": st.just(1),
        "plan": st.fixed_dictionaries(
            {
                "slug": KEYS,
                "title": st.just("Un plan"),
                "territory": st.just("region:76"),
                "starts_on": st.dates().filter(lambda day: day.year > 1900),
                "facts": FACTS,
            }
        ),
        "publics": nodes(),
        "challenges": st.lists(
            st.fixed_dictionaries({"key": KEYS, "title": TEXTS}), max_size=2, unique_by=lambda n: n["key"]
        ),
        "partners": nodes(
            organisation=st.one_of(
                st.none(),
                st.fixed_dictionaries(
                    {
                        "name": st.just("Une maison"),
                        "kind": st.just("autre"),
                        "territory": st.just("departement:48"),
                    }
                ),
            )
        ),
        "objectives": nodes(
            challenge=KEYS,
            territory=st.just("departement:48"),
            publics=st.lists(KEYS, max_size=3),
            marks=st.lists(st.sampled_from(CrossMark.values), max_size=3),
            published=st.booleans(),
        ),
        "instruments": nodes(
            kind=st.sampled_from(InstrumentKind.values), territory=st.just("departement:48")
        ),
    }
)
