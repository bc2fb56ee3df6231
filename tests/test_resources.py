"""Where contracts and scenarios lie: a folder of one's own, the checkout, the installed copy."""

from __future__ import annotations

from pathlib import Path

import pytest

from understudy import resources
from understudy.errors import InputError

CHECKOUT = Path(__file__).parent.parent


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for name in ("specs/shop.yaml", "scenarios/shop/lost.yaml", "scenarios/shop/base.yaml"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("{}")
    return tmp_path


@pytest.fixture(autouse=True)
def no_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(resources.HOME, raising=False)


def test_the_checkout_is_found() -> None:
    assert resources.spec("looply") == CHECKOUT / "specs" / "looply.yaml"
    assert resources.scenarios_folder() == CHECKOUT / "scenarios"


def test_a_named_folder_goes_first(home: Path) -> None:
    assert resources.spec("shop", home) == home / "specs" / "shop.yaml"
    assert resources.specs(home) == ["shop"]
    assert resources.scenarios(home) == ["shop/base", "shop/lost"]
    assert resources.scenario("shop/lost", home) == home / "scenarios" / "shop" / "lost.yaml"


def test_the_environment_may_name_it(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(resources.HOME, str(home))
    assert resources.specs() == ["shop"]


def test_what_the_folder_lacks_is_taken_from_the_shipped(tmp_path: Path) -> None:
    (tmp_path / "specs").mkdir()
    assert resources.specs(tmp_path) == []
    assert resources.scenarios_folder(tmp_path) == CHECKOUT / "scenarios"


def test_an_installed_copy_has_them_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "site" / "understudy"
    (package / "specs").mkdir(parents=True)
    (package / "stories" / "shop").mkdir(parents=True)
    (package / "specs" / "shop.yaml").write_text("{}")
    (package / "stories" / "shop" / "lost.yaml").write_text("{}")
    monkeypatch.setattr(resources, "PACKAGE", package)
    monkeypatch.setattr(resources, "CHECKOUT", tmp_path)
    assert resources.specs() == ["shop"]
    assert resources.scenarios() == ["shop/lost"]


def test_nothing_installed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "PACKAGE", tmp_path)
    monkeypatch.setattr(resources, "CHECKOUT", tmp_path)
    with pytest.raises(InputError, match=r"no folder specs/ is installed\. Reinstall"):
        resources.specs()


def test_a_folder_that_holds_neither_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(resources.HOME, str(tmp_path))
    with pytest.raises(InputError) as caught:
        resources.specs()
    assert str(caught.value) == (
        f"{resources.HOME}: {tmp_path} holds neither specs/ nor scenarios/. "
        "Name the folder that contains them"
    )


def test_an_unknown_vendor_is_told_what_there_is(home: Path) -> None:
    with pytest.raises(InputError) as caught:
        resources.spec("shpo", home)
    assert str(caught.value) == f"no contract 'shpo' in {home / 'specs'}. There are: shop"


@pytest.mark.parametrize(
    "name", ["../specs/shop", "shop/../shop/lost", "/etc/passwd", "", ".", "x"]
)
def test_no_other_name_is_a_shipped_scenario(home: Path, name: str) -> None:
    assert resources.scenario(name, home) is None


@pytest.mark.parametrize("name", ["../specs/shop", "a/b", "", ".", "shop.yaml"])
def test_no_other_name_is_a_contract(home: Path, name: str) -> None:
    with pytest.raises(InputError, match="There are: shop"):
        resources.spec(name, home)


class TestCache:
    def test_a_folder_of_ones_own(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(resources.CACHE, str(tmp_path))
        assert resources.cache_folder() == tmp_path

    @pytest.mark.parametrize(
        ("platform", "variable", "folder"),
        [
            ("linux", "XDG_CACHE_HOME", ""),
            ("linux", "HOME", ".cache"),
            ("darwin", "HOME", "Library/Caches"),
            ("win32", "LOCALAPPDATA", ""),
        ],
    )
    def test_the_users_cache(
        self,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        platform: str,
        variable: str,
        folder: str,
    ) -> None:
        for name in (resources.CACHE, "XDG_CACHE_HOME", "LOCALAPPDATA"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv(variable, str(tmp_path))
        monkeypatch.setattr("sys.platform", platform)
        assert resources.cache_folder() == tmp_path / folder / "understudy"


def test_a_name_that_no_file_system_takes_is_no_scenario() -> None:
    assert resources.scenario("0" * 4_000) is None
