"""What builds Tributary and runs it on one machine; no function ever imports it."""
