"""The carrier's papers: written from the profile, in German, as Markdown and as pages to print; nothing personal.

German only, and not in the catalogues: they stand beside contracts and laws that are German, and participants never
read them.
"""

from bot.operating.papers.gathering import Papers, gather
from bot.operating.papers.writing import write_all, write_letters

__all__ = ["Papers", "gather", "write_all", "write_letters"]
