"""What a coach may not say, whatever a model answers: a diagnosis, a medicine to take, pain to train through, a link."""

import re
import unicodedata
from collections.abc import Iterable

_SENTENCE = re.compile(r"[.!?;\n]+")
_DENIED = re.compile(
    r"\b(dont|doesnt|isnt|wont|cannot|cant|never|not|no|avoid|without|rather than|instead of|nicht|nie|niemals|kein\w*"
    r"|ohne|statt|nunca|sin|evita\w*|en vez de|ne|n|jamais|pas|sans|evite\w*|au lieu de)\b"
)
_MARKUP = re.compile(r"https?://|www\.|\]\s?\(|<[a-z/!][^>]{0,200}>", re.IGNORECASE)
_CLINICIAN = re.compile(
    r"\b(doctors?|physicians?|pharmacists?|clinicians?|arzt\w*|arzte\w*|apothek\w*|medic[oa]s?|farmaceutic\w*|medecins?"
    r"|pharmacien\w*)\b"
)
_MEDICINE = re.compile(
    r"\b(ibuprof\w+|advil|nurofen|aspirin\w*|paracetamol|acetaminophen|tylenol|diclofenac\w*|voltar\w+|naprox\w+|aleve"
    r"|tramadol|codein\w*|cortis\w+|kortison\w*|prednis\w+|diure\w+|clenbuterol\w*|ephedrin\w*|efedrin\w*|dnp|ozempic"
    r"|semaglutid\w*|antibioti\w+|antidepress\w+|pain ?killers?|schmerzmittel\w*|schmerztablette\w*|analgesic\w*|antalgique\w*)\b"
)
_TAKE = re.compile(
    r"\b(take|taking|use|using|pop|swallow|inject|try|nimm|nehmen|nehme|schluck\w*|spritz\w*|toma|tome|tomar|tomate|usa"
    r"|prends|prenez|prendre|avale\w*)\b"
)
_THROUGH_PAIN = re.compile(
    r"\b(push|train|work|lift|power|go|run|fight)(ing)? through (the |your |that |any )?(pain|injury)\b"
    r"|\bignor\w+ (the |your |any |den |die |deinen |el |tu |la |ta )?(pain|schmerz\w*|dolor|douleur)\b"
    r"|\btrotz (der |deiner )?schmerzen\b.{0,20}\b(trainier\w*|weiter\w*)|\bdurch den schmerz\b"
    r"|\b(entren\w+|sigue|aguant\w+) (a pesar del|con el|el) dolor\b|\b(entrain\w+|continu\w+) malgre la douleur\b"
)
_YOU_HAVE = re.compile(
    r"\b(you|youve)\b.{0,25}\b(have|got|tore|torn|ruptured|developed|suffer\w*)\b|\byouve\b|\b(du hast|sie haben|du leidest)\b"
    r"|\b(tienes|tiene usted|sufres)\b|\b(tu as|vous avez|tu souffres)\b|\b(this|that|it) (is|sounds like|must be)\b"
    r"|\bdas (ist|klingt nach)\b|\b(eso|esto) es\b|\bc ?est\b"
)
_CONDITION = re.compile(
    r"\b(tend[io]nitis|tendinopath\w+|bursitis|arthritis|osteoarthritis|torn (acl|meniscus|ligament|muscle|labrum|rotator cuff)"
    r"|meniscus tear|herniated dis[ck]|slipped dis[ck]|sciatica|stress fracture|concussion|angina|heart disease|diabetes"
    r"|an(a)?emia|clinical depression|eating disorder|impingement|plantar fasciitis|tennis elbow|sehnenentzundung"
    r"|bandscheibenvorfall|meniskusriss|arthrose|schleimbeutelentzundung|muskelfaserriss|gehirnerschutterung|artritis|hernia"
    r"|ciatica|desgarro|rotura|tendinite|bursite|hernie discale|sciatique|dechirure|commotion)\b"
)


def unfit(text: str, *, also: Iterable[str] = ()) -> str | None:
    """Why a reply may not be shown, or None. A condition that the person named themselves (`also`) may be repeated.

    It reads English, German, Spanish and French, a sentence at a time, and lets what is denied pass ("never train through
    pain"). Strict on purpose: a reply refused in vain only goes to the next provider.
    """
    if _MARKUP.search(text):
        return "it holds a link or markup"
    named = {found.group() for one in also for found in _CONDITION.finditer(_folded(one))}
    for sentence in _SENTENCE.split(_folded(text)):
        reason = _wrong(sentence, named)
        if reason is not None:
            return reason
    return None


def _wrong(sentence: str, named: set[str]) -> str | None:
    if _DENIED.search(sentence):
        return None
    if _THROUGH_PAIN.search(sentence):
        return "it tells to train through pain"
    if _MEDICINE.search(sentence) and _TAKE.search(sentence) and not _CLINICIAN.search(sentence):
        return "it advises a medicine"
    condition = _CONDITION.search(sentence)
    if condition and condition.group() not in named and _YOU_HAVE.search(sentence):
        return "it makes a diagnosis"
    return None


def _folded(text: str) -> str:
    """Lower case without accents; English apostrophes gone, others blank as in "c'est"."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))
    return re.sub(r"['’]", " ", re.sub(r"(?<=n)['’]t\b|['’](?=ve\b|re\b)", lambda found: found.group()[1:], plain))
