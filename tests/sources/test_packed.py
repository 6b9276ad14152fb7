"""Archives that a branch sends: what is in them, and everything that an archive may try."""

from __future__ import annotations

import gzip
import hashlib
import io
import random
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.errors import SourceError
from pipelines.sources import packed
from pipelines.sources.packed import Member, contents, imitates_member, is_archive, member_path, unpack

LEDGER = b"Journal;Document\nGL;1\n"
CHART = "Konto;Name\n1000;Käse\n".encode()
Put = Callable[[bytes], Path]


@pytest.fixture
def put(tmp_path: Path) -> Put:
    """The archive as the lake keeps it: under its hash, without a suffix."""

    def _put(content: bytes) -> Path:
        path = tmp_path / hashlib.sha256(content).hexdigest()
        path.write_bytes(content)
        return path

    return _put


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return stream.getvalue()


def refusal(path: Path, name: str = "deliver.zip") -> str:
    with pytest.raises(SourceError) as caught:
        contents(path, name)
    assert str(caught.value).startswith(name)
    return str(caught.value)


def described(name: str, content: bytes) -> Member:
    return Member(name, hashlib.sha256(content).hexdigest(), len(content))


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_zip_holds_its_files_in_order_of_name(put: Put, tmp_path: Path, method: int) -> None:
    path = put(zipped({"month/ledger.csv": LEDGER, "chart.csv": CHART, "empty.csv": b"", "month/": b""}, method))
    found = contents(path, "deliver.zip")
    assert found.members == (
        described("chart.csv", CHART),
        described("empty.csv", b""),
        described("month/ledger.csv", LEDGER),
    )
    target = tmp_path / "scratch" / "member"
    assert unpack(path, "deliver.zip", "chart.csv", target) == hashlib.sha256(CHART).hexdigest()
    assert target.read_bytes() == CHART


def test_a_gz_holds_the_file_of_its_own_name(put: Put, tmp_path: Path) -> None:
    stream = io.BytesIO()
    with gzip.GzipFile("/etc/passwd", "wb", fileobj=stream) as archive:  # the name inside is not believed
        archive.write(LEDGER)
    path = put(stream.getvalue() + gzip.compress(CHART))  # a gz may hold several parts of one file
    assert contents(path, "2026/ledger.csv.GZ").members == (described("ledger.csv", LEDGER + CHART),)
    unpack(path, "2026/ledger.csv.GZ", "ledger.csv", tmp_path / "member")
    assert (tmp_path / "member").read_bytes() == LEDGER + CHART


def test_what_file_managers_add_is_left_alone_and_named(put: Put) -> None:
    files = {"ledger.csv": LEDGER, "__MACOSX/._ledger.csv": b"x", ".DS_Store": b"x", "a/~$book.xlsx": b"x"}
    found = contents(put(zipped(files)), "deliver.zip")
    assert [member.name for member in found.members] == ["ledger.csv"]
    assert found.hidden == (".DS_Store", "__MACOSX/._ledger.csv", "a/~$book.xlsx")


def test_names() -> None:
    assert [name for name in ("a.zip", "a.CSV.GZ", "a.tgz", "a.csv", "a.xlsx", "a.7z") if is_archive(name)] == [
        "a.zip",
        "a.CSV.GZ",
        "a.tgz",
    ]
    assert member_path("x/deliver.zip", "y/ledger.csv") == "x/deliver.zip!y/ledger.csv"
    assert imitates_member("x/deliver.ZIP!ledger.csv")
    assert not imitates_member("x/hurray!.csv")


def test_backslashes_of_old_packers_are_folders(put: Put) -> None:
    assert [one.name for one in contents(put(zipped({"a\\ledger.csv": LEDGER})), "deliver.zip").members] == [
        "a/ledger.csv"
    ]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"../../etc/passwd": b"x"}, "points outside of it"),
        ({"a/../../b.csv": b"x"}, "points outside of it"),
        ({"/etc/passwd": b"x"}, "points outside of it"),
        ({"..\\..\\b.csv": b"x"}, "points outside of it"),
        ({"C:/b.csv": b"x"}, "points outside of it"),
        ({"ledger.csv": b"x", "inner.zip": b"x"}, "inner.zip: the archive holds another archive"),
        ({"ledger.csv.gz": b"x"}, "ledger.csv.gz: the archive holds another archive"),
        ({"a\x1b[2J.csv": b"x"}, "a character that cannot be shown"),
        ({}, "holds no file"),
        ({".hidden": b"x"}, "holds no file"),
    ],
)
def test_names_that_are_no_good_refuse_the_archive(put: Put, files: dict[str, bytes], expected: str) -> None:
    assert expected in refusal(put(zipped(files)))


