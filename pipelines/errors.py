"""The errors a person can act on: each message names the place, what was found, what was expected and the fix.

Not here: programming errors (let them surface), and findings about data, which are rows and not exceptions.
"""

from __future__ import annotations

from collections.abc import Sequence


class TieoutError(Exception):
    """Something a person has to mend; the command prints its text alone, without a traceback."""


class ConfigError(TieoutError):
    """A branch folder, profile, workspace or reference table says something that cannot be.

    `mistakes` holds one sentence per mistake (``file:line: …``), so that a person mends them all in one go.
    """

    def __init__(self, mistakes: Sequence[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(self.mistakes))


class ContractError(TieoutError):
    """A data contract is not valid, or a change to it breaks a promise."""


class SourceError(TieoutError):
    """A file as a whole cannot be read: it is refused, and the branch keeps its last good data.

    ``place`` names where in the file (``row 17``, ``byte 1204``, ``sheet 'GL Detail'``), or is empty.
    """

    def __init__(self, file: str, place: str, problem: str, fix: str) -> None:
        self.file, self.place, self.problem, self.fix = file, place, problem, fix
        where = f"{file}, {place}" if place else file
        super().__init__(f"{where}: {problem} {fix}".strip())


class NightInProgressError(TieoutError):
    """Another night holds the run lock of this workspace."""


class LakeError(TieoutError):
    """The lake on disk contradicts itself (a file that a manifest names is missing or altered)."""


class DiskFullError(LakeError):
    """The disk takes no more: nothing was changed, and what was to be stored waits."""


class PublishError(TieoutError):
    """The night cannot be published: a group-wide check failed or the warehouse could not be built."""


class RepairError(TieoutError):
    """A repair cannot be decided as asked, or a workbook of repairs cannot be written or read."""


class CloseError(TieoutError):
    """A month cannot be closed, reopened or certified as asked."""


class AccountMapError(TieoutError):
    """A command on the account map, or a workbook of accounts, that cannot be carried out."""


class BreakError(TieoutError):
    """A decision on breaks, a workbook of them, or a meeting on them, that cannot be carried out."""


class PartyError(TieoutError):
    """A word on golden records that cannot be taken as given, or one that names nothing."""


class SampleError(TieoutError):
    """A sample that cannot be drawn or written as asked."""
