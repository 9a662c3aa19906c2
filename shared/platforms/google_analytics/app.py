"""How Google's answers about an app for Google Analytics are read."""

from __future__ import annotations

from shared.platforms.google.app import consent
from shared.vocabulary.apps import AppWords

APP = AppWords(consent=consent, apis=("analyticsdata.googleapis.com", "analyticsadmin.googleapis.com"))
