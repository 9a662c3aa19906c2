from __future__ import annotations

from tests.support.drawn import every_step_is_drawn

__all__ = ["every_step_is_drawn"]
