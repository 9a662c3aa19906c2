"""Moments as people say them, by the clock of a zone: 14:05 today, Fri 09:00 this week, else 27 Nov."""

from __future__ import annotations

from datetime import datetime, timedelta

from shared.console.tongue import say, say_of
from shared.kit.calendar import is_zone, zone_named
from shared.tongue import forms

WEEK = timedelta(days=6)


def when(moment: datetime, zone: str, now: datetime) -> str:
    place = zone_named(zone if is_zone(zone) else "UTC")
    there, today = moment.astimezone(place), now.astimezone(place).date()
    if there.date() == today:
        return f"{there:%H:%M}"
    if abs(there.date() - today) <= WEEK:
        return f"{say(forms.WEEKDAYS[there.weekday()])} {there:%H:%M}"
    return forms.day(there.date()) if there.year == today.year else forms.dated(there.date())


def short(moment: datetime, zone: str, now: datetime) -> str:
    """The same where there is little room: 14:05 today, else a day."""
    place = zone_named(zone if is_zone(zone) else "UTC")
    there, today = moment.astimezone(place), now.astimezone(place).date()
    if there.date() == today or abs(there.date() - today) > WEEK:
        return when(moment, zone, now)
    return f"{say(forms.WEEKDAYS[there.weekday()])} {there.day}"


def lasting(seconds: float) -> str:
    """About so long; a figure that looks exact would be none."""
    if seconds < 50:
        return say("under a minute")
    minutes = round(seconds / 60)
    if minutes < 90:
        return say_of("about %(count)s minute", "about %(count)s minutes", minutes)
    hours = round(seconds / 3600)
    if hours < 36:
        return say_of("about %(count)s hour", "about %(count)s hours", hours)
    return say_of("about %(count)s day", "about %(count)s days", round(seconds / 86_400))
