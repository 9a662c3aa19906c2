"""How Google's answers about an app for Google Ads are read."""

from __future__ import annotations

from shared.platforms.google.app import consent
from shared.vocabulary.apps import AppWords

APP = AppWords(consent=consent, apis=("googleads.googleapis.com",))
