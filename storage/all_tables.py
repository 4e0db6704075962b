"""All tables together, for whoever looks at the whole schema: migrations, sealing anew, the highest id."""

from typing import Final

from storage import (
    access_tables,
    account_tables,
    attendance_tables,
    broadcast_tables,
    certificate_tables,
    key_tables,
    leave_tables,
    meeting_tables,
    nudge_tables,
    proof_tables,
    tables,
    thread_tables,
    verdict_tables,
)
from storage.columns import metadata

ROOMS: Final = (
    tables,
    key_tables,
    access_tables,
    account_tables,
    attendance_tables,
    proof_tables,
    meeting_tables,
    nudge_tables,
    certificate_tables,
    verdict_tables,
    leave_tables,
    broadcast_tables,
    thread_tables,
)
"""Where tables are defined; each module adds its own to the schema when it is loaded."""
everything: Final = metadata
