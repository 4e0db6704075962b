"""The program in a process of its own, with real channels: `python -m tests.transcripts.through.child web`."""

import sys

from bot.transcript.child import main
from tests.transcripts.through.stages import outside

if __name__ == "__main__":
    main(lambda opening: outside(sys.argv[1], opening, [int(port) for port in sys.argv[2:]]))
