"""Who may come: a key for agents, or a token that a person gave an agent for this very address (RFC 8707).

A key of the API does not open this, and what opens this does not open the API: whoever hands an agent a key hands it
no more than what an agent needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.agents.message import Wrong
from shared.keys.admission import Admitted, Caller, Door, Refused
from shared.keys.scopes import Scope, for_kind
from shared.keys.texts import Kind
from shared.keys.tokens import Tokens

WELL_KNOWN = "/.well-known/oauth-protected-resource"


@dataclass(frozen=True)
class Gate:
    door: Door
    tokens: Tokens
    address: str  # of /mcp: what tokens must have been given for
    issuer: str  # the console, where people give them

    @property
    def metadata_address(self) -> str:
        """Where what is told of /mcp stands (RFC 9728, 3.1)."""
        origin = self.address.removesuffix("/mcp")
        return f"{origin}{WELL_KNOWN}/mcp"

    def metadata(self) -> Mapping[str, Any]:
        return {
            "resource": self.address,
            "resource_name": "Tributary",
            "authorization_servers": [self.issuer],
            "scopes_supported": [str(scope) for scope in for_kind(Kind.MCP)],
            "bearer_methods_supported": ["header"],
        }

    def admit(self, presented: str, caller: Caller) -> Admitted:
        """Raises Wrong, with where to get what is missing."""
        if not presented:
            raise Wrong(401, "Say who asks: Authorization: Bearer, and a key or token.", 401, headers=self.challenge())
        try:
            if presented.startswith(f"trib_{Kind.TOKEN}_"):
                return self.tokens.admit(presented, self.address, caller)
            return self.door.admit(presented, {Kind.MCP}, caller)
        except Refused as refused:
            headers = {**refused.headers, **(self.challenge("invalid_token") if refused.status == 401 else {})}
            raise Wrong(refused.status, refused.sentence, refused.status, {"code": refused.code}, headers) from None

    def challenge(self, error: str = "", scope: str = "") -> Mapping[str, str]:
        """What a client needs to ask a person (RFC 9728, 5.1). Unless one scope is missing, it needs them all."""
        said = {
            "realm": "tributary",
            "error": error,
            "scope": scope or " ".join(for_kind(Kind.MCP)),
            "resource_metadata": self.metadata_address,
        }
        return {"WWW-Authenticate": "Bearer " + ", ".join(f'{name}="{value}"' for name, value in said.items() if value)}

    def lacks(self, scope: Scope) -> Wrong:
        challenge = self.challenge("insufficient_scope", str(scope))
        return Wrong(403, f"This takes the scope {scope}, which is not given (any more).", 403, headers=challenge)
