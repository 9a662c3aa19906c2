"""`python -m infra.bench.start MODULE… | python -m infra.bench.start FILE.py`: import it here, tell what that cost.

Of the packages that a developer has and the deployed function has not (HIDDEN in the environment), nothing is seen.
This file imports as little as it can, because what it imports is not counted.
"""

import os
import sys
import time
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location


class Hidden:
    """An import of these modules fails as if they were not installed."""

    def __init__(self, names: set[str]) -> None:
        self.names = names

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name in self.names:
            raise ModuleNotFoundError(f"{name} is not deployed", name=name)


def start_main(path: str) -> None:
    """As the Functions Framework does it: a file, by its path."""
    spec = spec_from_file_location("main", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} cannot be imported")
    module = module_from_spec(spec)
    sys.modules["main"] = module
    spec.loader.exec_module(module)


def resident() -> int:
    """Bytes, at the most that they were."""
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM:"))
    except OSError:
        import resource

        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most if sys.platform == "darwin" else most * 1024


def main() -> None:
    sys.meta_path.insert(0, Hidden(set(os.environ.pop("HIDDEN", "").split())))
    before = time.process_time()
    for what in sys.argv[1:]:
        if what.endswith(".py"):
            start_main(what)
        else:
            import_module(what)
    seconds = time.process_time() - before
    print(f'{{"seconds": {seconds:.6f}, "bytes": {resident()}, "modules": {len(sys.modules)}}}')


if __name__ == "__main__":
    main()
