"""Requests in files."""

from typing import Any

import yaml

from domain.errors import InvalidRequest


class _AsTyped(yaml.SafeLoader):
    """Leaves scalars as they were typed, and takes no key twice.

    YAML itself reads the ticket 0012345 as 5349 and the surname No as false, and of two lines with
    the same key it silently takes the last.
    """

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """A mapping, each of whose keys stands in it once."""
        seen = set()
        for key_node, _ in node.value:
            if str(key_node.value) in seen:
                raise yaml.constructor.ConstructorError(
                    problem="a key stands here twice", problem_mark=key_node.start_mark
                )
            seen.add(str(key_node.value))
        return super().construct_mapping(node, deep)


_AsTyped.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in resolvers if tag.endswith(":null")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


_MEANT = "mapping values are not allowed"
"""What the library says where a value has a colon in it, as a sentence may."""


def parse_yaml(text: str) -> dict[str, Any]:
    """The mapping in a YAML request file. Raises InvalidRequest with the line of a syntax error."""
    try:
        data = yaml.load(text, Loader=_AsTyped)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        twice = ": a key stands there twice" if "twice" in str(error) else ""
        colon = "; a value with `: ` in it has to stand in quotes" if _MEANT in str(error) else ""
        raise InvalidRequest([f"the file is not valid YAML{where}{twice}{colon}"]) from None
    if not isinstance(data, dict):
        raise InvalidRequest(["the file must hold a group of `field: value` lines"])
    return data
