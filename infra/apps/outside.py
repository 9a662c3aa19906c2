"""Addresses that are no platform's, asked with the same care: one host, no redirects, a deadline, a bounded answer."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from urllib.parse import urlsplit

from shared.http import Http
from shared.vocabulary.access import Account, Credential, bearer
from shared.vocabulary.platform import Limits, Platform
from shared.vocabulary.wire import Answer, Request


def ask(http: Http, title: str, address: str, headers: Mapping[str, str] | None = None) -> Answer:
    parts = urlsplit(address)
    site = Platform(
        name="outside",
        title=title,
        base=f"{parts.scheme}://{parts.netloc}",
        auth=(),
        authorise=bearer,
        discover=_nobody,
        limits=Limits(),
        streams=(),
        version="",
        refuse=lambda answer: None,
    )
    return http.send(site, Request("GET", address, headers=headers or {}))


def _nobody(credential: Credential) -> Generator[Request, Answer, tuple[Account, ...]]:
    yield from ()
    return ()
