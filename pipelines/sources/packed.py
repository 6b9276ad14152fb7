"""Files that a branch sends packed: what a .zip or .gz holds, and unpacking one member, never more than is sane.

A member is known as `deliver.zip!ledger.csv`. Nothing is ever written under a name that an archive says, and an archive
within an archive is not opened. Not here: reading the files (their own readers), workbooks, which are zip archives by
nature (archive).
"""

from __future__ import annotations

import gzip
import hashlib
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from pipelines.errors import SourceError
from pipelines.sources.limits import (
    INFLATION_FLOOR,
    MAX_INFLATED_BYTES,
    MAX_INFLATION,
    MAX_MEMBERS,
    check_size,
)

MARK = "!"
_OPENED = (".zip", ".gz", ".tgz")
_ARCHIVES = (*_OPENED, ".tar", ".7z", ".rar", ".bz2", ".xz", ".zst")
_MEMBER = re.compile(rf"\.(?:zip|gz|tgz){MARK}", re.IGNORECASE)
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Member:
    """One file of an archive, with the SHA-256 and size of what it inflates to."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Contents:
    """An archive's files in order of name, and those left alone because their names are hidden."""

    members: tuple[Member, ...]
    hidden: tuple[str, ...] = ()


def is_archive(path: str) -> bool:
    """Whether a file of this name is opened, and its members taken for the files that were sent."""
    return path.lower().endswith(_OPENED)


def member_path(archive: str, member: str) -> str:
    """How a member is known everywhere: `deliver.zip!ledger.csv`."""
    return f"{archive}{MARK}{member}"


def imitates_member(path: str) -> bool:
    """Whether a plain file's name reads as if it were a member of an archive."""
    return _MEMBER.search(path) is not None


def contents(path: Path, name: str) -> Contents:
    """What the archive at `path` holds; `name` is what the branch calls it. Inflates everything once.

    Raises `SourceError` when the archive is damaged, has a password, holds no file, too many or too large ones, links,
    names that point outside, or another archive: then nothing of it is taken.
    """
    budget = _Budget(name, path)
    with _damage_told(name), _opened(path, name) as archive:
        found = archive.files
        hidden = tuple(sorted(member for member in found if _is_hidden(member)))
        wanted = sorted(found.keys() - set(hidden))
        _check_names(name, wanted)
        members = []
        for member in wanted:
            digest, size = hashlib.sha256(), 0
            for piece in budget.pieces(archive, member):
                digest.update(piece)
                size += len(piece)
            members.append(Member(member, digest.hexdigest(), size))
    return Contents(tuple(members), hidden)


def unpack(path: Path, name: str, member: str, target: Path) -> str:
    """Write one member to `target` and give back its SHA-256. Raises `SourceError` as `contents` does."""
    budget, digest = _Budget(name, path), hashlib.sha256()
    target.parent.mkdir(parents=True, exist_ok=True)
    with _damage_told(name), _opened(path, name) as archive, target.open("wb") as written:
        if member not in archive.files:
            raise SourceError(name, member, "the archive does not hold this file.", "Send it again.")
        for piece in budget.pieces(archive, member):
            digest.update(piece)
            written.write(piece)
    return digest.hexdigest()


# ---- archives of either kind ---------------------------------------------------------------------------------------


class _Zip:
    """A .zip; its own directory is believed only for names, never for sizes. `files`: names with their packed sizes."""

    def __init__(self, name: str, archive: zipfile.ZipFile) -> None:
        self._name, self._archive = name, archive
        self._infos: dict[str, zipfile.ZipInfo] = {}
        infos = [info for info in archive.infolist() if not info.is_dir()]
        if len(infos) > MAX_MEMBERS:
            problem = f"the archive holds {len(infos):,} files; expected at most {MAX_MEMBERS:,}."
            raise SourceError(name, "", problem, "Send them in several archives.")
        for info in infos:
            member = info.filename.replace("\\", "/")
            self._check(info, member)
            self._infos[member] = info
        self.files = {member: info.compress_size for member, info in self._infos.items()}

    def open(self, member: str) -> IO[bytes]:
        return self._archive.open(self._infos[member])

    def _check(self, info: zipfile.ZipInfo, member: str) -> None:
        if info.flag_bits & 1:
            raise SourceError(self._name, member, "the archive has a password.", "Send it without one.")
        if info.compress_type not in _METHODS:
            raise SourceError(
                self._name,
                member,
                f"the file is packed by method {info.compress_type}; expected deflate.",
                "Pack it again as an ordinary .zip.",
            )
        if stat.S_ISLNK(info.external_attr >> 16):
            problem = "the archive holds a link, which is not followed."
            raise SourceError(self._name, member, problem, "Pack the file itself.")
        if member in self._infos:
            raise SourceError(self._name, member, "the archive holds two files of this name.", "Give each its own.")


