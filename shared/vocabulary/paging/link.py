"""The page rule of lists whose next page is named by its address."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urljoin, urlsplit

from shared.errors import Bug
from shared.vocabulary.paging.ends import check_holder, unsaid
from shared.vocabulary.paging.places import marks
from shared.vocabulary.paging.rule import Name, PageResult, Position
from shared.vocabulary.wire import Answer, Json, Request, at


@dataclass(frozen=True, slots=True)
class Link:
    """The answer holds the address of the next page. It must stay on the host that we asked.

    `limit` "": the platform chooses the size of its pages. `always`: what holds that address is sent with every page,
    also with the last one. Where that is not so, `size` is what fills a page, and `ends.py` says how a list ends.
    """

    at: str
    size: int
    limit: str = "limit"
    always: str = ""

    def apply(self, request: Request, position: Position) -> Request:
        if "link" not in position:
            return request.asking(**{self.limit: str(position.get("size", self.size))}) if self.limit else request
        address = urlsplit(position["link"])
        pairs = parse_qsl(address.query, keep_blank_values=True)
        query = dict(pairs)
        if len(query) < len(pairs):  # a name that stands there twice says two things: the address stays as it is
            return replace(request, url=position["link"], query={})
        return replace(request, url=address._replace(query="").geturl(), query=query)

    def next(self, request: Request, position: Position, answer: Answer, records: list[Json], name: Name) -> PageResult:
        following = at(answer.json, self.at)
        if self.always:
            check_holder(answer.json, self.always)
        if not following:
            if self.always:
                return PageResult(records, None)
            return unsaid(position, records, self.size, sized=bool(self.limit))
        if not isinstance(following, str) or following == position.get("written"):
            raise Bug("paging-stands-still", "The platform keeps sending the same next page.")
        try:
            here, there = urlsplit(request.url), urlsplit(urljoin(request.url, following))
        except ValueError:
            raise Bug("foreign-link", "The platform named a next page at an address that is none.") from None
        if answer.origin and f"{there.scheme}://{there.netloc}" == answer.origin:
            there = there._replace(scheme=here.scheme, netloc=here.netloc)  # a stand-in names itself
        if (there.scheme, there.netloc) != (here.scheme, here.netloc):
            raise Bug("foreign-link", "The platform named a next page on a host that is not its own.")
        size = {"size": position["size"]} if "size" in position else {}
        return PageResult(records, {"link": there.geturl(), "written": following, **marks(position, following), **size})

    def smaller(self, position: Position) -> Position | None:
        return None
