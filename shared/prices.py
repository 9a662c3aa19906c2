"""The few prices that pages show, in US dollars without tax. infra/cost reckons with these and all others, and says
where each was looked up."""

from __future__ import annotations

LOOKED_UP = "2026-11-21"
MILLION_REQUESTS = 0.40
VCPU_SECOND = 0.000024
GIB_SECOND = 0.0000025
CALL_SECONDS = 0.9  # of a call to a platform: its answer, the upload, the transaction; reckoned, not measured


def cents_of(calls: float) -> float:
    """What so many calls cost at most: each as if it had its instance for itself."""
    one = MILLION_REQUESTS / 1e6 + CALL_SECONDS * (VCPU_SECOND + GIB_SECOND)
    return calls * one * 100