class _Gzip:
    """A .gz: one file, called like the archive without its ending; the name that it may carry inside is not used."""

    def __init__(self, name: str, path: Path) -> None:
        self._path = path
        base = name.rpartition("/")[2]
        member = re.sub(r"\.tgz$", ".tar", re.sub(r"\.gz$", "", base, flags=re.I), flags=re.I)
        self.files = {member: path.stat().st_size}

    def open(self, member: str) -> IO[bytes]:
        del member  # there is only one
        return cast(IO[bytes], gzip.open(self._path))


@contextmanager
def _opened(path: Path, name: str) -> Iterator[_Zip | _Gzip]:
    check_size(path)
    if not name.lower().endswith(".zip"):
        yield _Gzip(name, path)
        return
    with zipfile.ZipFile(path) as archive:
        yield _Zip(name, archive)


@contextmanager
def _damage_told(name: str) -> Iterator[None]:
    """Whatever the archive's format complains about, as a sentence about the branch's file."""
    try:
        yield
    except SourceError as err:
        raise SourceError(name, err.place, err.problem, err.fix) from err
    except (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as err:
        problem = f"the archive is damaged, was cut off, or is none ({err})."
        raise SourceError(name, "", problem, "Pack the files again and send them again.") from err


class _Budget:
    """How much an archive may still inflate to; what it declares about itself is not believed."""

    def __init__(self, name: str, path: Path) -> None:
        self._name, self._packed = name, path.stat().st_size
        self._total = 0

    def pieces(self, archive: _Zip | _Gzip, member: str) -> Iterator[bytes]:
        """The member's bytes piece by piece; raises `SourceError` as soon as they are too many."""
        packed, size = max(archive.files[member], 1), 0
        with archive.open(member) as stream:
            while piece := stream.read(_CHUNK):
                size, self._total = size + len(piece), self._total + len(piece)
                too_dense = size > INFLATION_FLOOR and size > MAX_INFLATION * packed
                if self._total > MAX_INFLATED_BYTES or too_dense:
                    raise SourceError(
                        self._name,
                        member,
                        f"the archive inflates beyond what records do: more than {self._total:,} bytes from "
                        f"{self._packed:,}; allowed are {MAX_INFLATED_BYTES:,} in all and {MAX_INFLATION} per byte.",
                        "Send the records in several archives, or unpacked.",
                    )
                yield piece


# ---- names ---------------------------------------------------------------------------------------------------------


def _is_hidden(member: str) -> bool:
    """What file managers add on their own: `__MACOSX/._ledger.csv`, `.DS_Store`, `~$ledger.xlsx`."""
    parts = member.split("/")
    return "__MACOSX" in parts or any(part not in (".", "..") and part.startswith((".", "~")) for part in parts)


def _check_names(name: str, members: list[str]) -> None:
    if not members:
        raise SourceError(name, "", "the archive holds no file.", "Send it again, with the files.")
    for member in members:
        parts = member.split("/")
        if member.startswith("/") or re.match(r"[A-Za-z]:", member) or {"", ".", ".."} & set(parts):
            problem = "the archive holds a file whose name points outside of it."
            raise SourceError(name, repr(member), problem, "Pack the files again, without their folders' full paths.")
        if not member.isprintable():
            problem = "the archive holds a file whose name has a character that cannot be shown."
            raise SourceError(name, ascii(member), problem, "Rename the file and pack it again.")
        if member.lower().endswith(_ARCHIVES):
            problem = "the archive holds another archive, which is not opened."
            raise SourceError(name, member, problem, "Send the files themselves in one .zip.")
