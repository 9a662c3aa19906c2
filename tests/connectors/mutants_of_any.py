"""What can be broken in the streams of any platform, made of its declaration. `mutants.py` holds what is special."""

from __future__ import annotations

from collections.abc import Iterator

from shared.vocabulary.paging import Once
from shared.vocabulary.platform import Platform
from shared.vocabulary.stream import Stream
from tests.connectors.breaking import (
    Break,
    Mutant,
    column,
    ends_with_the_first_page,
    parent,
    platform_with,
    rule,
    since,
    stream,
    tells_its_token,
    without_column,
)


def of(platform: Platform) -> Iterator[Mutant]:
    anyone = platform.streams[0]
    for what, noticed_by, broken in (
        ("carries no credential", "credential_goes_with_every_call_and_only_in_its_header",
         platform_with(authorise=lambda credential: {})),
        ("takes a refusal for an answer", "refused_credential_asks_to_connect_again",
         platform_with(refuse=lambda answer: None)),
        ("tells its token", "no_error_tells_the_credential", platform_with(discover=tells_its_token)),
        ("does not say what it reads", "platform_says_who_it_is", platform_with(reads="")),
    ):  # fmt: skip
        yield Mutant(f"{platform.name} {what}", noticed_by, f"{platform.name}.{anyone.name}", broken)
    for each in platform.streams:
        for what, noticed_by, broken in of_stream(each):
            table = platform.table(each.name)
            yield Mutant(f"{table} {what}", noticed_by, f"{platform.name}.{each.name}", broken)


def of_stream(each: Stream) -> Iterator[tuple[str, str, Break]]:
    name, pages = each.name, each.pages
    yield "asks another address", "first_call_is_the_meant_one", stream(name, path=f"{each.path}s")
    yield (
        "looks for records elsewhere",
        "records_that_are_not_where_they_belong_are_an_error",
        stream(name, records="renamed"),
    )
    for one in each.columns:
        if one.key:
            yield (
                f"leaves {one.name} out of its key",
                "keys_are_the_meant_ones_and_unique_as_values",
                column(name, one.name, key=False),
            )
        else:
            yield f"forgets {one.name}", "every_documented_field_arrives_unharmed", without_column(name, one.name)
    if not isinstance(pages, Once):
        yield (
            "ends with its first page",
            "every_row_of_every_page_is_read",
            rule(type(pages), "next", ends_with_the_first_page),
        )
    if each.total:
        yield "believes no total", "what_was_read_is_proved_by_the_platforms_total", stream(name, total=None)
    if each.since:
        yield (
            "asks for all of it again",
            "incremental_reading_brings_what_changed_and_no_more",
            since(name, parameter="unknown"),
        )
    if each.parent:
        yield (
            "takes something else of its parent",
            "children_are_planned_for_the_right_parents",
            parent(name, takes={"other": "id"}),
        )
