"""What the store of files does alone."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from craton.core.errors import UserError
from craton.lake.local_store import LocalStore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.behaviours.conftest import Place


def test_hidden_and_unfinished_files_are_left_out_of_a_folder(folder: Place) -> None:
    for name in (".hidden", ".git/config", "a.tmp", "b.json.part", "c~", "d.json.gz.0aB3c9fE", "e.json"):
        folder.put(name, b"x")
    assert folder.names() == ["e.json"]


def test_a_hidden_or_unfinished_file_that_is_named_is_read(folder: Place) -> None:
    folder.put(".hidden/.log", b"x")
    folder.put("a.tmp", b"x")
    assert folder.names(folder.at(".hidden/.log")) == [".hidden/.log"]
    assert folder.names(folder.at("a.tmp")) == ["a.tmp"]


def test_a_folder_of_nothing_but_hidden_files_says_so(folder: Place) -> None:
    folder.put(".hidden", b"x")
    with pytest.raises(UserError, match="no file in") as caught:
        folder.names()
    assert "hidden" in str(caught.value.hint)


def test_a_glob_names_files_and_folders(folder: Place) -> None:
    for name in ("a/1.gz", "a/2.json", "b/c/3.gz", "4.gz", "b/.5.gz", "a/6.gz.tmp"):
        folder.put(name, b"x")
    assert folder.names(folder.at("*.gz")) == ["4.gz"]
    assert folder.names(folder.at("**/*.gz")) == ["4.gz", "a/1.gz", "b/c/3.gz"]
    assert folder.names(folder.at("[ab]")) == ["a/1.gz", "a/2.json", "b/c/3.gz"]
    assert folder.names(folder.at("a/*")) == ["a/1.gz", "a/2.json"]


def test_a_glob_is_taken_from_a_folder_with_brackets_in_its_name(
    folder: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.put("[a]/1.gz", b"x")
    monkeypatch.chdir(Path(folder.root) / "[a]")
    assert folder.names("*.gz") == ["[a]/1.gz"]


def test_a_name_with_wildcards_that_exists_is_that_file(folder: Place) -> None:
    folder.put("a[1].json", b"x")
    folder.put("a1.json", b"x")
    assert folder.names(folder.at("a[1].json")) == ["a[1].json"]


def test_a_glob_without_a_match_says_so(folder: Place) -> None:
    with pytest.raises(UserError, match=r"no file matches `.*\*\.gz`"):
        folder.names(folder.at("*.gz"))


def test_a_missing_path_says_how_far_it_exists(folder: Place) -> None:
    folder.put("a/b/c", b"x")
    with pytest.raises(UserError) as caught:
        folder.names(folder.at("a/x/c"))
    assert caught.value.hint == f"`{folder.at('a')}` exists, `x` is not in it"


def test_a_relative_path_and_the_home_folder_become_absolute(
    folder: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.put("a/1", b"x")
    monkeypatch.chdir(folder.root)
    monkeypatch.setenv("HOME", folder.root)
    assert folder.names("a") == ["a/1"]
    assert folder.names("a/../a/1") == ["a/1"]
    assert folder.names("~/a") == ["a/1"]


def test_a_link_in_a_circle_ends(folder: Place) -> None:
    folder.put("a/b/1", b"x")
    (Path(folder.root) / "a" / "b" / "up").symlink_to(Path(folder.root) / "a")
    assert folder.names() == ["a/b/1"]


def test_a_folder_with_two_links_to_it_is_read_once(folder: Place, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "1").write_bytes(b"x")
    for name in ("z", "m"):
        (Path(folder.root) / name).symlink_to(elsewhere)
    assert folder.names() == ["m/1"]


def test_a_broken_link_is_listed_and_fails_when_opened(folder: Place) -> None:
    (Path(folder.root) / "broken").symlink_to("nowhere")
    (Path(folder.root) / "circle").symlink_to("circle")
    folder.put("good", b"x")
    assert folder.names() == ["broken", "circle", "good"]
    for name in ("broken", "circle"):
        with pytest.raises(UserError, match=name):
            folder.store.open(folder.at(name))


def test_what_is_no_regular_file_is_left_out_and_refused_by_name(folder: Place) -> None:
    folder.put("good", b"x")
    os.mkfifo(Path(folder.root) / "pipe")
    assert folder.names() == ["good"]
    with pytest.raises(UserError, match="no file or folder"):
        folder.names(folder.at("pipe"))


@contextmanager
def as_nobody() -> Iterator[None]:
    """Without the rights of root, which may read everything."""
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def forbidden() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        root.chmod(0o755)
        (root / "closed").mkdir()
        (root / "closed" / "a").write_bytes(b"x")
        (root / "open").mkdir()
        (root / "open" / "secret").write_bytes(b"x")
        (root / "open" / "secret").chmod(0)
        (root / "closed").chmod(0)
        yield root
        (root / "closed").chmod(0o700)


def test_a_file_that_may_not_be_read_is_listed_and_fails_when_opened(forbidden: Path) -> None:
    with as_nobody():
        (found,) = LocalStore().list(str(forbidden / "open"))
        with pytest.raises(UserError, match="secret` may not be read"):
            LocalStore().open(found.uri)


def test_a_folder_that_may_not_be_read_is_an_error_and_not_an_empty_folder(forbidden: Path) -> None:
    with as_nobody(), pytest.raises(UserError, match="closed` cannot be read: permission denied") as caught:
        list(LocalStore().list(str(forbidden)))
    assert "would be missing" in str(caught.value.hint)


def test_a_file_whose_name_is_no_text_has_an_address_by_which_it_is_opened(folder: Place) -> None:
    try:
        (Path(folder.root) / os.fsdecode(b"bad\xff.json")).write_bytes(b"x")
    except OSError:
        pytest.skip("this file system takes no such name")
    (found,) = folder.store.list(folder.root)
    assert found.uri.endswith("/bad%FF.json")
    with folder.store.open(found.uri) as stream:
        assert stream.read() == b"x"


def test_a_local_file_has_no_version(folder: Place) -> None:
    folder.put("a", b"x")
    assert next(iter(folder.store.list(folder.root))).version is None
