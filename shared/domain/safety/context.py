"""Whether a mention is meant: negations and their limits, history that was cleared, other people's illnesses."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import cache

from shared.domain.safety.folding import Words
from shared.domain.safety.lexicon import Mention

_NEGATION_REACH = 6
_LIST_REACH = 10
_DOUBLE_REACH = 6
_KIN_REACH = 25
_FIRST_YEAR, _LAST_YEAR = 1950, 2099


class Context:
    """A text as words and mentions, asked about single matches in it. Where it is in doubt, it says "meant".

    Every question looks at a few words around the match only, so that a text of nothing but alarming words costs no
    more than its length.
    """

    def __init__(self, words: Words, mentions: Mapping[str, Sequence[Mention]]) -> None:
        self.words = words
        self._mentions = {concept: sorted(found, key=_start) for concept, found in mentions.items()}
        self._starts = cache(lambda concept: [m.start for m in self.all(concept)])
        self._places = cache(lambda concept: {at for m in self.all(concept) for at in range(m.start, m.end)})
        self._sentences = cache(lambda concept: {self._sentence(m) for m in self.all(concept)})
        self._clauses = cache(lambda concept: {self.words.clause[m.start] for m in self.all(concept)})

    def all(self, concept: str) -> Sequence[Mention]:
        """Every mention of a concept, in order."""
        return self._mentions.get(concept, ())

    def near(self, concept: str, first: int, last: int) -> Sequence[Mention]:
        """The mentions of a concept that begin between the words `first` and `last`, both included."""
        starts = self._starts(concept)
        return self.all(concept)[bisect_left(starts, first) : bisect_left(starts, last + 1)]

    def in_sentence(self, concept: str, sentence: int) -> bool:
        """Whether a sentence mentions a concept."""
        return sentence in self._sentences(concept)

    def in_clause(self, concept: str, clause: int) -> bool:
        """Whether a clause mentions a concept."""
        return clause in self._clauses(concept)

    def denied(self, match: Sequence[Mention]) -> bool:
        """Whether the match is said not to be the case: "no chest pain", "meine Brust tut nicht weh"."""
        start, end = min(m.start for m in match), max(m.end for m in match)
        negations = self.near("NEG", start - _LIST_REACH - 2, end + _NEGATION_REACH)
        return any(
            self._counts(neg, match) and self._reaches(neg, start=start, end=end) for neg in negations
        ) or self._answered_no(match, end=end)

    def past(self, match: Sequence[Mention]) -> bool:
        """Whether the match is history, long ago or cleared by a clinician, with nothing that says it is here now."""
        sentence = self._sentence(match[0])
        if self._current(sentence):
            return False
        told_as_past = self.in_sentence("PAST_VERB", sentence)
        if told_as_past and (self.in_sentence("PAST", sentence) or self._year(match)):
            return True
        cleared = [near for near in (sentence, sentence + 1) if self._cleared(near)]
        if not cleared:
            return False
        return told_as_past or (cleared[0] == sentence and self.in_sentence("CLINICIAN", sentence))

    def of_another(self, match: Sequence[Mention]) -> bool:
        """Whether the sentence tells of a relative's past illness: "my dad had a heart attack"."""
        first = min(m.start for m in match)
        sentence = self.words.sentence[first]
        kin = [m for m in self.near("FAMILY", first - _KIN_REACH, first - 1) if self._sentence(m) == sentence]
        if not kin or self._current(sentence):
            return False
        nearest = kin[-1]
        if any(self._is(place, "FIRST_PERSON") for place in range(nearest.end, first)):
            return False
        return self.in_sentence("DIED", sentence) or bool(self.near("OTHER_PAST", nearest.end, first))

    def stated(self, concept: str) -> bool:
        """Whether a concept is said plainly: neither denied, nor hoped for, nor set as a condition."""
        return any(self._plain(mention) for mention in self.all(concept))

    def gone(self) -> bool:
        """Whether the text says plainly that a symptom, or "it", has gone."""
        return any(self.in_clause("THAT", self.words.clause[m.start]) and self._plain(m) for m in self.all("GONE"))

    def found_well(self) -> bool:
        """Whether the text says plainly that a clinician looked and found nothing wrong: "I saw a doctor and it's fine".

        A denial, a condition, a "but" or a question anywhere in the sentence leaves it in doubt.
        """
        return any(self._found_well(mention) for mention in self.all("WELL"))

    def _found_well(self, well: Mention) -> bool:
        sentence = self._sentence(well)
        doubts = (m for concept in ("IF", "BUT", "NEG", "CANT", "WITHOUT") for m in self.all(concept))
        if self._asks(sentence) or any(self._sentence(m) == sentence and not _within(m, well) for m in doubts):
            return False
        told = any(self._sentence(m) == sentence and m.start < well.start for m in self.all("CLINICIAN"))
        return told and self.in_sentence("SEEN_BY", sentence)

    def _asks(self, sentence: int) -> bool:
        ends = [place for place, number in enumerate(self.words.sentence) if number == sentence]
        after = self.words.before[ends[-1] + 1] if ends[-1] + 1 < len(self.words.text) else self.words.last
        return after == "?" or any(self.words.before[place] == "?" for place in ends[1:])

    def _sentence(self, mention: Mention) -> int:
        return self.words.sentence[mention.start]

    def _is(self, place: int, concept: str) -> bool:
        return place in self._places(concept)

    def _plain(self, mention: Mention) -> bool:
        conditions = self.near("IF", mention.start - 2 * _NEGATION_REACH, mention.start - 1)
        conditional = any(
            mention.start - m.end < _NEGATION_REACH and self._sentence(m) == self._sentence(mention) for m in conditions
        )
        return not conditional and not self.denied((mention,))

    def _current(self, sentence: int) -> bool:
        """Whether a sentence speaks of the present; the "now" of "recovered now" does not."""
        if not self.in_sentence("CURRENT", sentence):
            return False
        said = [m for m in self.all("CURRENT") if self._sentence(m) == sentence]
        return any(not self._is(m.start - 1, "CLEARED") for m in said)

    def _cleared(self, sentence: int) -> bool:
        """Whether a sentence says that a clinician cleared something, without denying it."""
        if not self.in_sentence("CLEARED", sentence):
            return False
        said = [m for m in self.all("CLEARED") if self._sentence(m) == sentence]
        return any(not self.denied((m,)) for m in said[:_LIST_REACH])

    def _counts(self, neg: Mention, match: Sequence[Mention]) -> bool:
        """Whether a negation stands for itself: it is part neither of the match ("can't breathe") nor of a phrase that
        negates something else ("not sure"); and it is in the match's sentence."""
        if self._sentence(neg) != self._sentence(match[0]):
            return False
        phrases = self.near("NOT_NEG", neg.start - _NEGATION_REACH, neg.start)
        elsewhere = [m for m in phrases if not any(m.start < one.end and one.start < m.end for one in match)]
        return not any(cover.start <= neg.start and neg.end <= cover.end for cover in (*match, *elsewhere))

    def _reaches(self, neg: Mention, *, start: int, end: int) -> bool:
        if start < neg.start < end:
            return True
        if neg.start >= end:
            return self._after(neg, end=end)
        if neg.end > start or self._doubled(neg) or self.words.before[neg.end] != "":
            return False
        if any(self._is(place, concept) for place in range(neg.end, start) for concept in ("AND", "BUT", "WITHOUT")):
            return False
        if self.words.clause[neg.start] == self.words.clause[start]:
            return start - neg.end < _NEGATION_REACH
        listed = any(self._is(place, "OR") for place in range(neg.end, end + 3))
        return listed and start - neg.end < _LIST_REACH

    def _after(self, neg: Mention, *, end: int) -> bool:
        """German puts it last: "Brustschmerzen habe ich nicht", "Schmerzen in der Brust hab ich keine"."""
        last = neg.end == len(self.words.text) or self.words.clause[neg.end] != self.words.clause[neg.start]
        same = self.words.clause[neg.start] == self.words.clause[end - 1]
        have = any(self._is(place, "HAVE") for place in range(end, neg.start))
        return same and last and have and neg.start - end < _NEGATION_REACH

    def _answered_no(self, match: Sequence[Mention], *, end: int) -> bool:
        """ "Chest pain? No." and "chest pain, fainting: none"."""
        reach = range(end, min(end + _LIST_REACH, len(self.words.text)))
        asked = next((place for place in reach if self.words.before[place] in ("?", ":")), None)
        if asked is None or self.words.sentence[asked] > self._sentence(match[0]) + 1:
            return False
        return any(self._closes(neg) for neg in self.near("NEG", asked, asked))

    def _closes(self, neg: Mention) -> bool:
        at_end = neg.end >= len(self.words.text)
        return at_end or self.words.before[neg.end] != "" or self.words.text[neg.end] == "of"

    def _doubled(self, neg: Mention) -> bool:
        """ "I can't do a set without chest pain" says that there is pain."""
        if not self.near("WITHOUT", neg.start, neg.start):
            return False
        clause = self.words.clause[neg.start]
        before = self.near("CANT", neg.start - 2 * _DOUBLE_REACH, neg.start - 1)
        return any(0 <= neg.start - m.end < _DOUBLE_REACH and self.words.clause[m.start] == clause for m in before)

    def _year(self, match: Sequence[Mention]) -> bool:
        """Whether a year stands near, after a word such as "in": an ongoing "since 2019" does not count."""
        first = max(1, min(m.start for m in match) - _KIN_REACH)
        last = min(len(self.words.text), max(m.end for m in match) + _KIN_REACH)
        return any(
            _is_year(self.words.text[place])
            and self.words.sentence[place] == self._sentence(match[0])
            and self._is(place - 1, "IN_YEAR")
            for place in range(first, last)
        )


def _within(inner: Mention, outer: Mention) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _start(mention: Mention) -> int:
    return mention.start


def _is_year(word: str) -> bool:
    return len(word) == 4 and word.isdigit() and _FIRST_YEAR <= int(word) <= _LAST_YEAR
