# Where programs come in: the API. The function itself stands in main.tf, with all others.

locals {
  # Its own host: no cookie of the console ever comes here, and nothing here runs in the console's origin.
  api_url = "https://${coalesce(var.api_host, "api-${local.number}.${var.region}.run.app")}"

  # Behind a load balancer it is reached by that only, as the console is (people.tf).
  api_ingress = var.api_host == null ? "ALLOW_ALL" : "ALLOW_INTERNAL_AND_GCLB"

  api = {
    TRIBUTARY_API_URL        = local.api_url
    TRIBUTARY_CONSOLE_URL    = local.console_url # where agents ask people
    TRIBUTARY_API_ORIGINS    = join(",", var.api_origins)
    TRIBUTARY_FEED_URL       = local.feed_url
    TRIBUTARY_START_URL      = local.connect_pages["oauth-start"]
    TRIBUTARY_FORWARDED_HOPS = var.api_host == null ? "1" : "2"
  }
}

# The first key of all makes it, whoever that is for.
resource "google_secret_manager_secret_iam_member" "api_digests" {
  project   = local.project
  secret_id = google_secret_manager_secret.ours[local.digests_name].secret_id
  role      = "roles/secretmanager.secretVersionAdder"
  member    = module.api.member
}

# Entries of one workspace, the newest first.
resource "google_firestore_index" "audit_of_workspace" {
  project     = local.project
  database    = google_firestore_database.people.name
  collection  = "audit_entries"
  query_scope = "COLLECTION"

  fields {
    field_path = "workspace"
    order      = "ASCENDING"
  }

  fields {
    field_path = "at"
    order      = "DESCENDING"
  }
}

# Cloud Run writes a line per request with its whole address, and what somebody filters by may name a person. What the
# audit says of an act stays.
resource "google_logging_project_exclusion" "api_requests" {
  project     = local.project
  name        = "tributary-api-requests"
  description = "Addresses of the API hold what somebody asked for."
  filter = join(" AND ", [
    "resource.type=\"cloud_run_revision\"",
    "resource.labels.service_name=\"${module.api.name}\"",
    "logName=\"projects/${var.project}/logs/run.googleapis.com%2Frequests\"",
  ])
}
