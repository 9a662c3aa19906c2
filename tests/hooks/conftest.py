from __future__ import annotations

from tests.support.drawn import every_step_is_drawn  # noqa: F401  (holds in every test here)
