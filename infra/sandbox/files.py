"""Files behind signed addresses that end: whoever has the address may read, and nobody needs a credential."""

import hmac
from collections.abc import Callable
from urllib.parse import quote

from infra.sandbox.call import Answer, Call, Route
from infra.sandbox.refusals import Refusal
from infra.sandbox.signing import hmac_hex
from infra.sandbox.times import Now


class Files:
    """`path`: below which they lie; `seconds`: how long an address works."""

    def __init__(self, secret: str, now: Now, path: str = "/files", seconds: int = 3600) -> None:
        self.secret, self.now, self.path, self.seconds = secret, now, path, seconds

    def until(self) -> int:
        """When an address that is made now ends."""
        return self.now() + self.seconds

    def address(self, host_url: str, name: str) -> str:
        """A fresh address of a file. `host_url`: where files lie, `https://storage.example/`."""
        until = self.until()
        return f"{host_url.rstrip('/')}{self.path}/{quote(name)}?expires={until}&signature={self._sign(name, until)}"

    def route(self, read: Callable[[str], Answer]) -> Route:
        """Where they are fetched. `read` answers with the file of that name, or raises `missing()`."""

        def handle(call: Call) -> Answer:
            name, until = call.values["name"], call.query.get("expires", "")
            good = until.isdecimal() and hmac.compare_digest(
                call.query.get("signature", ""), self._sign(name, int(until))
            )
            if not good:
                raise Refusal("forbidden", 403, "The signature does not match.")
            if int(until) <= call.now:
                raise Refusal("forbidden", 403, "The address has expired.")
            return read(name)

        return Route(f"{self.path}/<name>", handle, bare=True)

    def _sign(self, name: str, until: int) -> str:
        return hmac_hex(self.secret, f"{self.path}/{name}\n{until}")
