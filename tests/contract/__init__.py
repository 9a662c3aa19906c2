"""One contract, two sides: our stand-ins for Google's services, and Google's own emulators as the judges."""
