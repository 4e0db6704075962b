"""Whether somebody says that they are ill still, or that another sick note follows the first one, in any language."""

import re
from typing import Final

_STILL: Final = re.compile(
    r"\b(?:immer\s?noch|noch\s?immer|imma\s?no(?:ch)?|noch|weiter|weiterhin|länger|laenger|verläng\w*|verlaeng\w*)\b"
    r"|\b(?:still|longer|extended|prolonged|continues?)\b"
    r"|(?:ما|لا)\s?زل?[تا]ل?|\bلس[هاع]+|تمديد|مدد|تجديد"
    r"|\b(?:досі|все\s?ще|усе\s?ще|ще\s(?:хвор|не\sодуж|не\sвидуж)|далі\sхвор|хвор\w*\sдалі|продовж|подовж)"
    r"|\b(?:вс[её]\s?[её]щ[её]|[её]щ[её]\s(?:бол|не\sвыздор)|до\sсих\sпор|продл|продолж)",
    re.IGNORECASE,
)
_NOTE_DE: Final = r"(?:e?au|krank[\w-]+|attest\w*|bescheinigung\w*|gelbe[nr]?\s(?:schein|zettel)|arzt-?zettel)"
_NOTE_SLAV: Final = r"(?:лікарнян\w*|довідк\w*|больничн\w*|справк\w*)"
_NOTE_AR: Final = r"(?:ال)?(?:شهاد[ةه]|تقرير|[إا]جاز[ةه])(?:\s(?:ال)?(?:مرضي[ةه]|طبي[ةه]?|مرض))?"
_FOLLOWS: Final = re.compile(
    rf"\bfolge-?\s?{_NOTE_DE}|\b(?:neu|weiter|zweit|nächst|naechst)e?[nrs]?\s{_NOTE_DE}"
    rf"|\b{_NOTE_DE}\b.{{0,20}}\bverl(?:ä|ae)nger|\bverl(?:ä|ae)nger\w*.{{0,20}}\b{_NOTE_DE}"
    r"|\b(?:länger|laenger|weiterhin|weiter)\s(?:krank\w*)"
    r"|\b(?:new|another|second|follow-?\s?up)\s(?:sick\s?note|doctor'?s\snote|certificate|sick\s?leave|medical\s\w+)"
    r"|\b(?:sick\s?note|sick\s?leave|certificate)\b.{0,20}\b(?:extended|prolonged|renewed)"
    r"|\b(?:extended|prolonged|renewed)\b.{0,20}\b(?:sick\s?note|sick\s?leave|certificate)"
    rf"|{_NOTE_AR}\s(?:ال)?(?:جديد[ةه]?|[أا]خر[ىي])|(?:تمديد|مدد\w*|تجديد|جدد\w*)\s(?:لي\s)?{_NOTE_AR}"
    rf"|\b(?:нов|друг|втор|наступн|ещ[её]\sодин|ще\sодин|ще\sодну)\w*\s{_NOTE_SLAV}"
    rf"|\b{_NOTE_SLAV}.{{0,20}}(?:продовж|подовж|продл)|(?:продовж|подовж|продл)\w*.{{0,20}}{_NOTE_SLAV}",
    re.IGNORECASE,
)
_LACKS: Final = re.compile(
    r"\bkein|\bnicht\b|\bwann\b|\bbrauch|\bmuss\b|\bohne\b|\bno\b|\bnot\b|n't\b|\bneed|\bwithout\b|\?"
    r"|ليس|لا\s|ما\s|لم\s|بدون|؟|\bне\b|\bнема|\bнет\b|\bбез\b|\bпотр|\bнуж",
    re.IGNORECASE,
)
LONGEST: Final = 200


def goes_on(text: str) -> bool:
    """Whether words about an illness say that it goes on."""
    words = " ".join(text[:LONGEST].split())
    return bool(_STILL.search(words) or _FOLLOWS.search(words))


def has_another_note(text: str) -> bool:
    """Whether a short text says nothing but that there is a further sick note: no lack of one, and no question."""
    words = " ".join(text.split())
    return len(words) <= LONGEST and bool(_FOLLOWS.search(words)) and not _LACKS.search(words)
