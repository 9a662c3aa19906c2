"""Every setting of every function, typed, read once. A function that lacks one refuses to start and says which."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from urllib.parse import urlsplit

import orjson

COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,6}")
PAGES_DAYS = 400  # how long staged pages are kept where nobody says it; as terraform/variables.tf has it


class Incomplete(Exception):
    """The environment lacks something; the text names every missing or wrong setting at once."""


def setting(name: str, meaning: str, default: str | None = None) -> str:
    """A setting read from the environment variable `name`; without a default it must be there."""
    metadata = {"env": name, "meaning": meaning}
    return field(default=default, metadata=metadata) if default is not None else field(metadata=metadata)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    project: str = setting("GOOGLE_CLOUD_PROJECT", "The Google Cloud project everything lives in.")
    bucket: str = setting("TRIBUTARY_BUCKET", "The bucket that pages are staged in.")
    location: str = setting("TRIBUTARY_LOCATION", "Where BigQuery keeps its datasets.", "EU")
    database: str = setting("TRIBUTARY_DATABASE", "The Firestore database.", "(default)")
    people_database: str = setting(
        "TRIBUTARY_PEOPLE_DATABASE", "The Firestore database of people, keys, sessions and the audit log.", "people"
    )
    feeds_database: str = setting(
        "TRIBUTARY_FEEDS_DATABASE",
        "The Firestore database of what feeds' keys open, their limits and accesses.",
        "feeds",
    )
    start_url: str = setting("TRIBUTARY_START_URL", "Public address of oauth_start; connect links begin with it.", "")
    callback_url: str = setting(
        "TRIBUTARY_CALLBACK_URL", "Public address of oauth_callback; redirect URIs are made of it, exactly.", ""
    )
    calls_url: str = setting("TRIBUTARY_CALLS_URL", "Public address of platform_calls; platforms are given it.", "")
    agency: str = setting("TRIBUTARY_AGENCY", "Who runs this installation, as its privacy page says it.", "")
    contact: str = setting(
        "TRIBUTARY_CONTACT", "Whom people write to about their data: an e-mail address, or an https address.", ""
    )
    privacy_notice: str = setting(
        "TRIBUTARY_PRIVACY_NOTICE",
        "Address of the agency's own privacy notice, which the connect pages lead to besides ours.",
        "",
    )
    colour: str = setting(
        "TRIBUTARY_COLOUR", "Colour of the connect pages, such as #1f5eff; made darker or lighter to be readable.", ""
    )
    logo: str = setting(
        "TRIBUTARY_LOGO", "“yes”: the connect pages show the agency's picture, which is in Firestore.", ""
    )
    region: str = setting("TRIBUTARY_REGION", "Where functions, pages and documents are, for the privacy page.", "")
    pages_days: str = setting(
        "TRIBUTARY_PAGES_DAYS", "How long staged pages are kept at most, for the same.", str(PAGES_DAYS)
    )
    published_bucket: str = setting("TRIBUTARY_PUBLISHED_BUCKET", "The bucket that marts are published in.", "")
    publish_minutes: str = setting(
        "TRIBUTARY_PUBLISH_MINUTES",
        "How many minutes lie between two versions of a workspace's marts at least, while somebody looks at them.",
        "60",
    )
    accounts_json: str = setting(
        "TRIBUTARY_ACCOUNTS",
        "JSON: function → the account that it acts as, and “deployer” → yours: who gets into a workspace's datasets.",
        "{}",
    )
    kms_key: str = setting("TRIBUTARY_KMS_KEY", "A key of yours that a workspace's datasets are encrypted with.", "")
    push_audience: str = setting("TRIBUTARY_PUSH_AUDIENCE", "Audience that push requests must carry.", "")
    push_identity: str = setting("TRIBUTARY_PUSH_IDENTITY", "Service account whose push requests are accepted.", "")
    push_certs_url: str = setting(
        "TRIBUTARY_PUSH_CERTS_URL",
        "Where the keys are that sign push requests.",
        "https://www.googleapis.com/oauth2/v1/certs",
    )
    service: str = setting("K_SERVICE", "Name of the service; Cloud Run sets it, and nobody else may.", "")
    signing_secret: str = setting(
        "TRIBUTARY_SIGNING_SECRET",
        "Name of the secret that ties a connect attempt to a browser.",
        "connect-signing-key",
    )
    keys_secret: str = setting(
        "TRIBUTARY_KEYS_SECRET",
        "Name of the secret that keys and tokens are digested with, before anything of them is kept.",
        "key-digests",
    )
    work_seconds: str = setting("TRIBUTARY_WORK_SECONDS", "How long a worker goes on with following pages.", "240")
    lease_seconds: str = setting("TRIBUTARY_LEASE_SECONDS", "After this much silence a worker counts as dead.", "120")
    tick_seconds: str = setting(
        "TRIBUTARY_TICK_SECONDS", "How often the tick comes, that looks after what is under way.", "60"
    )
    backup_days: str = setting(
        "TRIBUTARY_BACKUP_DAYS",
        "How long daily backups of Firestore are kept; receipts of erasures reckon with it.",
        "14",
    )
    origins_json: str = setting(
        "TRIBUTARY_PLATFORM_ORIGINS",
        'JSON: platform → address of a server that stands in for it, for trying things out: {"NAME": "http://…"}.',
        "{}",
    )

    console_url: str = setting("TRIBUTARY_CONSOLE_URL", "Public address of the console, where people sign in.", "")
    feed_url: str = setting("TRIBUTARY_FEED_URL", "Public address of feed, which spreadsheets and programs read.", "")
    api_url: str = setting("TRIBUTARY_API_URL", "Public address of the API, which programs ask.", "")
    api_origins: str = setting(
        "TRIBUTARY_API_ORIGINS",
        "Origins of pages whose scripts may read answers of the API (CORS), with commas between them; as a rule none.",
        "",
    )
    first_owner: str = setting(
        "TRIBUTARY_FIRST_OWNER", "Mail address of the first owner; it counts until that person has signed in.", ""
    )
    idle_minutes: str = setting("TRIBUTARY_IDLE_MINUTES", "A session without activity ends after so long.", "30")
    forwarded_hops: str = setting(
        "TRIBUTARY_FORWARDED_HOPS",
        "Which entry of X-Forwarded-For, from the right, is the visitor's: 1; behind a load balancer of yours 2.",
        "1",
    )
    google_accounts: str = setting(
        "TRIBUTARY_GOOGLE_ACCOUNTS", "Address of a server that stands in for Google's accounts, for trying out.", ""
    )
    smtp_host: str = setting("TRIBUTARY_SMTP_HOST", "The mail server that letters are handed to.", "")
    smtp_port: str = setting("TRIBUTARY_SMTP_PORT", "Its port; Google Cloud lets nothing out by 25.", "587")
    smtp_security: str = setting(
        "TRIBUTARY_SMTP_SECURITY", "“starttls”, “tls” (from the start), or “none”, to this machine only.", "starttls"
    )
    smtp_from: str = setting("TRIBUTARY_SMTP_FROM", "Mail address that letters come from.", "")

    look_up_url: str = setting("TRIBUTARY_LOOK_UP_URL", "Address of look_up, and the audience of calls to it.", "")
    look_up_callers: str = setting(
        "TRIBUTARY_LOOK_UP_CALLERS", "Service accounts whose calls look_up answers, with blanks between them.", ""
    )
    look_up_gib: str = setting("TRIBUTARY_LOOK_UP_GIB", "How many GiB BigQuery may read for one look.", "4")

    no_limits: str = setting(
        "TRIBUTARY_NO_LIMITS",
        "“yes”: a server that stands in for a platform is asked as quickly as it answers. Platforms never are.",
        "",
    )

    @property
    def unlimited(self) -> frozenset[str]:
        """The platforms of which no allowance is kept: only such as a server stands in for."""
        return frozenset(self.origins) if self.no_limits == "yes" else frozenset()

    @property
    def origins(self) -> dict[str, str]:
        return dict(orjson.loads(self.origins_json))

    @property
    def accounts(self) -> dict[str, str]:
        return {name: account for name, account in orjson.loads(self.accounts_json).items() if account}

    @property
    def secure(self) -> bool:
        return self.start_url.startswith("https://")


_NUMBERS = {
    "work_seconds": "seconds",
    "lease_seconds": "seconds",
    "tick_seconds": "seconds",
    "backup_days": "days",
    "pages_days": "days",
    "idle_minutes": "minutes",
    "forwarded_hops": "entries",
    "smtp_port": "ports",
    "publish_minutes": "minutes",
    "look_up_gib": "GiB",
}
_URLS = (
    "start_url",
    "callback_url",
    "calls_url",
    "console_url",
    "feed_url",
    "api_url",
    "google_accounts",
    "look_up_url",
)
_MAILS = ("first_owner", "smtp_from")
_SECURITY = ("starttls", "tls", "none")


def load(*needs: str, env: Mapping[str, str] | None = None) -> Settings:
    """Read the environment. `needs` names further settings that this function cannot do without."""
    env = os.environ if env is None else env
    found: dict[str, str] = {}
    wrong: list[str] = []
    for item in fields(Settings):
        variable = item.metadata["env"]
        value = env.get(variable, "").strip()
        if value:
            found[item.name] = value
        elif item.default is MISSING or item.name in needs:
            wrong.append(f"{variable} is missing: {item.metadata['meaning']}")
    for name, unit in _NUMBERS.items():
        if name in found and not found[name].isdecimal():
            wrong.append(f"{name} must be a whole number of {unit}")
    if "contact" in found and not _reachable(found["contact"]):
        wrong.append("TRIBUTARY_CONTACT must be an e-mail address, or an https address")
    if "privacy_notice" in found and not _public(found["privacy_notice"]):
        wrong.append("TRIBUTARY_PRIVACY_NOTICE must be an https address")
    if "colour" in found and not COLOUR.fullmatch(found["colour"]):
        wrong.append("TRIBUTARY_COLOUR must be of the form #1f5eff")
    for name in _MAILS:
        if name in found and not MAIL.fullmatch(found[name]):
            wrong.append(f"{name} must be a mail address")
    if found.get("smtp_security", "tls") not in _SECURITY:
        wrong.append(f"smtp_security must be one of {', '.join(_SECURITY)}")
    for name in _URLS:
        if name in found and not _proper(found[name]):
            wrong.append(f"{name} must be an https address (http only on this machine), without query or fragment")
    for origin in filter(None, (each.strip() for each in found.get("api_origins", "").split(","))):
        if not _proper(origin) or urlsplit(origin).path.strip("/"):
            wrong.append("api_origins must be https addresses without a path, with commas between them")
    try:
        origins = orjson.loads(found.get("origins_json", "{}"))
        if not isinstance(origins, dict) or not all(map(_address, origins.values())):
            wrong.append("TRIBUTARY_PLATFORM_ORIGINS must be a JSON object of http addresses")
    except orjson.JSONDecodeError:
        wrong.append("TRIBUTARY_PLATFORM_ORIGINS is not JSON")
    if not _accounts(found.get("accounts_json", "{}")):
        wrong.append("TRIBUTARY_ACCOUNTS must be a JSON object of mail addresses")
    if wrong:
        raise Incomplete("; ".join(wrong))
    return Settings(**found)


def _accounts(text: str) -> bool:
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return isinstance(found, dict) and all(
        account is None or (isinstance(account, str) and (not account or MAIL.fullmatch(account)))
        for account in found.values()
    )


def _reachable(contact: str) -> bool:
    return MAIL.fullmatch(contact) is not None or _public(contact)


def _public(url: str) -> bool:
    return url.startswith("https://") and _address(url)


def _proper(url: str) -> bool:
    if not _address(url):
        return False
    parts = urlsplit(url)
    local = parts.hostname in {"127.0.0.1", "localhost"}
    return (parts.scheme == "https" or local) and not parts.query and not parts.fragment


def _address(url: object) -> bool:
    try:
        parts = urlsplit(url) if isinstance(url, str) else urlsplit("")
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
