"""What belongs to the server: the command for each operation, and the same tried in the chat."""

from collections.abc import Mapping

from flows.rules.access import Operation
from tests.handlers.access_people import Stage

Command = tuple[str, ...]
SPAN = ("--from", "2026-11-23T08:00", "--to", "2026-11-23T12:00")

AT_THE_SERVER: Mapping[Operation, tuple[Command, ...]] = {
    Operation.RUN: (("run",), ("demo",)),
    Operation.REHEARSE: (("chat", "--script", "nothing.chat"),),
    Operation.CHECK: (("check", "--profile", "demo"),),
    Operation.MIGRATE: (("migrate",),),
    Operation.BACK_UP: (("backup", "backups"), ("backup-key", "no/such/folder/key.txt")),
    Operation.RESTORE: (("restore", "nothing.age", "--identity", "nothing.txt"),),
    Operation.VERIFY_AUDIT: (("audit", "verify"),),
    Operation.LIST_OUTBOX: (("outbox", "list"), ("outbox", "uncertain")),
    Operation.RESEND: (("outbox", "resend", "1"),),
    Operation.LIST_CALLS: (("phone-list",),),
    Operation.PRINT_FIGURES: (("figures", "--csv", "figures.csv"), ("absences", "--xlsx", "absences.xlsx")),
    Operation.PRINT_ATTENDANCE: (("attendance", "export", "2026-10", "october.csv"),),
    Operation.LIST_ALERTS: (("alerts",),),
    Operation.SET_DATES: (("dates", "p1", "entry", "2026-12-01"),),
    Operation.SET_LEAVE: (("staff", "away", "c1", "2027-12-01", "2027-12-02"), ("staff", "back", "c2")),
    Operation.INVITE_BY_HANDLE: (("invite", "p0"),),
    Operation.IMPORT_APPOINTMENTS: (("import", "nothing.csv"),),
    Operation.MAKE_LOGIN_LINK: (("login-link", "c1"), ("staff", "code", "c1")),
    Operation.ADD_STAFF: (("staff", "add", "c7", "--name", "Frau Neu", "--role", "dpo", "--phone", "0221 4710 107"),),
    Operation.MAKE_ACCOUNT: (("staff", "account", "c1"),),
    Operation.END_STAFF: (("staff", "leave", "c2"),),
    Operation.GIVE_ROLE: (("staff", "role", "c1", "protection"),),
    Operation.READ_ACCESS_LOG: (("access", "log", "p1"),),
    Operation.PRINT_CONCEPT: (("access", "concept"),),
    Operation.LIST_KEYS: (("keys", "list"),),
    Operation.ROTATE_KEYS: (("keys", "rotate", "--all"),),
    Operation.SWITCH_CHANNEL: (("halt", "telegram"), ("resume", "telegram")),
    Operation.WRITE_PAPERS: (("papers", "--out", "papers"),),
    Operation.LIST_STAFF: (("staff", "list"),),
    Operation.RECORD_SECRECY: (("staff", "secrecy", "c1", "--date", "2026-11-20"),),
    Operation.KEEP_BREACHES: (
        ("breach", "add", "--kind", "lost", *SPAN, "--what", "USB stick lost"),
        ("breach", "close", "1", "--done", "told"),
    ),
    Operation.READ_BREACHES: (("breach", "list"), ("breach", "letters", "1", "--out", "letters")),
    Operation.SEE_AFFECTED: (("breach", "affected", *SPAN),),
}
"""The commands that do it."""
DONE = frozenset({"StaffLeft", "AccountKept", "MessageResent", "AddressUnlinked"})


def has_effect_in_the_chat(stage: Stage) -> bool:
    """Try each of them in the chat, one after the other: by its name, and as a press made up for it."""
    for operation, commands in AT_THE_SERVER.items():
        for command in commands:
            stage.say(f"python -m bot {' '.join(command)} {stage.concerned.handle}")
        stage.press(operation.value, str(stage.concerned.id))
    uow, concerned = stage.uow, stage.concerned.id
    done = {one.name for one in uow.events.after(0)} & DONE
    looked = any(one.operation in AT_THE_SERVER for one in uow.access_log.of(concerned, 100))
    kept = uow.breaches.all() or uow.halts.switched_off() or uow.secrecy.day_of(concerned)
    return bool(done or looked or kept or uow.invitations.open_of(concerned))
