"""How long a test waits for something that happens outside of it: an event, a process that ends."""

HANG = 600.0  # seconds. Only what hangs takes so long, on the busiest machine; whatever happens ends the wait at once
