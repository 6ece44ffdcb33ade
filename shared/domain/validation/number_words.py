"""Numbers and dates in German, Spanish and French prose: the words for small numbers before what they count, and months."""

import re
import unicodedata
from functools import lru_cache

_LANGUAGES = {
    "de": (
        "zwei drei vier funf sechs sieben acht neun zehn elf zwolf",
        r"(?:\w+en? )?(?:satze?n?|wiederholungen|tagen?|wochen|monaten?|minuten|sekunden|stunden|ubungen|einheiten"
        r"|trainings?|mal|kilo(?:gramm)?|prozent|punkten?)",
    ),
    "es": (
        "dos tres cuatro cinco seis siete ocho nueve diez once doce",
        r"(?:series|repeticiones|dias|semanas|meses|minutos|segundos|horas|ejercicios|sesiones|entrenamientos|veces"
        r"|kilos|puntos|por ciento)",
    ),
    "fr": (
        "deux trois quatre cinq six sept huit neuf dix onze douze",
        r"(?:series|repetitions|jours|semaines|mois|minutes|secondes|heures|exercices|seances|entrainements|fois|kilos"
        r"|points|pour cent)",
    ),
}
_FROM = 2
_MONTHS = (
    ("januar", "janner", "enero", "janvier"), ("februar", "febrero", "fevrier"), ("marz", "marzo", "mars"),
    ("april", "abril", "avril"), ("mai", "mayo"), ("juni", "junio", "juin"), ("juli", "julio", "juillet"),
    ("august", "agosto", "aout"), ("september", "septiembre", "septembre"), ("oktober", "octubre", "octobre"),
    ("november", "noviembre", "novembre"), ("dezember", "diciembre", "decembre"),
)  # fmt: skip
_MONTH_OF = {name: month for month, names in enumerate(_MONTHS, start=1) for name in names}
_WORDED = [
    (
        re.compile(rf"\b({'|'.join(words.split())}) {counted}\b"),
        {word: value for value, word in enumerate(words.split(), start=_FROM)},
    )
    for words, counted in _LANGUAGES.values()
]
DATE = re.compile(
    rf"\b(\d{{1,2}})(?:\.|er|o)? (?:de )?({'|'.join(sorted(_MONTH_OF, key=len, reverse=True))})\b(?:(?: de)? (\d{{4}})\b)?"
)
"""A day and month, and the year where it is named, in a text that `folded` has folded."""


def folded(text: str) -> str:
    """The text in lower case and without accents, letter for letter as long as it was, so that places stay the same."""
    return text.lower() if text.isascii() else "".join(map(_folded_letter, text))


def month_number(name: str) -> int:
    """1 for "enero"; `name` is one that `DATE` found."""
    return _MONTH_OF[name]


@lru_cache(maxsize=1024)
def _folded_letter(letter: str) -> str:
    plain = unicodedata.normalize("NFKD", letter)[:1] or letter
    return low if len(low := plain.lower()) == 1 else plain


def worded_numbers(text: str) -> list[tuple[int, int, int]]:
    """Numbers written as a word before something countable: the number, and where its words begin and end."""
    plain = folded(text)
    return [
        (values[found.group(1)], found.start(), found.end())
        for pattern, values in _WORDED
        for found in pattern.finditer(plain)
    ]
