"""A stand-in for Firestore: documents, queries, transactions and TTL, in one process."""
