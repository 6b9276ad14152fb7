"""The landing area: which files a branch has put there since the last look, and keeping their bytes.

Never changes a file there. Not here: what is in the files.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipelines.errors import SourceError
from pipelines.lake.archive import archive
from pipelines.lake.events import EventLog
from pipelines.lake.files import atomic_write
from pipelines.lake.places import Lake, folder_name
from pipelines.lake.received import RECEIVED, SEEN_AGAIN, ReceivedFile, received_files
from pipelines.sources.packed import MARK, Contents, contents, imitates_member, is_archive, member_path

_UNFINISHED = (".part", ".tmp", ".partial", ".filepart", ".crdownload")


@dataclass(frozen=True)
class Ignored:
    """A file that was left alone, and why; `hostile` where somebody should look into it."""

    path: str
    why: str
    hostile: bool = False


@dataclass(frozen=True)
class Found:
    """A file as a look at the landing area sees it, without opening it."""

    path: str  # relative to the branch's landing folder, with '/'
    size: int
    modified_ns: int
    inode: int


@dataclass(frozen=True)
class Survey:
    """What a look found: files whose content is not known yet, and files left alone."""

    unknown: tuple[Found, ...]
    ignored: tuple[Ignored, ...]


@dataclass(frozen=True)
class Arrivals:
    """What a night newly holds of a branch: files with their received sequence, and files left alone."""

    received: tuple[ReceivedFile, ...]
    seen_again: tuple[str, ...]
    ignored: tuple[Ignored, ...]


def survey(lake: Lake, landing: Path, branch_id: str) -> Survey:
    """Look without writing and without opening a file: what is new or changed since the last `receive_new`?"""
    found, ignored = _scan(landing / folder_name(branch_id))
    known = _index(lake, branch_id)
    return Survey(tuple(one for one in found if known.get(one.path, ())[:3] != _stamp(one)), tuple(ignored))


def receive_new(lake: Lake, log: EventLog, landing: Path, branch_id: str) -> Arrivals:
    """Keep the bytes of every new or changed file and give it the branch's next received sequence, in order of name.

    A name that comes with other bytes than before is a corrected file. The same name with the same bytes, put there
    anew, is on time and nothing new. An archive is received as it is; each file in it has a sequence of its own. One
    that cannot be opened is received like a plain file: taking it in says why. Raises `LakeError` when the disk is
    full; what was received so far stays.
    """
    home = landing / folder_name(branch_id)
    look = survey(lake, landing, branch_id)
    if not look.unknown:
        return Arrivals((), (), look.ignored)
    before = received_files(log, branch_id)
    newest = {file.sent_path: file.sha256 for file in before}
    touched = {file.sent_path: file.modified_ns for file in before}
    for event in log.read(SEEN_AGAIN, branch_id=branch_id):
        touched[event.data["path"]] = event.data["modified_ns"]
    index = _index(lake, branch_id)
    received: list[ReceivedFile] = []
    again: list[str] = []
    ignored = list(look.ignored)
    for one in look.unknown:
        sha256, size = archive(lake, home / one.path)
        if _stamp(_found(home, home / one.path)) != _stamp(one) or size != one.size:
            ignored.append(Ignored(one.path, "it changed while it was read; it is left for the next night"))
            continue
        if newest.get(one.path) != sha256:
            data: dict[str, Any] = {
                "branch_id": branch_id,
                "sequence": len(before) + len(received) + 1,
                "path": one.path,
                "sha256": sha256,
                "size": size,
                "modified_ns": one.modified_ns,
            }
            inside = _inside(lake, one.path, sha256)
            if inside.members:
                data["members"] = [asdict(member) for member in inside.members]
            ignored += [Ignored(member_path(one.path, member), "hidden name") for member in inside.hidden]
            received += ReceivedFile.all_of(log.append(RECEIVED, data))
        elif touched[one.path] != one.modified_ns:
            log.append(
                SEEN_AGAIN,
                {"branch_id": branch_id, "path": one.path, "sha256": sha256, "modified_ns": one.modified_ns},
            )
            again.append(one.path)
        index[one.path] = [*_stamp(one), sha256]
    _write_index(lake, branch_id, index)
    return Arrivals(tuple(received), tuple(again), tuple(ignored))


def _inside(lake: Lake, path: str, sha256: str) -> Contents:
    """What a received archive holds; nothing where the file is none, or cannot be opened."""
    if not is_archive(path):
        return Contents(())
    try:
        return contents(lake.received(sha256), path)
    except SourceError:
        return Contents(())


def _scan(home: Path) -> tuple[list[Found], list[Ignored]]:
    """Every plain file below `home` in order of its path, and what is left alone there."""
    found: list[Found] = []
    ignored: list[Ignored] = []
    if home.is_symlink():
        return [], [Ignored(".", "the branch's landing folder is a link; make it a folder", hostile=True)]
    if home.is_dir():
        for path, entry in _walk(home, home):
            name = path.rsplit("/", 1)[-1]
            if entry.is_symlink():
                ignored.append(Ignored(path, "links are not followed; put the file itself there", hostile=True))
            elif not stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode):
                ignored.append(Ignored(path, "not a plain file", hostile=True))
            elif not _is_utf8(name):
                ignored.append(Ignored(path.encode("utf-8", "replace").decode(), "its name is not UTF-8", hostile=True))
            elif not path.isprintable():
                why = "its name holds a character that cannot be shown; rename it"
                ignored.append(Ignored(path.encode("unicode_escape").decode("ascii"), why, hostile=True))
            elif imitates_member(path):
                why = f"its name reads as if it came in an archive; rename it without {MARK!r}"
                ignored.append(Ignored(path, why, hostile=True))
            elif name.startswith((".", "~")):
                ignored.append(Ignored(path, "hidden name"))
            elif name.lower().endswith(_UNFINISHED):
                ignored.append(Ignored(path, "its name says that it is still being copied"))
            else:
                found.append(_found(home, Path(entry.path)))
    return sorted(found, key=lambda one: one.path), sorted(ignored, key=lambda one: one.path)


def _walk(home: Path, folder: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(home, Path(entry.path))
            else:
                yield Path(entry.path).relative_to(home).as_posix(), entry


def _is_utf8(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _found(home: Path, path: Path) -> Found:
    seen = path.lstat()
    return Found(path.relative_to(home).as_posix(), seen.st_size, seen.st_mtime_ns, seen.st_ino)


def _stamp(one: Found) -> list[int]:
    return [one.size, one.modified_ns, one.inode]


def _index(lake: Lake, branch_id: str) -> dict[str, list[int | str]]:
    """Path → [size, mtime, inode, sha256]. Only a cache: missing or unreadable means that files are hashed again."""
    try:
        said = json.loads(lake.landing_index(branch_id).read_bytes())
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def _write_index(lake: Lake, branch_id: str, index: dict[str, list[int | str]]) -> None:
    atomic_write(lake.landing_index(branch_id), json.dumps(index, sort_keys=True).encode())
