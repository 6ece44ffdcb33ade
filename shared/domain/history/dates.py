"""Moments as history files write them: ISO, numeric, or with a month name in some forty languages, with or without a
zone."""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from pathlib import Path

from shared.domain.history.report import RowRefused, quoted
from shared.domain.local_time import zone_named
from shared.errors import UnknownTimeZone

_FILE = Path(__file__).parent.parent / "data" / "month_names.json"
_NOON = 12
_YEARS = range(1950, 2101)
_BUDDHIST_YEARS = range(2493, 2644)
_SHORTEST_STEM = 3
_CLOCK = re.compile(
    r"(?<![\d.:/-])(\d{1,2})(?:[:h時时]|시\s?)(\d{2})(?:[:分분m]\s?(\d{2})(?:[.,]\d+)?)?[秒초s분分]?(?=$|[^\d])",
    re.IGNORECASE,
)
_DOTTED_CLOCK = re.compile(r"[\s,](\d{1,2})\.(\d{2})(?:\.(\d{2}))?\s*$")
_OFFSET = re.compile(r"(?:(?<=\d)|\s)(?:(z)|(?:utc|gmt)|(?:utc|gmt)?([+-])(\d{1,2}):?(\d{2})?)\s*$", re.IGNORECASE)
_MORNING = re.compile(r"\ba\s?m\b|\bπ\s?μ\b|오전|上午|午前|\bsa\b|ص|\böö\b", re.IGNORECASE)
_EVENING = re.compile(r"\bp\s?m\b|\bμ\s?μ\b|오후|下午|午後|\bch\b|م$|\bös\b", re.IGNORECASE)
_NUMERIC = re.compile(r"(\d{1,4})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{1,4})\.?")
_PART = re.compile(r"\d+|[^\d\s,./\-:،;()]+")
_MONTH_MARKS = frozenset({"月", "월", "thg", "thang"})
_FILLERS = frozenset({
    "年", "년", "日", "일", "号", "de", "del", "of", "the", "um", "at", "a", "kl", "klo", "г", "р", "y", "ngay", "nam",
    "la", "las", "as", "om", "di", "den", "alle", "et",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant in UTC, and its wall-clock text as the file meant it, which stays the same whichever zone the file is
    read in."""

    instant: datetime
    wall: str


class DateReader:
    """Reads the date cells of one file. The file's own cells settle what a single cell leaves open: which language
    "lis." is in, and whether 04/03 is a day of March or of April."""

    def __init__(self, zone: str, cells: Iterable[str]) -> None:
        """`zone` is the IANA zone of cells that state none; `cells` are all date cells. Raises `UnknownTimeZone`."""
        self._zone = _zone_named(zone)
        self._read: dict[str, Moment | RowRefused] = {}
        distinct = set(cells)
        self._languages = _languages(distinct)
        self._day_first = _day_first(distinct)

    def read(self, cell: str) -> Moment:
        """The moment a cell means; a date without a time is noon of that day. Raises `RowRefused`."""
        found = self._read.get(cell)
        if found is None:
            try:
                found = self._moment(cell.strip())
            except RowRefused as refused:
                found = refused
            self._read[cell] = found
        if isinstance(found, RowRefused):
            raise RowRefused(str(found))
        return found

    def seconds_since_epoch(self, seconds: float) -> Moment:
        """The moment of a Unix time; raises `RowRefused` where no calendar of ours holds it."""
        try:
            instant = datetime.fromtimestamp(seconds, UTC)
        except (ValueError, OverflowError, OSError):
            raise RowRefused(f"The time {seconds:g} is no date.") from None
        return self._placed(instant.replace(microsecond=0))

    def _moment(self, cell: str) -> Moment:
        if not cell:
            raise RowRefused("The date is missing.")
        if len(cell) > 80:
            raise RowRefused(f"{quoted(cell)} is not a date.")
        try:
            read = datetime.fromisoformat(cell.upper())
        except ValueError:
            read = self._spelled(cell)
        else:
            if len(cell) <= len("2026-09-01"):
                read = read.replace(hour=_NOON)
        return self._placed(read)

    def _placed(self, read: datetime) -> Moment:
        if read.year not in _YEARS:
            raise RowRefused(f"The year {read.year} is outside {_YEARS.start} to {_YEARS.stop - 1}.")
        if read.tzinfo is None:
            return Moment(read.replace(tzinfo=self._zone).astimezone(UTC), read.isoformat())
        instant = read.astimezone(UTC)
        return Moment(instant, instant.isoformat())

    def _spelled(self, cell: str) -> datetime:
        text = unicodedata.normalize("NFKC", cell).casefold()
        text = re.sub(r"(?<=[^\W\d_])[.'’׳]", "", text)
        clock, rest, zone = _clock(text)
        year, month, day = self._date(rest, cell)
        try:
            return datetime(year, month, day, *clock, tzinfo=zone)
        except ValueError:
            raise RowRefused(f"{quoted(cell)} is not a date that exists.") from None

    def _date(self, text: str, cell: str) -> tuple[int, int, int]:
        numeric = _NUMERIC.fullmatch(text.strip(" ,"))
        if numeric is not None:
            first, mark, second, third = numeric.group(1), numeric.group(2), int(numeric.group(3)), numeric.group(4)
            if len(first) == 4:
                return int(first), second, int(third)
            year = int(third) + (2000 if len(third) == 2 and mark != "-" else 0)
            if mark == "." or self._puts_day_first(int(first), second, cell):
                return year, second, int(first)
            return year, int(first), second
        return self._worded(text, cell)

    def _puts_day_first(self, first: int, second: int, cell: str) -> bool:
        if first > 12 or second > 12 or first == second:
            return first > 12
        if self._day_first is None:
            raise RowRefused(f"{quoted(cell)} can be read two ways; write the date as year-month-day.")
        return self._day_first

    def _worded(self, text: str, cell: str) -> tuple[int, int, int]:
        """A date whose month is a name, or a number marked as month ("9월", "thg 9")."""
        month: int | None = None
        numbers: list[str] = []
        marked = False
        for part in _PART.findall(text):
            if part.isdecimal():
                if marked:
                    month, marked = int(part), False
                else:
                    numbers.append(part)
            elif (word := _fold(part)) in _MONTH_MARKS:
                if word.isascii():
                    marked = True
                elif numbers:
                    month = int(numbers.pop())
            elif word not in _FILLERS and (month is not None or (month := self._month(word)) is None):
                raise RowRefused(f"{quoted(cell)} is not a date Vigor can read.")
        if month is None or len(numbers) != 2:
            raise RowRefused(f"{quoted(cell)} is not a date Vigor can read.")
        year, day = (int(part) for part in sorted(numbers, key=len, reverse=True))
        return (year - 543 if year in _BUDDHIST_YEARS else year), month, day

    def _month(self, word: str) -> int | None:
        if not _means_a_month(word):
            return None
        whole = {_months()[language][word] for language in self._languages if word in _months()[language]}
        stems = {month for language in self._languages if (month := _in_language(word, language)) is not None}
        meanings = whole or stems  # "mar" is a word for March in many languages, and a mere stem of Finnish November
        return meanings.pop() if len(meanings) == 1 else None


def _zone_named(name: str) -> tzinfo:
    found = zone_named(name)
    if found is None:
        raise UnknownTimeZone(f"{quoted(name)} is not a time zone; use an IANA name such as Europe/Berlin.")
    return found


def _clock(text: str) -> tuple[tuple[int, int, int], str, timezone | None]:
    """Hours, minutes and seconds of a folded cell (noon where it has none), what is left of it, and its offset."""
    found = _CLOCK.search(text)
    zone = None
    if found is not None:
        offset = _OFFSET.search(text, found.end() - 1)
        if offset is not None:
            zone, text = _zone(offset), text[: offset.start()]
    else:
        found = _DOTTED_CLOCK.search(text)
    if found is None:
        return (_NOON, 0, 0), text, None
    hour, minute, second = (int(part or 0) for part in found.groups())
    rest = f"{text[: found.start()]} {text[found.end() :]}"
    evening, morning = _EVENING.search(rest), _MORNING.search(rest)
    if evening is not None:
        hour = hour + 12 if hour < 12 else hour
    elif morning is not None:
        hour = 0 if hour == 12 else hour
    half = evening or morning
    return (hour, minute, second), rest.replace(half.group(), " ", 1) if half else rest, zone


def _zone(offset: re.Match[str]) -> timezone:
    sign, hours, minutes = offset.group(2), int(offset.group(3) or 0), int(offset.group(4) or 0)
    if hours > 14 or minutes > 59:
        raise RowRefused("The date's offset from UTC is not a real one.")
    return timezone((-1 if sign == "-" else 1) * timedelta(hours=hours, minutes=minutes))


def _day_first(cells: Iterable[str]) -> bool | None:
    """Whether day comes before month in this file's numeric dates; None where no cell shows it, or cells disagree."""
    shown: set[bool] = set()
    for cell in cells:
        numeric = re.match(r"\s*(\d{1,2})[/-](\d{1,2})[/-]\d{2,4}", cell)
        if numeric is not None and (int(numeric.group(1)) > 12) != (int(numeric.group(2)) > 12):
            shown.add(int(numeric.group(1)) > 12)
    return shown.pop() if len(shown) == 1 else None


def _languages(cells: Iterable[str]) -> tuple[str, ...]:
    """The languages that know every month word of these cells, or all of them where none does."""
    words: set[str] = set()
    for cell in cells:
        folded = unicodedata.normalize("NFKC", cell).casefold()
        parts = _PART.findall(re.sub(r"(?<=[^\W\d_])[.'’׳]", "", folded[:80]))
        words.update(word for part in parts if not part.isdecimal() and _means_a_month(word := _fold(part)))
    fitting = tuple(lang for lang in _months() if all(_in_language(word, lang) is not None for word in words))
    return fitting or tuple(_months())


@cache
def _months() -> Mapping[str, Mapping[str, int]]:
    """For each language its month words, folded, to 1–12 (after the names in Unicode's CLDR)."""
    raw: Mapping[str, list[list[str]]] = json.loads(_FILE.read_text(encoding="utf-8"))
    return {
        language: {_fold(word): month for month, words in enumerate(months, start=1) for word in words}
        for language, months in raw.items()
    }


def _means_a_month(word: str) -> bool:
    return word in _beginnings()


@cache
def _beginnings() -> frozenset[str]:
    """Every month word and every stem of one, so that other words cost one look-up."""
    words = {word for months in _months().values() for word in months}
    return frozenset(words | {word[:end] for word in words for end in range(_SHORTEST_STEM, len(word))})


def _in_language(word: str, language: str) -> int | None:
    """The month `word` means there; a stem of three letters or more will do where it fits one month only."""
    if not _means_a_month(word):
        return None
    known = _months()[language]
    if word in known:
        return known[word]
    if len(word) < _SHORTEST_STEM:
        return None
    stemmed = {month for name, month in known.items() if name.startswith(word)}
    return stemmed.pop() if len(stemmed) == 1 else None


def _fold(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.casefold().replace("ı", "i"))
    return unicodedata.normalize("NFC", "".join(char for char in decomposed if not "\u0300" <= char <= "\u036f"))
