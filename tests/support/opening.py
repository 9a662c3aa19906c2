"""Whoever hears `[workspace-wanted]`, at once: for tests of commands, which wait for it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from google.api_core.exceptions import GoogleAPICallError

from shared.messages import Message, WorkspaceWanted
from shared.opening.opener import Opener
from shared.warehouse import names


@dataclass
class OpeningBus:
    """A bus on which open_workspace is awake, and hears of the agency's marts right after a workspace's."""

    inner: Any
    opener: Opener

    def publish(self, *messages: Message) -> None:
        for message in messages:
            if isinstance(message, WorkspaceWanted):
                with suppress(GoogleAPICallError):  # it comes again
                    self.opener.handle(message)
                    self.opener.handle(WorkspaceWanted(names.AGENCY))
            else:
                self.inner.publish(message)
