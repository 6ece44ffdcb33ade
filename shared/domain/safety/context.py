"""Whether a mention is meant: negations and their limits, history that was cleared, other people's illnesses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.domain.safety.folding import Words
from shared.domain.safety.lexicon import Mention

_NEGATION_REACH = 6
_LIST_REACH = 10
_DOUBLE_REACH = 6
_ANSWER_REACH = 3
_FIRST_YEAR, _LAST_YEAR = 1950, 2099


@dataclass(frozen=True, slots=True)
class Context:
    """A text as words and mentions, asked about single matches in it. Where it is in doubt, it says "meant"."""

    words: Words
    mentions: Mapping[str, Sequence[Mention]]

    def denied(self, match: Sequence[Mention]) -> bool:
        """Whether the match is said not to be the case: "no chest pain", "meine Brust tut nicht weh"."""
        start, end = min(m.start for m in match), max(m.end for m in match)
        return any(
            self._reaches(neg, match, start=start, end=end) for neg in self._negations(match)
        ) or self._answered_no(match, end=end)

    def past(self, match: Sequence[Mention]) -> bool:
        """Whether the match is history: over by its own words or cleared by a professional, with nothing that says it
        is here now."""
        sentence = self.words.sentence[match[0].start]
        if self._in("CURRENT", sentence):
            return False
        cleared = any(self._in("CLEARED", near) for near in (sentence, sentence + 1)) and not self._denied_in(
            "CLEARED", sentence
        )
        if cleared:
            return True
        long_ago = self._in("PAST", sentence) or self._year(sentence)
        return long_ago and self._in("PAST_VERB", sentence)

    def of_another(self, match: Sequence[Mention]) -> bool:
        """Whether the sentence tells of a relative's past illness."""
        sentence = self.words.sentence[match[0].start]
        kin = [m for m in self._all("FAMILY") if self.words.sentence[m.start] == sentence and m.start < match[0].start]
        told = [m for m in self._all("OTHER_PAST") if self.words.sentence[m.start] == sentence]
        return any(verb.start >= one.end for one in kin for verb in told) and not self._in("CURRENT", sentence)

    def stated(self, concept: str) -> bool:
        """Whether a concept is said plainly: neither denied, nor hoped for, nor set as a condition."""
        return any(
            not self.denied((mention,)) and not self._conditional(mention) for mention in self.mentions.get(concept, ())
        )

    def _all(self, concept: str) -> Sequence[Mention]:
        return self.mentions.get(concept, ())

    def _in(self, concept: str, sentence: int) -> bool:
        return any(self.words.sentence[m.start] == sentence for m in self._all(concept))

    def _denied_in(self, concept: str, sentence: int) -> bool:
        there = [m for m in self._all(concept) if abs(self.words.sentence[m.start] - sentence) <= 1]
        return bool(there) and all(self.denied((m,)) for m in there)

    def _negations(self, match: Sequence[Mention]) -> list[Mention]:
        """Negations of the match's sentence that are neither part of the match ("can't breathe") nor part of a phrase
        that negates something else ("not sure")."""
        sentence = self.words.sentence[match[0].start]
        elsewhere = [
            m for m in self._all("NOT_NEG") if not any(m.start < one.end and one.start < m.end for one in match)
        ]
        covered = [*match, *elsewhere]
        return [
            neg
            for neg in self._all("NEG")
            if self.words.sentence[neg.start] == sentence
            and not any(cover.start <= neg.start and neg.end <= cover.end for cover in covered)
        ]

    def _reaches(self, neg: Mention, match: Sequence[Mention], *, start: int, end: int) -> bool:
        if start < neg.start < end:
            return True
        if neg.start >= end:
            return self._after(neg, end=end)
        if neg.end > start or self._doubled(neg):
            return False
        between = range(neg.end, start)
        if self.words.before[neg.end] != "":
            return False
        if any(self._is(place, concept) for place in between for concept in ("AND", "BUT", "WITHOUT")):
            return False
        same_clause = self.words.clause[neg.start] == self.words.clause[start]
        if same_clause:
            return start - neg.end < _NEGATION_REACH
        listed = any(self._is(place, "OR") for place in range(neg.end, min(end + 3, len(self.words.text))))
        return listed and start - neg.end < _LIST_REACH

    def _after(self, neg: Mention, *, end: int) -> bool:
        """German puts it last: "Brustschmerzen habe ich nicht", "Schmerzen in der Brust hab ich keine"."""
        last = neg.end == len(self.words.text) or self.words.clause[neg.end] != self.words.clause[neg.start]
        same = self.words.clause[neg.start] == self.words.clause[end - 1]
        have = any(self._is(place, "HAVE") for place in range(end, neg.start))
        return same and last and have and neg.start - end < _NEGATION_REACH

    def _answered_no(self, match: Sequence[Mention], *, end: int) -> bool:
        """ "Chest pain? No." and "chest pain: none"."""
        if end >= len(self.words.text) or self.words.before[end] not in ("?", ":"):
            return False
        del match
        return any(neg.start == end and self._closes(neg) for neg in self._all("NEG"))

    def _closes(self, neg: Mention) -> bool:
        return neg.end >= len(self.words.text) or self.words.before[neg.end] != ""

    def _doubled(self, neg: Mention) -> bool:
        """ "I can't do a set without chest pain" says that there is pain."""
        if not any(m.start == neg.start for m in self._all("WITHOUT")):
            return False
        clause = self.words.clause[neg.start]
        return any(
            m.end <= neg.start and neg.start - m.end < _DOUBLE_REACH and self.words.clause[m.start] == clause
            for m in self._all("CANT")
        )

    def _is(self, place: int, concept: str) -> bool:
        return any(m.start <= place < m.end for m in self._all(concept))

    def _conditional(self, mention: Mention) -> bool:
        sentence = self.words.sentence[mention.start]
        return any(
            m.end <= mention.start
            and mention.start - m.end < _NEGATION_REACH
            and self.words.sentence[m.start] == sentence
            for m in self._all("IF")
        )

    def _year(self, sentence: int) -> bool:
        """A year after a word such as "in": an ongoing "since 2019" does not count."""
        return any(
            word.isdigit()
            and len(word) == 4
            and _FIRST_YEAR <= int(word) <= _LAST_YEAR
            and self.words.sentence[place] == sentence
            and place > 0
            and self._is(place - 1, "IN_YEAR")
            for place, word in enumerate(self.words.text)
        )
