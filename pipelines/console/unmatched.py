"""Why no file pattern of a branch matches a name: how far each one does, and whether a folder would help.

Not here: matching (pipelines.branches).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from pathlib import Path

from pipelines.branches.config import BranchConfig, FileConfig
from pipelines.branches.overlap import common_name, matching_start
from pipelines.console.terminal import harmless
from pipelines.sources.packed import MARK

_SHOWN = 3


def why_no_pattern_matches(branch: BranchConfig, paths: Sequence[str], file: Path) -> list[str]:
    """Sentences on the first few names that nothing matched; empty where each name has its pattern."""
    lines: list[str] = []
    for path in [one for one in paths if branch.file_for(one) is None][:_SHOWN]:
        lines.append(f"No file pattern of {branch.branch_id} matches {harmless(path)!r}. The nearest are:")
        nearest = sorted(branch.files, key=lambda one: -_likeness(one, path))[:_SHOWN]
        for one in nearest:
            lines += [f"  files.{one.name}.pattern: '{one.pattern}'", f"    {_example(one)}{_stuck(one, path)}"]
        packed = _member_fits(branch.files, path)
        folder = _with_folder(branch.files, path)
        if packed is not None:
            lines.append(
                f"In an archive a file is named by the archive, '!' and its own name. Begin files.{packed.name}.pattern"
                " with (?:.*[/!])? and it takes both ways."
            )
        elif folder is not None:
            lines.append(f"A pattern wants a folder before the name: add --as '{folder}', or another path like it.")
        lines.append(
            f"If the name is right, correct the pattern in {branch.source}; else rename {harmless(file.name)}."
        )
    return lines


def _likeness(config: FileConfig, path: str) -> float:
    """How like the name is to one that the pattern takes, whatever its digits."""
    example = common_name(config.pattern, ".+") or config.pattern
    return SequenceMatcher(None, re.sub(r"\d", "0", path).casefold(), example.casefold()).ratio()


def _example(config: FileConfig) -> str:
    example = common_name(config.pattern, ".+")
    return "" if example is None else f"takes for example {example!r}; "


def _stuck(config: FileConfig, path: str) -> str:
    if re.fullmatch(config.pattern, path, re.IGNORECASE):
        return "the name differs only in capitals: begin the pattern with (?i), or rename the file."
    start = matching_start(config.pattern, path)
    if start is None:
        return "it looks around or back, so that only the whole of it can be tried."
    if start == path:
        return "the name lacks what the pattern names."
    if not start:
        return f"the name begins with {path[0]!r}, which it does not allow."
    return f"the name fits up to {harmless(start)!r}; then it has {path[len(start)]!r}, which is not allowed there."


def _member_fits(files: Sequence[FileConfig], path: str) -> FileConfig | None:
    """The kind of file that the name inside an archive is."""
    _, mark, member = path.rpartition(MARK)
    return next((one for one in files if mark and one.matches(member)), None)


def _with_folder(files: Sequence[FileConfig], path: str) -> str | None:
    """A path with a folder before the name that one of the patterns matches."""
    for config in files:
        found = common_name(config.pattern, ".+/" + re.escape(path))
        if found is not None:
            return found
    return None
