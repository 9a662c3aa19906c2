"""The cloud on one machine: stand-ins that Google's own client libraries talk to over the wire."""
