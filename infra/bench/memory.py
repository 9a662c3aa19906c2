"""How much memory this process has held."""

from __future__ import annotations

import sys
from pathlib import Path


def peak_bytes() -> int:
    """Of this process, ever."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    import resource  # elsewhere; there it is bytes on a Mac, kilobytes on others

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024
