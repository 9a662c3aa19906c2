"""What the console's pages say, they say by these."""

from __future__ import annotations

from shared.tongue.saying import kept, language, say, say_of, text_of
from shared.tongue.sentences import retold

__all__ = ["kept", "language", "retold", "say", "say_of", "text_of"]
