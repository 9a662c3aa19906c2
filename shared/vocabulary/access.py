"""How an account is reached: what a person grants or pastes, what is kept of it, and which accounts it opens."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from shared.secret import Secret
from shared.vocabulary.wire import Answer, Json, Request


@dataclass(frozen=True, slots=True)
class Account:
    """An account that a credential opens; each that is chosen becomes a connection of its own.

    `values` fill the platform's base address, headers and calls (a data centre, a profile). `token`: the account's
    own, where the platform gives one per account (a Page). `closed`: why it cannot be read, in words for the client.
    `also`: where no call names the account itself, ids of all that only this account can have, and of what it was
    known by before. A connection that goes by one of them, or reads one, is this account's.
    """

    id: str
    title: str
    zone: str = "UTC"
    currency: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    token: Secret | None = None
    closed: str = ""
    also: tuple[str, ...] = ()


How = Literal["oauth", "key"]  # by consent, or by a key that was pasted

# A protocol written as a conversation: it hands out requests and is sent answers; it never opens a socket.
# Its requests carry the credential already, because not every call of it may (or must) carry it the same way.
# More than one account: the client picks.
Discovery = Callable[["Credential"], Generator[Request, Answer, tuple[Account, ...]]]


@dataclass(frozen=True, slots=True)
class App:
    """What a platform knows us by: the secret `client-{platform}`. `more`: whatever else that secret holds."""

    id: str
    secret: Secret
    more: Mapping[str, Secret] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Credential:
    """What Secret Manager holds for a connection, opened. It prints as dots."""

    token: Secret
    refresh_token: Secret | None = None
    expires_at: str = ""  # ISO; empty: never, or not known
    scopes: tuple[str, ...] = ()
    how: How = "oauth"
    refresh_expires_at: str = ""  # when the grant itself ends unless it is used; counted down
    values: Mapping[str, str] = field(default_factory=dict)  # what the person gave besides: a shop, a region
    app: App | None = None  # of platforms with `needs_app`; never kept with the credential


def bearer(credential: Credential) -> Mapping[str, str]:
    """How most platforms are shown a token."""
    return {"authorization": f"Bearer {credential.token.reveal()}"}


@dataclass(frozen=True, slots=True)
class Field:
    """What else a person is asked for when they connect: a shop's address, a region.

    `pattern` is what it must look like; its group named like the field, if it has one, is the value that is used.
    `choices`: instead of a text, one of these; each stands for all the values that follow from it. `means`: what is
    expected, said to whoever gave something else: "the address of … , such as …".
    """

    name: str
    label: str
    hint: str = ""
    pattern: str = ".+"
    means: str = ""
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # what is read → values


@dataclass(frozen=True, slots=True)
class Revocation:
    """The call by which we give back what was granted to us.

    `by_token`: as RFC 7009 has it, the refresh token is posted, or the access token where there is none. Otherwise the
    call carries the credential like any other. `as_client`: our app says who it is, as it does for tokens.
    """

    url: str
    method: Literal["POST", "DELETE"] = "POST"
    by_token: bool = False
    hint: str = ""  # `token_type_hint`, beside the token
    as_client: bool = False
    ends_all: bool = False  # it ends all that the same login gave to our app, not this grant alone


@dataclass(frozen=True, slots=True)
class OAuth:
    """`{names}` in the addresses are filled from what was asked (`asks`), once it matches `Platform.values`."""

    authorize: str
    token: str
    scopes: tuple[str, ...] = ()
    login: str = ""  # with what one signs in, where it bears another name than the platform: Facebook, for its ads
    # For the client, in words. What a scope opens, where no stream names it: "to read …". And what it allows beyond
    # reading, where the platform has none that is narrower: its own page will say so.
    opens: Mapping[str, str] = field(default_factory=dict)
    beyond: Mapping[str, str] = field(default_factory=dict)
    client_auth: Literal["client_secret_post", "client_secret_basic"] = "client_secret_post"
    pkce: bool = False
    rotating: bool = False  # each refresh kills the refresh token that was used
    extra: Mapping[str, str] = field(default_factory=dict)  # further parameters of the authorize call
    never_expires: bool = False  # the platform says expires_in 0 and means it
    grant_lifetime: timedelta | None = None  # an unused refresh token dies after this
    grant_fixed: bool = False  # counted from the consent; refreshing does not make it longer
    scope_separator: str = " "  # where the platform wants something else than a blank
    token_by_get: bool = False  # the code is traded by GET, everything in the query
    token_params: Mapping[str, str] = field(default_factory=dict)  # further parameters when the code is traded
    asks: tuple[Field, ...] = ()
    # Whether what came back to us is signed by the platform: the raw query, our app, the moment.
    signed: Callable[[str, App, datetime], bool] | None = None
    # The call that trades the first access for one that lasts; its answer is read like the first one's.
    exchange_for_long_lived: Callable[[Credential, App], Request] | None = None
    revocation: Revocation | None = None  # None: the platform has no such call; the client ends the access over there


# A private key, its id and what is claimed → a signed JWT. What it raises says nothing of the key.
Sign = Callable[[Secret, str, Mapping[str, Json]], str]


@dataclass(frozen=True, slots=True)
class Key:
    """A key that the client pastes. `where` is one sentence: where to find it; `pattern` what it looks like, `form` the
    same in words, for whoever pasted something else: "it begins with …".

    `trade`: the key is not sent along but traded for access that ends (a service account): the call for that, made
    of the key and the moment, and signed by whoever makes it.
    """

    where: str
    pattern: str
    help_url: str = ""
    asks: tuple[Field, ...] = ()
    name: str = "API key"  # what the form calls it
    form: str = ""
    long: bool = False  # several lines
    trade: Callable[[Secret, datetime, Sign], Request] | None = None
