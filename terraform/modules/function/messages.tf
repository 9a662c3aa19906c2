# What the function reads, with the dead letters, and what it may say. The subscription is our own: one that Eventarc
# makes hides its settings and cannot have a dead letter.

locals {
  agent = "serviceAccount:${var.place.agent}" # Pub/Sub's own account

  # Written out rather than taken from `id`, so that a plan shows the whole flow and tests can hold it to the code.
  topics       = { for name, topic in google_pubsub_topic.read : name => "projects/${topic.project}/topics/${topic.name}" }
  dead_letters = { for name, topic in google_pubsub_topic.dead : name => "projects/${topic.project}/topics/${topic.name}" }
}

resource "google_pubsub_topic" "read" {
  for_each = var.reads

  project      = var.place.project
  name         = each.value
  labels       = var.place.labels
  kms_key_name = var.place.kms_key

  message_storage_policy {
    allowed_persistence_regions = [var.place.region]
  }
}

resource "google_pubsub_topic" "dead" {
  for_each = var.reads

  project      = var.place.project
  name         = "${each.value}-dead"
  labels       = var.place.labels
  kms_key_name = var.place.kms_key

  message_storage_policy {
    allowed_persistence_regions = [var.place.region]
  }
}

resource "google_pubsub_subscription" "read" {
  for_each = var.reads

  project              = var.place.project
  name                 = each.value
  topic                = local.topics[each.value]
  labels               = var.place.labels
  ack_deadline_seconds = var.delivery.ack_deadline

  push_config {
    push_endpoint = "${local.address}/${each.value}"

    oidc_token {
      service_account_email = google_service_account.push[0].email
      audience              = local.address
    }
  }

  retry_policy {
    minimum_backoff = var.delivery.least_pause
    maximum_backoff = var.delivery.most_pause
  }

  dead_letter_policy {
    dead_letter_topic     = local.dead_letters[each.value]
    max_delivery_attempts = var.delivery.attempts
  }

  expiration_policy {
    ttl = "" # never: a quiet month must not end the flow
  }

  depends_on = [google_cloudfunctions2_function.this]
}

# Without these two nothing is ever dead-lettered, and nothing says so: Pub/Sub's own agent moves the messages.
resource "google_pubsub_topic_iam_member" "agent_buries" {
  for_each = var.reads

  project = var.place.project
  topic   = google_pubsub_topic.dead[each.value].name
  role    = "roles/pubsub.publisher"
  member  = local.agent
}

resource "google_pubsub_subscription_iam_member" "agent_takes" {
  for_each = var.reads

  project      = var.place.project
  subscription = google_pubsub_subscription.read[each.value].name
  role         = "roles/pubsub.subscriber"
  member       = local.agent
}

# Dead letters of others. These have no dead letter in turn: a message stays, and is tried, for a month.
resource "google_pubsub_subscription" "dead" {
  for_each = var.dead_letters

  project                    = var.place.project
  name                       = "${each.key}-dead"
  topic                      = each.value
  labels                     = var.place.labels
  ack_deadline_seconds       = var.delivery.ack_deadline
  message_retention_duration = "2678400s"

  push_config {
    push_endpoint = "${local.address}/${each.key}"

    oidc_token {
      service_account_email = google_service_account.push[0].email
      audience              = local.address
    }
  }

  retry_policy {
    minimum_backoff = var.delivery.least_pause
    maximum_backoff = var.delivery.most_pause
  }

  expiration_policy {
    ttl = ""
  }

  depends_on = [google_cloudfunctions2_function.this]
}

resource "google_pubsub_topic_iam_member" "tells" {
  for_each = var.tells

  project = var.place.project
  topic   = split("/", var.topics[each.value])[3]
  role    = "roles/pubsub.publisher"
  member  = google_service_account.this.member
}