def test_two_files_of_one_name_refuse_the_archive(put: Put) -> None:
    stream = io.BytesIO()
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("ledger.csv", LEDGER)
        archive.writestr("ledger.csv", CHART)
    assert "ledger.csv: the archive holds two files of this name. Give each its own." in refusal(put(stream.getvalue()))


def test_a_link_refuses_the_archive(put: Put) -> None:
    link = zipfile.ZipInfo("ledger.csv")
    link.external_attr = 0o120777 << 16
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "ledger.csv: the archive holds a link" in refusal(put(stream.getvalue()))


def test_a_password_refuses_the_archive_with_the_fix(put: Put) -> None:
    content = bytearray(zipped({"ledger.csv": LEDGER}))
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(sign) + offset] |= 1
    assert "ledger.csv: the archive has a password. Send it without one." in refusal(put(bytes(content)))


def test_an_unusual_method_refuses_the_archive(put: Put) -> None:
    message = refusal(put(zipped({"ledger.csv": LEDGER}, zipfile.ZIP_BZIP2)))
    assert "ledger.csv: the file is packed by method 12; expected deflate." in message


def test_a_tar_is_an_archive_in_an_archive(put: Put) -> None:
    path = put(gzip.compress(b"x"))
    for name in ("deliver.tgz", "deliver.tar.gz"):
        assert "deliver.tar: the archive holds another archive" in refusal(path, name)


def test_too_many_files_refuse_the_archive(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "MAX_MEMBERS", 2)
    files = {f"{number}.csv": b"" for number in range(3)}
    assert "holds 3 files; expected at most 2" in refusal(put(zipped(files)))


# ---- bombs ---------------------------------------------------------------------------------------------------------


def test_a_file_that_inflates_beyond_reason_is_refused_before_it_has(put: Put, tmp_path: Path) -> None:
    zeros = bytes(64 * 2**20)
    for content, name in ((zipped({"ledger.csv": zeros}), "deliver.zip"), (gzip.compress(zeros), "ledger.csv.gz")):
        path = put(content)
        assert "ledger.csv: the archive inflates beyond what records do" in refusal(path, name)
        with pytest.raises(SourceError, match="inflates beyond"):
            unpack(path, name, "ledger.csv", tmp_path / "member")
        assert (tmp_path / "member").stat().st_size <= 18 * 2**20


def test_an_archive_of_many_files_is_bounded_in_all(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "MAX_INFLATED_BYTES", 5000)
    files = {f"{number}.csv": random.Random(number).randbytes(2000) for number in range(3)}
    message = refusal(put(zipped(files)))
    assert "2.csv: the archive inflates beyond" in message
    assert "allowed are 5,000 in all" in message


def test_a_size_that_lies_is_damage(put: Put) -> None:
    content = bytearray(zipped({"ledger.csv": bytes(100_000)}))
    at = content.index(b"PK\x01\x02") + 24
    content[at : at + 4] = struct.pack("<I", 10)
    assert "is damaged" in refusal(put(bytes(content)))


# ---- damage --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kept", [3, 40, 0.5, 0.99])
@pytest.mark.parametrize("name", ["deliver.zip", "ledger.csv.gz"])
def test_what_was_cut_off_is_refused(put: Put, name: str, kept: float) -> None:
    noise = random.Random(1).randbytes(5000)
    content = zipped({"ledger.csv": noise}) if name.endswith("zip") else gzip.compress(noise)
    cut = content[: kept if isinstance(kept, int) else int(len(content) * kept)]
    assert "damaged, was cut off, or is none" in refusal(put(cut), name)


@pytest.mark.parametrize("name", ["deliver.zip", "ledger.csv.gz"])
def test_what_is_no_archive_is_refused(put: Put, name: str) -> None:
    assert "damaged, was cut off, or is none" in refusal(put(b"Error 500"), name)
    assert "the file is empty" in refusal(put(b""), name)


def test_a_flipped_byte_is_found(put: Put) -> None:
    for content, name in (
        (zipped({"l.csv": LEDGER}, zipfile.ZIP_STORED), "deliver.zip"),
        (gzip.compress(LEDGER), "l.gz"),
    ):
        damaged = bytearray(content)
        damaged[content.index(b"Journal") if name == "deliver.zip" else len(content) - 6] ^= 1
        assert "is damaged" in refusal(put(bytes(damaged)), name)
