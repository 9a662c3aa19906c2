"""Whose installation it is: what every page of it bears, whoever asks by it."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from shared import log
from shared.brand import colour, picture
from shared.brand.picture import Picture, Unfit
from shared.oauth.style import CSS, DARK, LIGHT
from shared.settings import Settings
from shared.stores.ports import Documents

LOGO = "logo"  # the last part of its address
WHERE = "brand/logo"  # the document; Terraform puts it there


@dataclass(frozen=True, slots=True)
class House:
    agency: str = ""
    logo: str = ""  # address of its picture; empty: it has none
    notice: str = ""  # address of the agency's own privacy notice; empty: ours is all there is
    style: str = CSS


@dataclass
class Logo:
    """The agency's picture, read once by each process. A fault never stands in the way of who is connecting."""

    documents: Documents
    wanted: bool
    found: Picture | None = None
    looked: bool = field(default=False, repr=False)

    def get(self) -> Picture | None:
        if not self.wanted or self.looked:
            return self.found
        try:
            doc = self.documents.get(WHERE)
            self.found = picture.read(bytes(doc["picture"])) if doc else None
        except Unfit as unfit:
            log.warning("the logo is not shown", why=str(unfit))
        except Exception as error:
            log.failure("the logo could not be read", error)
            return None  # the next page tries again
        self.looked = True
        return self.found


def house(settings: Settings, logo: Logo) -> House:
    address = f"{settings.start_url.rstrip('/')}/{LOGO}" if logo.get() else ""
    return House(settings.agency, address, settings.privacy_notice, style(settings))


def style(settings: Settings) -> str:
    """The style sheet, in the agency's colour."""
    if not settings.colour:
        return CSS
    light, dark = (_root(colour.on_paper(settings.colour, paper)) for paper in (LIGHT, DARK))
    return f"{CSS}{light}\n@media (prefers-color-scheme: dark) {{ {dark} }}\n"


def pictures(settings: Settings) -> str:
    """From where pages may load a picture."""
    found = urlsplit(settings.start_url)
    return f"{found.scheme}://{found.netloc}" if settings.logo else ""


def _root(pair: colour.Pair) -> str:
    return f":root {{ --go: {pair.go}; --go-deep: {pair.deep}; --on-go: {pair.on}; --link: {pair.go}; }}"
