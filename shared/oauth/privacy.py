"""The privacy page: what is read, where it is kept, for how long, who sees it, how it is deleted. Clients are led
there; platforms want its address before they let an app out.

What depends on the installation comes from its settings, what depends on a platform from its declaration. The rest is
what the program does; tests hold its numbers to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from markupsafe import Markup

from shared.oauth import permissions
from shared.oauth.house import House
from shared.oauth.html import a, contact, items, listed, page, rich, who_asks
from shared.oauth.pages import SENDER
from shared.settings import Settings
from shared.tongue.saying import kept, say
from shared.vocabulary.access import Key, OAuth
from shared.vocabulary.platform import Platform

# As Google words it for apps that ask for sensitive or restricted scopes: under 500 characters, with the link. What it
# suggests is told by mails of its reviewers (https://help.cloudsponge.com/portal/en/kb/articles/
# what-does-google-require-my-privacy-policy-to-contain); the policy is of 15 February 2024. Looked up 2026-11-30.
LIMITED_USE = kept(
    "%(who)s’s use and transfer to any other app of information received from Google APIs will adhere to the "
    '<a href="https://developers.google.com/terms/api-services-user-data-policy">'
    "Google API Services User Data Policy</a>, including the Limited Use requirements."
)

# Columns that name somebody or say where to reach them.
PERSONAL = re.compile(
    r"(first|last|full)_name|(current_|contact_)?email(_address|_id)?|((sms|contact)_)?phone(_numbers?)?|address1|"
    r"street_address(es)?|birthday_\w+|ip"
)

HAD_BACK = 14  # days, of what was deleted: as a version of it for seven, and seven more in the bin of bucket or table
RECOVERED = 7  # days, of the database
SAVED = 400  # days, of what an operator saved of the database by hand
LOGS, AUDIT, JOBS = 30, 400, 180  # days: log lines, who opened a secret, BigQuery's list of what it was asked


def privacy(settings: Settings, house: House, platforms: Iterable[Platform]) -> Markup:
    who = settings.agency or say(SENDER)
    return page(
        house,
        f"{say('Privacy')} · {settings.agency}" if settings.agency else say("Privacy"),
        who_asks(house, settings.agency),
        Markup("<h1>{}</h1>").format(say("What happens to your data")),
        Markup('<p class="lead">{}</p>').format(
            say(
                "You connect accounts, and %(who)s reads what is in them, to make reports of it. This page says what "
                "is read, where it is kept, for how long, who sees it and how it is deleted.",
                who=who,
            )
        ),
        _own(settings),
        _who(settings),
        _section("read", say("What is read")),
        Markup("<p>{}</p>").format(
            say(
                "Only accounts that somebody connected, and only what stands below. Nothing is ever changed, "
                "published, sent or paid for in them. What a platform sends along with it is kept, too."
            )
        ),
        *(_platform(each) for each in sorted(platforms, key=lambda each: each.title)),
        _section("purpose", say("What for")),
        Markup("<p>{}</p>").format(
            say(
                "For reports and figures about the business whose account it is, and for decisions that rest on them. "
                "It is not sold."
            )
        ),
        *_kept(settings),
        *_seen(who),
        *_deleted(settings),
        *_google(settings),
        *_meta(),
        *_amazon(who),
        _section("cookies", say("Cookies")),
        Markup("<p>{}</p>").format(
            say(
                "This page sets none. While you connect an account, one cookie ties your steps together. It ends "
                "after an hour. No page of ours loads anything from elsewhere or follows what you do."
            )
        ),
        _section("rights", say("Your rights")),
        Markup("<p>{} {}</p>").format(
            say(
                "The law where you live may let you ask what is kept about you, have it corrected or deleted, or "
                "complain to an authority. If you are a customer or reader of a business that connected its account, "
                "ask that business, or us."
            ),
            _write(settings),
        ),
    )


def _section(name: str, title: str) -> Markup:
    return Markup('<h2 id="{}">{}</h2>').format(name, title)


def _facts(facts: Iterable[tuple[str, str | Markup]]) -> Markup:
    lines = (Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(name, value) for name, value in facts)
    return Markup('<dl class="facts">{}</dl>').format(Markup("").join(lines))


def _own(settings: Settings) -> Markup:
    if not settings.privacy_notice:
        return Markup("")
    line = rich(
        'What %(who)s does with data besides is in its <a href="%(notice)s" rel="noreferrer">privacy notice</a>.',
        who=settings.agency or say("whoever runs this"),
        notice=settings.privacy_notice,
    )
    return Markup("<p>{}</p>").format(line)


def _who(settings: Settings) -> Markup:
    facts = [(say("Who reads"), settings.agency), (say("Write to"), contact(settings.contact))]
    told = [(name, value) for name, value in facts if value]
    lacks = Markup("")
    if len(told) < len(facts):
        lacks = Markup('<p class="note warn">{}</p>').format(
            say(
                "Who runs this service has not put a name and an address here yet. Please ask whoever sent you the "
                "link."
            )
        )
    return lacks + (_facts(told) if told else Markup(""))


def _write(settings: Settings) -> Markup:
    if settings.contact:
        return rich("Write to %(whom)s.", whom=contact(settings.contact))
    return rich("Ask whoever sent you the link.")


# -- what is read ----------------------------------------------------------------------------------


def _platform(platform: Platform) -> Markup:
    always = [say(stream.title) for stream in platform.streams if not stream.optional]
    asked = [say(stream.title) for stream in platform.streams if stream.optional]
    people = [say(stream.title) for stream in platform.streams if _personal(column.name for column in stream.columns)]
    told = [
        say(platform.reads),
        say("One by one: %(what)s.", what=listed(always)),
        say("Only where the report needs it: %(what)s.", what=listed(asked)) if asked else "",
        say("Names or addresses of people are in: %(what)s.", what=listed(people)) if people else "",
    ]
    return Markup('<details class="platform" id="{}"><summary>{}</summary>{}{}</details>').format(
        platform.name,
        platform.title,
        Markup("").join(Markup("<p>{}</p>").format(line) for line in told if line),
        Markup("").join(_way(platform, way) for way in platform.auth),
    )


def _personal(columns: Iterable[str]) -> bool:
    return any(PERSONAL.fullmatch(name) for name in columns)


def _way(platform: Platform, way: OAuth | Key) -> Markup:
    """What lets us in, and how it ends."""
    if isinstance(way, Key):
        begins = kept("Instead, you may paste %(key)s.") if platform.oauth else kept("You paste %(key)s.")
        goes_on = say(
            "It opens what it was made for; reading is all that is done with it. To end it, delete it at %(platform)s.",
            platform=platform.title,
        )
        return Markup("<p>{} {}</p>").format(say(begins, key=a(way.name)), goes_on)
    every = [stream.name for stream in platform.streams]  # an agency may ask for more than is read by itself
    lets = Markup("<p>{}</p>{}").format(
        say("The permissions that you are asked for:"), permissions.lines(platform, way, every)
    )
    broader = permissions.broader(platform) if way.beyond or not way.scopes else ""
    ends = say("You can end the access in your %(platform)s account at any time.", platform=platform.title)
    if way.revocation:
        ends += " " + say("When we disconnect it, %(platform)s is told so.", platform=platform.title)
    return Markup("{}<p>{} {}</p>").format(lets if way.scopes else Markup(""), broader, ends)


# -- where, how long, who --------------------------------------------------------------------------


def _kept(settings: Settings) -> Iterable[Markup]:
    there = f"Google Cloud, {settings.region}" if settings.region else "Google Cloud"
    yield _section("kept", say("Where it is kept"))
    yield _facts(
        [
            (say("What was read"), f"BigQuery, {settings.location}"),
            (say("Answers of the platforms, as they came"), there),
            (say("What is connected, and what was read when"), there),
            (say("What lets us into your accounts"), "Google Secret Manager"),
        ]
    )
    yield Markup("<p>{}</p>").format(
        say(
            "It is encrypted on its way and where it lies. What lets us into your accounts is kept apart from "
            "everything else. It is opened by the programs that read, and could be by those who run the service; each "
            "opening is written down. Google chooses where Secret Manager keeps its copies."
        )
    )
    yield _section("how-long", say("For how long"))
    yield items(
        "points dots",
        [
            say("What lets us into an account: until it is disconnected. Then it is destroyed."),
            say(
                "What was read: until the account is disconnected and its rows are deleted, or until the business "
                "leaves. How figures changed may be kept for less, where that was agreed."
            ),
            say("Answers of the platforms, as they came: %(days)s days at most.", days=settings.pages_days),
            say(
                "What was deleted can be had back for %(days)s days. The list of what is connected is in backups for "
                "%(backups)s days, and for %(saved)s where it was saved by hand.",
                days=HAD_BACK,
                backups=max(int(settings.backup_days), RECOVERED),
                saved=SAVED,
            ),
            say(
                "Logs: %(logs)s days. They hold no content and nothing that lets anybody in. Who opened what lets us "
                "in: %(audit)s days. BigQuery’s list of what it was asked: %(jobs)s days.",
                logs=LOGS,
                audit=AUDIT,
                jobs=JOBS,
            ),
        ],
    )


def _seen(who: str) -> Iterable[Markup]:
    yield _section("seen", say("Who sees it"))
    yield items(
        "points dots",
        [
            say(
                "People of %(who)s who make the reports, or run the service. They may look at several businesses at "
                "once.",
                who=who,
            ),
            say(
                "People of the business whose account it is, if they were let in. The data of each business lies "
                "apart; they see what is theirs."
            ),
            say("Google keeps it for us, as told above."),
            say("Nobody else, unless a law says so, or the business hands on its own reports."),
        ],
    )


# -- the end ---------------------------------------------------------------------------------------


def _deleted(settings: Settings) -> Iterable[Markup]:
    """Also what Meta calls the instructions for data deletion."""
    yield _section("deletion", say("How it is deleted"))
    yield Markup("<p>{}</p>").format(say("This holds for every platform, Facebook and Instagram among them."))
    yield items(
        "points next",
        [
            say(
                "To stop the reading, end the access in your account at the platform. Nothing new is read from then on."
            ),
            Markup("{} {}").format(
                say("To have deleted what was read, say so. Name the platform and the account."), _write(settings)
            ),
            say(
                "The account is disconnected: its access is given back where the platform takes it, and what let us "
                "in is destroyed. Then its rows go, how they changed, and the answers as they came. If a business "
                "leaves, everything that is kept for it goes."
            ),
            say(
                "You get a receipt. It lists what was destroyed, and each place where something remains, with the day "
                "on which that ends. Reports that were made before are not called back."
            ),
        ],
        ordered=True,
    )


def _google(settings: Settings) -> Iterable[Markup]:
    yield _section("google", say("Data from Google"))
    yield Markup('<p class="note">{}</p>').format(rich(LIMITED_USE, who=settings.agency or say("This app")))
    yield Markup("<p>{}</p>").format(say("That is, of what Google Ads and Google Analytics tell:"))
    yield items(
        "points dots",
        [
            say("It is used for the reports and figures that you see, and for nothing else."),
            say("It is handed on only for them, for security, or because a law says so."),
            say("It is never used or sold for advertising, nor to judge anybody’s credit."),
            say(
                "People read it because you agreed to that when you connected the account, for security, or because a "
                "law says so."
            ),
        ],
    )


def _meta() -> Iterable[Markup]:
    """Every app must say in its privacy notice how one asks for deletion (https://developers.facebook.com/docs/
    development/create-an-app/app-dashboard/data-deletion-callback, looked up 2026-11-30)."""
    yield _section("meta", say("Data from Facebook and Instagram"))
    yield items(
        "points dots",
        [
            say(
                "It is used for the reports and figures of the business that connected it, and for nothing else. It "
                "is not sold, not used to follow or judge people, and not given to anybody who does that."
            ),
            say(
                "To end the access, open Facebook: Settings, Apps and websites, or Business integrations. Remove the "
                "app there, and ask for your data to be deleted. Facebook tells us so, the access is ended, and what "
                "was read with it is deleted; an address shows you how far that is."
            ),
            rich('Or go by <a href="#deletion">How it is deleted</a>.'),
        ],
    )


def _amazon(who: str) -> Iterable[Markup]:
    """Login with Amazon wants the address of such a notice, and shows it beside its consent
    (https://developer.amazon.com/docs/login-with-amazon/register-web.html, looked up 2026-11-30)."""
    yield _section("amazon", say("Data from Amazon Ads"))
    yield items(
        "points dots",
        [
            say(
                "Login with Amazon tells %(who)s which advertising accounts you may see, and nothing of what you buy, "
                "of your address, or of how you pay.",
                who=who,
            ),
            say(
                "What campaigns cost and brought is used for the account that you chose. It lies apart from that of "
                "other advertisers and is not shown to them."
            ),
            say("To end the access: in your Amazon account, under Login with Amazon, remove the app."),
        ],
    )
