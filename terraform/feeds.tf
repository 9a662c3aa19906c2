# What spreadsheets and programs read by a key of one feed. The function itself stands in main.tf, with all others.
#
# It is the door that is most open: keys stand in workbooks, and some in addresses. So what it sees of keys is a projection
# in a database of its own, without persons and roles; of the engine's documents it reads which version is published, and
# writes none; and it reads published marts, and lists none.

locals {
  feeds_database = "feeds"

  # Its own host: a text of a feed never runs in the console's origin.
  feed_url = "https://${coalesce(var.feed_host, "feed-${local.number}.${var.region}.run.app")}"

  # Behind a load balancer it is reached by that only, as the console is (people.tf).
  feed_ingress = var.feed_host == null ? "ALLOW_ALL" : "ALLOW_INTERNAL_AND_GCLB"

  feed = {
    TRIBUTARY_FEED_URL       = local.feed_url
    TRIBUTARY_FORWARDED_HOPS = var.feed_host == null ? "1" : "2"
  }

  # Who reaches the database: whoever is at the door, whoever makes feeds and keys, and whoever holds what stands there
  # against keys and roles.
  uses_feeds = {
    api        = module.api.member
    console    = module.console.member
    feed       = module.feed.member
    seal_audit = module.seal_audit.member
  }
}

# All that opens is made anew out of the database of people, and the rest ends within 90 days: so no backups.
resource "google_firestore_database" "feeds" {
  project     = local.project
  name        = local.feeds_database
  location_id = var.region
  type        = "FIRESTORE_NATIVE"

  concurrency_mode                  = google_firestore_database.this.concurrency_mode # readers lock what they read
  point_in_time_recovery_enablement = "POINT_IN_TIME_RECOVERY_DISABLED"
  delete_protection_state           = var.deletion_protection ? "DELETE_PROTECTION_ENABLED" : "DELETE_PROTECTION_DISABLED"
  deletion_policy                   = var.deletion_protection ? "ABANDON" : "DELETE"

  dynamic "cmek_config" {
    for_each = local.encrypted[*]
    content {
      kms_key_name = cmek_config.value
    }
  }
}

resource "google_firestore_field" "feeds_end" {
  for_each = toset(["batches", "limits", "openings"])

  project    = local.project
  database   = google_firestore_database.feeds.name
  collection = each.value
  field      = "expires_at"

  ttl_config {}

  index_config {}
}

# What was read is never looked for by what stands in it.
resource "google_firestore_field" "feeds_unasked" {
  project    = local.project
  database   = google_firestore_database.feeds.name
  collection = "batches"
  field      = "entries"

  index_config {}
}

resource "google_project_iam_member" "feeds" {
  for_each = local.uses_feeds

  project = local.project
  role    = "roles/datastore.user"
  member  = each.value

  condition {
    title      = "database feeds"
    expression = "resource.name == \"projects/${var.project}/databases/${google_firestore_database.feeds.name}\""
  }
}

# Which version is published, and in which zone a client's day begins.
resource "google_project_iam_member" "feed_looks" {
  project = local.project
  role    = "roles/datastore.viewer"
  member  = module.feed.member

  condition {
    title      = "database (default)"
    expression = "resource.name == \"projects/${var.project}/databases/${google_firestore_database.this.name}\""
  }
}

resource "google_project_iam_custom_role" "published_reader" {
  project     = local.project
  role_id     = "tributaryPublishedReader"
  title       = "Tributary: reads published marts"
  description = "Reads published files whose names it knows, and can not list them."
  permissions = ["storage.objects.get"]
}

# Cloud Run writes a line per request with its whole address, and that of a link holds its key. What the function itself
# says of each reading stays.
resource "google_logging_project_exclusion" "feed_requests" {
  project     = local.project
  name        = "tributary-feed-requests"
  description = "Addresses of feeds hold keys."
  filter = join(" AND ", [
    "resource.type=\"cloud_run_revision\"",
    "resource.labels.service_name=\"${module.feed.name}\"",
    "logName=\"projects/${var.project}/logs/run.googleapis.com%2Frequests\"",
  ])
}
