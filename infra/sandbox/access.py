"""How a platform hands out access, and how calls carry it. Words only: `grants.py` and `oauth.py` act on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol
from urllib.parse import urlsplit

from infra.sandbox.call_log import CallLog
from infra.sandbox.tokens import Grant

Said = Mapping[str, str]


@dataclass(frozen=True)
class Client:
    """The app that asks. Without registered addresses any page of this machine will do."""

    id: str
    secret: str
    name: str
    redirect_uris: Sequence[str] | None = None

    def may_return_to(self, address: str) -> bool:
        if self.redirect_uris is not None:
            return address in self.redirect_uris
        parts = urlsplit(address)
        local = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")
        return local and parts.username is None and not parts.fragment


@dataclass(frozen=True)
class Carried:
    """A place where calls may carry a credential: a header and the word before it, or a parameter instead."""

    header: str = "Authorization"
    scheme: str = "Bearer"  # "": the header holds the credential and nothing else; Basic: its password
    parameter: str = ""  # of the query or form
    takes: Literal["any", "key", "token"] = "any"


@dataclass(frozen=True)
class Access:
    """What a valid credential opens. A key allows everything unless it was made for less: the scope `*`."""

    token: str
    kind: Literal["key", "token"]
    scopes: tuple[str, ...]
    until: int | None = None  # None: for ever
    subject: str = ""  # whose it is when it was derived from a person's: a page

    def allows(self, scope: str) -> bool:
        return not scope or "*" in self.scopes or scope in self.scopes


@dataclass(frozen=True)
class Terms:
    """How long access lasts. No seconds: for ever; no days: there is no refresh token."""

    access_seconds: int = 0
    refresh_days: int = 0


class AuthorizationServer(Protocol):
    """What a further kind of grant needs of the platform's memory (`grants.Grants`)."""

    @property
    def calls(self) -> CallLog: ...

    def grant(self, scopes: Sequence[str], lasting: bool = True) -> Grant: ...

    def grant_of(self, token: str) -> Grant | None: ...

    def give(self, grant: Grant, terms: Terms | None = None) -> dict[str, Any]: ...

    def end(self, token: str) -> None: ...

    def holds(self, name: str) -> bool: ...


@dataclass(frozen=True)
class Asked:
    """A call of the token address, as a further kind of grant sees it."""

    said: Said
    client: Client
    grants: AuthorizationServer
    now: int


@dataclass(frozen=True)
class Trade:
    """A further kind of grant. `give` is the token answer, or raises `tokens.Denied`."""

    give: Callable[[Asked], dict[str, Any]]
    client: bool = True  # the app must name itself with its secret


@dataclass(frozen=True)
class Returning:
    """The moment a person is sent back to the app."""

    client: Client
    now: int
    said: Said  # what the authorize call said, with the placeholders of its path


Mistake = Literal["client", "redirect"]  # what of the app the platform does not know


@dataclass(frozen=True)
class Shown:
    """A page instead of the consent page, or the way to one."""

    status: int
    text: str = ""
    location: str = ""


@dataclass(frozen=True)
class OAuth:
    """How the platform hands out access. The paths are rules as of routes: `/<version>/dialog/oauth`."""

    authorize_path: str
    token_path: str
    client_auth: Literal["form", "basic", "either"]  # form: among the parameters, wherever those stand
    scopes: Mapping[str, str] = field(default_factory=dict)  # name -> what it allows; empty: none exist
    revoke_path: str = ""  # where a token is given back (RFC 7009), if anywhere
    revoke_by_client: bool = False  # the app must name itself with its secret for that
    access_seconds: int = 0  # 0: never expires
    token_length: int = 50
    refresh_scope: str = ""  # without it no refresh token; "" and no refresh_days: none exist
    refresh_days: int = 0
    state_required: bool = False
    code_seconds: int = 300
    exchanges_per_second: int = 0  # 0: no limit of its own

    # what the authorize call must say
    response_type: str = "code"  # "": it says none
    between: str = " "  # scopes
    pkce: bool = False  # no consent without a challenge; a challenge that was sent is checked anyway
    required: Said = field(default_factory=dict)  # parameters it must say so
    offline: Said = field(default_factory=dict)  # without these, access and no refresh token
    again: Said = field(default_factory=dict)  # … nor without these, once consent was given before

    # how the code is traded
    by_get: bool = False  # everything in the query
    names_grant: bool = True  # with grant_type; False: the code alone will do
    repeats_redirect: bool = True  # with the address that the code was sent to
    trades: Mapping[str, Trade] = field(default_factory=dict)  # grant_type -> further kinds of grants (`exchanges.py`)

    # what it is answered
    rotates: bool = True  # a refresh token works once and is replaced; `refresh=` of `create` goes before
    grace: bool = False  # the replaced one works on until its replacement is first used
    refresh_fixed: bool = False  # its days count from the consent, and refreshing adds none
    repeats_refresh: bool = True  # an answer to a refresh tells the refresh token again although it stays
    access_prefix: str = ""
    refresh_prefix: str = ""
    holders: tuple[str, ...] = ()  # who may have access without consent: e-mails of service accounts
    terms: Callable[[Said], Terms] | None = None  # where what the token call says decides how long
    tell: Callable[[dict[str, Any]], dict[str, Any]] | None = None  # the token answer as this platform writes it
    deny: Callable[[str, str], tuple[int, Any]] | None = None  # error, sentence -> status and body
    returns: Callable[[dict[str, str], Returning], dict[str, str]] | None = None  # the callback's query: signs it

    # what somebody sees for whom there is no consent page
    sign_in: str = ""  # where a visitor is sent who is not signed in; "": to a page of this very address
    signs_in_first: bool = False  # before the app and its address are looked at
    mistaken: Callable[[Mistake], Shown] | None = None  # an unknown app or address; None: a page in plain words
    checks_redirect: bool = False  # the token address, too, looks whether the address is the app's
