"""The text of a consent as one reader gets it: the profile's values filled in, in messages that are read in one go."""

from dataclasses import dataclass
from datetime import timedelta

from flows.rules.consent import Notice
from flows.rules.profile import Profile
from flows.rules.purposes import Recipients, Scope
from flows.rules.receipts import Handling, NoticeShown
from locales.notices import Rendered, Value, load_notice, notices_folder, parse_notice, render_notice

LONGEST = 300
_OWN_SERVER = "own server of the controller"
_PROVIDER = "Telegram"
_WITHDRAWAL = "in the chat at any time, in any words"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A text in one language: its title, the messages it is said in, the shorter wording, and what names it."""

    title: str
    messages: tuple[str, ...]
    shorter: str
    shown: NoticeShown

    @property
    def notice(self) -> Notice:
        """What a yes to it is a yes to."""
        return Notice(self.shown.version, self.shown.digest)


def word(profile: Profile, code: str, language: str) -> Wording:
    """The newest text about a purpose. Raises NoticeError if it lacks a part or value: nobody is asked without."""
    document = load_notice(code, language)
    whole = render_notice(document, values_of(profile))
    shorter = render_notice(document, values_of(profile), differently=True)
    shown = NoticeShown(
        notice=document.notice,
        version=document.version,
        language=document.language,
        level=document.level,
        digest=whole.digest,
    )
    return Wording(
        title=document.title,
        messages=split(whole),
        shorter=shorter.text.partition("\n\n")[2],
        shown=shown,
    )


def title_of(code: str, language: str) -> str:
    """What a consent is called in this language."""
    return load_notice(code, language).title


def version_of(code: str) -> int:
    """The newest version of the text; a version is one text in all languages."""
    return load_notice(code, "de").version


def values_of(profile: Profile) -> dict[str, Value]:
    """What the profile fills in."""
    return {**profile.carrier, "carrier": profile.carrier["name"], "retention": profile.consent.retention}


def split(text: Rendered) -> tuple[str, ...]:
    """The whole text in messages of whole parts; joined by an empty line they are the very text again.

    Parts that are short go together as long as they are read in one go; none is ever cut.
    """
    messages: list[str] = []
    for part in text.text.split("\n\n"):
        if messages and len(messages[-1]) + len(part) + 2 <= LONGEST:
            messages[-1] = f"{messages[-1]}\n\n{part}"
        else:
            messages.append(part)
    return tuple(messages)


def handling_of(profile: Profile, scope: Scope) -> Handling:
    """What is done with the data, as the text says it in German, and as the profile has it."""
    parts, carrier = load_notice(scope.code, "de").parts, profile.carrier
    abroad = scope.purpose.recipients is Recipients.PROVIDER
    return Handling(
        data_kinds=(parts["data"].text,),
        controller=f"{carrier['name']}, {carrier['address']}",
        officer=carrier["officer"],
        recipients=(scope.recipient or scope.purpose.recipients.value,),
        storage=(_OWN_SERVER, _PROVIDER) if abroad else (_OWN_SERVER,),
        retention=max(profile.consent.retention, timedelta(days=1)),
        withdrawal=(_WITHDRAWAL, carrier["phone"]),
    )


def shown_again(profile: Profile, shown: NoticeShown) -> tuple[str, ...]:
    """The very text somebody saw, in parts; empty if its bytes cannot be made again, as the carrier is another now."""
    folder = notices_folder(shown.language)
    for name in (shown.notice, f"{shown.notice}-{shown.version}"):
        file = folder / f"{name}.md"
        if file.is_file():
            text = render_notice(parse_notice(file.read_text("utf-8")), values_of(profile))
            if text.digest == shown.digest:
                return tuple(text.text.split("\n\n"))
    return ()
