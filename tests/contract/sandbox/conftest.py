"""One sandbox per test module; every test works on accounts of its own."""

from collections.abc import Iterator

import pytest

from tests.contract.sandbox.sandbox_peers import Admin, Control, Zuora, running


@pytest.fixture(scope="module")
def module_box() -> Iterator[Control]:
    with running() as control:
        yield control


@pytest.fixture
def box(module_box: Control) -> Iterator[Control]:
    """The module's sandbox, with the settings it began with and no faults."""
    before = module_box.get("settings")
    yield module_box
    module_box.clear_faults()
    module_box.set(**before)


@pytest.fixture
def admin(box: Control) -> Admin:
    return Admin(box.root)


@pytest.fixture
def zuora(box: Control) -> Zuora:
    return Zuora(box.root)
