"""`fields` and `exclude_fields`: dotted paths, comma separated, looking through lists."""

from typing import Any


def exclude(body: Any, paths: str) -> Any:
    for path in filter(None, paths.split(",")):
        body = _without(body, path.strip().split("."))
    return body


def only(body: Any, paths: str) -> Any:
    return _with(body, [path.strip().split(".") for path in paths.split(",") if path.strip()])


def _without(value: Any, path: list[str]) -> Any:
    if isinstance(value, list):
        return [_without(each, path) for each in value]
    if not isinstance(value, dict) or path[0] not in value:
        return value
    if len(path) == 1:
        return {name: each for name, each in value.items() if name != path[0]}
    return value | {path[0]: _without(value[path[0]], path[1:])}


def _with(value: Any, paths: list[list[str]]) -> Any:
    if isinstance(value, list):
        return [_with(each, paths) for each in value]
    if not isinstance(value, dict):
        return value
    kept = {}
    for name, each in value.items():
        deeper = [path[1:] for path in paths if path[0] == name]
        if deeper:
            kept[name] = each if [] in deeper else _with(each, deeper)
    return kept
