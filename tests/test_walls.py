"""Who may import whom (pyproject.toml): the tree holds it, and an import upwards is noticed."""

from __future__ import annotations

from copy import deepcopy

import grimp
import pytest
from importlinter.api import read_configuration
from importlinter.contracts.acyclic_siblings import AcyclicSiblingsContract
from importlinter.contracts.forbidden import ForbiddenContract
from importlinter.contracts.layers import LayersContract
from importlinter.contracts.protected import ProtectedContract

from infra.tools.docs import ROOT

SETTINGS = read_configuration(str(ROOT / "pyproject.toml"))
ROOTS = SETTINGS["session_options"]["root_packages"]
KINDS: dict[str, type] = {
    "layers": LayersContract,
    "forbidden": ForbiddenContract,
    "protected": ProtectedContract,
    "acyclic_siblings": AcyclicSiblingsContract,
}
UPWARDS = {
    "functions.tell_run.main -> infra.stand_in": "know nothing of each other",
    "infra.bench.start -> functions.tell_run.main": "know nothing of each other",
    "shared.log -> infra.bench.start": "know nothing of each other",
    "shared.warehouse.spec -> shared.stores.ports": "standing on those below",
    "shared.vocabulary.wire -> shared.kit.money": "standing on those below",
    "shared.stores.pubsub -> shared.sync.planner": "standing on those below",
    "shared.platforms.klaviyo.access -> shared.reading.records": "declared, not carried out",
    "shared.reading.records -> shared.platforms.klaviyo.access": "standing on those below",
    "shared.sync.planner -> shared.platforms.klaviyo.access": "knows the platforms by name",
    "shared.sync.debts -> shared.sync.planner": "No circles",
    "infra.sandbox.limits -> infra.sandbox.costs": "No circles",
    "infra.sandbox.klaviyo.world -> shared.platforms.klaviyo.columns": "facts of its own",
    "infra.sandbox.plain -> shared.platforms": "facts of its own",
}


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(*ROOTS, cache_dir=None)


def broken(graph: grimp.ImportGraph) -> set[str]:
    found = set()
    for options in SETTINGS["contracts_options"]:
        own = {name: value for name, value in options.items() if name not in ("name", "type")}
        contract = KINDS[options["type"]](options["name"], SETTINGS["session_options"], own)
        if not contract.check(deepcopy(graph), verbose=False).kept:
            found.add(options["name"])
    return found


def test_the_tree_holds_its_walls(graph: grimp.ImportGraph) -> None:
    assert broken(graph) == set()


@pytest.mark.parametrize("upwards", UPWARDS)
def test_an_import_upwards_is_noticed(graph: grimp.ImportGraph, upwards: str) -> None:
    importer, imported = upwards.split(" -> ")
    changed = deepcopy(graph)
    for module in (importer, imported):
        changed.add_module(module)
    changed.add_import(importer=importer, imported=imported, line_number=1, line_contents=upwards)
    assert any(UPWARDS[upwards] in name for name in broken(changed)), broken(changed)


def test_a_new_room_of_shared_has_to_say_where_it_stands(graph: grimp.ImportGraph) -> None:
    changed = deepcopy(graph)
    changed.add_module("shared.newcomer")
    assert broken(changed) == {"The rooms of shared, each standing on those below it"}
