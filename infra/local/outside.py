"""What people meet besides us, in one process: Google's accounts, and a mail server with its letters.

python -m infra.local.outside --accounts-port 8090 --smtp-port 8091 --letters-port 8092
"""

from __future__ import annotations

import argparse
import signal
import threading

from werkzeug.serving import BaseWSGIServer, make_server

from infra.local.accounts import Accounts
from infra.local.mailbox import Mailbox


def serve(app: object, port: int) -> BaseWSGIServer:
    server = make_server("127.0.0.1", port, app, threaded=True)  # type: ignore[arg-type]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def main() -> None:
    parser = argparse.ArgumentParser(description="Google's accounts and a mail server on this machine")
    for name in ("accounts", "smtp", "letters"):
        parser.add_argument(f"--{name}-port", type=int, default=0)
    chosen = parser.parse_args()
    ends = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    mailbox = Mailbox()
    controller = mailbox.serve(chosen.smtp_port)
    servers = [serve(Accounts().app(), chosen.accounts_port), serve(mailbox.app(), chosen.letters_port)]
    signal.sigwait(ends)
    for server in servers:
        server.shutdown()
    controller.stop()


if __name__ == "__main__":
    main()
