"""How a receipt is shown: a page for people, JSON for programs."""

from __future__ import annotations

from datetime import datetime

from infra.admin import output
from shared.erasure.receipt import Receipt
from shared.erasure.remaining import remainders


def as_text(receipt: Receipt, wait_until: datetime | None, backup_days: int) -> str:
    receipt = output.plain(receipt)
    lines = [f"Receipt {receipt.id}: {receipt.of}", f"begun {output.moment(receipt.begun_at)}", "", "Destroyed"]
    lines.append(output.table(("what", "how many"), sorted(receipt.destroyed.items()), "  nothing"))
    if receipt.grants:
        lines += ["", "Access at the platforms", output.table(("connection", "access"), sorted(receipt.grants.items()))]
    if receipt.spared:
        lines += ["", "Left alone", output.table(("what", "why"), sorted(receipt.spared.items()))]
    left = [
        (each["until"] or "no end of itself", each["where"], each["what"])
        for each in remains(receipt, wait_until, backup_days)
    ]
    lines += ["", "What remains, and until when", output.table(("until", "where", "what"), left)]
    lines += ["Google carries out the rules of a bucket within about a day of their time.", ""]
    if wait_until is not None:
        lines.append(
            f"Not finished: a function may have been at work. Run the same command again after "
            f"{output.moment(wait_until)}; it looks whether anything was written meanwhile."
        )
    else:
        lines.append(f"Finished {output.moment(receipt.finished_at)}.")
    return "\n".join(lines)


def as_json(receipt: Receipt, wait_until: datetime | None, backup_days: int) -> str:
    left = remains(receipt, wait_until, backup_days)
    return output.json({**receipt.doc(), "remains": left, "run_again_after": wait_until})


def remains(receipt: Receipt, wait_until: datetime | None, backup_days: int) -> list[dict[str, str | None]]:
    """Counted from the last look; while that is to come, from the earliest moment that it can have."""
    since = receipt.finished_at or wait_until or receipt.begun_at
    return [
        {"where": each.where, "what": each.what, "until": until.isoformat() if until else None}
        for each, until in ((each, each.until(since)) for each in remainders(backup_days, receipt.of_connection))
    ]
