"""What the papers say: gathered from the profile, the consent texts and the rules, in the words of a German office."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from flows.rules.profile import Profile
from flows.rules.purposes import PURPOSES, Recipients
from locales.notices import NoticeError, load_notice

from bot.operating.explaining_intake import spans
from bot.operating.papers.threats import THREATS, Threat
from bot.operating.protecting import ZONE
from bot.profile import load_profile, read_file
from bot.profile_processors import EEA, problem
from bot.profile_sections import File
from bot.settings import SettingsError

OPEN: Final = "vom Träger einzutragen"
PURPOSE_NAMES: Final = {
    "C1": "Verständigung über diesen Bot",
    "C2": "Kanal eines Dritten (Telegram)",
    "C3": "Abwesenheitsmeldungen mit Bescheinigung",
    "C4": "Erinnerungen mit mehr Einzelheiten",
    "C5": "Kontakt zu Sorgeberechtigten oder einer Vertrauensperson",
    "C6": "Abschlussbericht (je Dokument)",
    "C7": "Auskunft an einen Betrieb (je Betrieb und Angabe)",
    "C8": "Übergabe an eine andere Stelle (je Paket)",
    "C9": "Sensible Angaben auf dem Postweg (je Angabe, nie Diagnosen)",
    "C10": "Nachweis von Gesprächen",
    "C11": "Sensible Themen im Gespräch",
    "C13": "Bewerbungen, die der Träger für die Person organisiert",
    "C14": "Neue Eignungsfeststellung",
    "C15": "Anwesenheit einer Fachkraft am Arbeitsplatz",
}
_RECIPIENTS: Final = {
    Recipients.CARRIER: "der Träger selbst: zuständige Fachkraft und Vertretung",
    Recipients.PROVIDER: "der Anbieter des Kanals",
    Recipients.TRUSTED: "Sorgeberechtigte oder Vertrauensperson",
    Recipients.AGENCY: "die Agentur für Arbeit oder das Jobcenter",
    Recipients.EMPLOYER: "der Betrieb",
    Recipients.SERVICE: "die andere Stelle",
}
CHANNELS: Final = {
    "telegram": "Telegram für Teilnehmende",
    "telegram_staff": "Telegram für Mitarbeitende",
    "push": "Benachrichtigung auf dem Handy (Web Push)",
    "sms": "SMS",
    "mail": "E-Mail an Betriebe",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PurposeRow:
    """One purpose as the record of processing shows it."""

    code: str
    name: str
    data: str
    recipients: str
    basis: str
    special: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRow:
    """One channel: how far it may go, who runs it, and why it stays off if it does."""

    key: str
    name: str
    level: str
    processor: str = ""
    place: str = ""
    contract: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """Everything that the papers are made of. `retention`: class and span, and who decided."""

    profile: Profile
    file: File
    day: date
    purposes: tuple[PurposeRow, ...]
    channels: tuple[ChannelRow, ...]
    retention: Mapping[str, str]
    basis: str
    threats: tuple[Threat, ...] = THREATS
    open_: str = OPEN


def gather(name: str, now: datetime) -> Papers:
    """What is known of the profile `name`. Raises `SettingsError` that names what is wrong, and the way out."""
    profile, file, day = load_profile(name), read_file(name), now.astimezone(ZONE).date()
    late = [problem(file.processors, channel, day) for channel in file.channels.permitted if channel in profile.levels]
    decision = file.channels.telegram_decision
    if decision is not None and decision.date > day:
        late.append(f"channels.telegram_decision.date: {decision.date} has not come yet; write the day it was decided")
    if wrong := [reason for reason in late if reason]:
        raise SettingsError(f"profile {name}: " + "; ".join(wrong))
    return Papers(
        profile=profile,
        file=file,
        day=day,
        purposes=tuple(_purpose(code) for code in PURPOSES),
        channels=tuple(_channel(profile, file, key) for key in CHANNELS),
        retention=retention_of(file),
        basis=basis_of(file),
    )


def retention_of(file: File) -> Mapping[str, str]:
    """How long each class of data is kept after the participation has ended, as the profile says (F71)."""
    decided = file.retention.decided_by.strip() or f"{OPEN} (alle Fristen sind Vorschläge)"
    return {**spans(file), "Entschieden von": decided}


def basis_of(file: File) -> str:
    """On what the processing rests where it needs no consent, as the profile says."""
    return file.programme.legal_basis


def _purpose(code: str) -> PurposeRow:
    purpose = PURPOSES[code]
    try:
        data = load_notice(code, "de").parts["data"].text
    except NoticeError:
        data = OPEN
    article = "Art. 6 Abs. 1 lit. a, Art. 9 Abs. 2 lit. a DSGVO" if purpose.special else "Art. 6 Abs. 1 lit. a DSGVO"
    return PurposeRow(
        code=code,
        name=PURPOSE_NAMES[code],
        data=data,
        recipients=_RECIPIENTS[purpose.recipients],
        basis=f"Einwilligung, {article}",
        special=purpose.special,
    )


def _channel(profile: Profile, file: File, key: str) -> ChannelRow:
    level, processor = profile.level_of(key), file.processors.get(key)
    row = ChannelRow(
        key=key, name=CHANNELS[key], level="aus" if level is None else level.name, reason=_why_off(file, key)
    )
    if processor is None:
        return row
    place = f"{processor.place} ({processor.country})"
    return ChannelRow(
        key=key,
        name=row.name,
        level=row.level,
        processor=processor.name,
        place=place,
        contract=f"{processor.contract:%d.%m.%Y}",
        reason=row.reason,
    )


def _why_off(file: File, key: str) -> str:
    if key not in file.kept_off:
        return ""
    processor = file.processors.get(key)
    if processor is not None and processor.country not in EEA:
        return "Anbieter außerhalb des EWR: bleibt aus"
    return f"kein Anbieter mit Vertrag nach Art. 28 DSGVO genannt ([processors.{key}]): bleibt aus"
