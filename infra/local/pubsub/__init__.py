"""A stand-in for Pub/Sub: topics, pull and push subscriptions, retries and dead letters, in one process."""
