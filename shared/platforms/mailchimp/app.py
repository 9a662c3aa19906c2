"""Mailchimp documents nothing of how it refuses an app: that it looks at it before the code is not confirmed."""

from __future__ import annotations

from shared.vocabulary.apps import AppWords

APP = AppWords(silent=True)
