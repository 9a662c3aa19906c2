# Once an hour, what could be had again from nowhere else. Point-in-time recovery ends with the database that it belongs
# to, and backups are a day apart: this is for the day on which the database itself is deleted.

locals {
  # Documents that say who is connected, how far each stream is in BigQuery, and what is still owed before that. Runs,
  # slices, pages and batches are many and end by themselves: a sync makes them anew, from where each cursor stood before
  # them (shared/sync/standing.py). Firestore takes these as groups, below every workspace, in no certain order.
  exported = ["workspaces", "connections", "cursors", "debts", "reports", "links", "closings", "receipts"]
}

# Firestore makes a folder in it for every export, named after the moment.
resource "google_storage_bucket" "exports" {
  project       = local.project
  name          = "${var.project}-tributary-exports"
  location      = var.region
  labels        = local.labels
  force_destroy = !var.deletion_protection

  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  versioning {
    enabled = true
  }

  soft_delete_policy {
    retention_duration_seconds = 604800
  }

  dynamic "encryption" {
    for_each = local.encrypted[*]
    content {
      default_kms_key_name = encryption.value
    }
  }

  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      age        = 7
      with_state = "ANY"
    }
  }
}

# It may ask for an export, and for nothing else. The files are written by Firestore's own agent, whom Google lets into
# the buckets of its project.
resource "google_service_account" "exporter" {
  project      = local.project
  account_id   = "state-exporter"
  display_name = "Exports the state"
  description  = "Asks Firestore for an export, once an hour; it can neither read nor change a document."
}

resource "google_project_iam_custom_role" "state_exporter" {
  project     = local.project
  role_id     = "tributaryStateExporter"
  title       = "Tributary: asks for exports"
  description = "Lets Firestore write an export; what is in it cannot be read with this."
  permissions = ["datastore.databases.export"]
}

resource "google_project_iam_member" "exports_state" {
  project = local.project
  role    = "projects/${google_project_iam_custom_role.state_exporter.project}/roles/${google_project_iam_custom_role.state_exporter.role_id}"
  member  = google_service_account.exporter.member

  condition {
    title      = "database (default)"
    expression = "resource.name == \"projects/${var.project}/databases/${google_firestore_database.this.name}\""
  }
}

resource "google_cloud_scheduler_job" "export" {
  project     = local.project
  region      = var.region
  name        = "hourly-export"
  description = "Asks Firestore to export what could not be had again."
  schedule    = "30 * * * *" # beside the syncs, which begin with the hour
  time_zone   = "Etc/UTC"

  http_target {
    http_method = "POST"
    uri         = "https://firestore.googleapis.com/v1/projects/${var.project}/databases/${google_firestore_database.this.name}:exportDocuments"
    headers     = { "Content-Type" = "application/json" }
    body        = base64encode(jsonencode({ outputUriPrefix = "gs://${google_storage_bucket.exports.name}", collectionIds = local.exported }))

    oauth_token {
      service_account_email = google_service_account.exporter.email
      scope                 = "https://www.googleapis.com/auth/datastore"
    }
  }

  retry_config {
    retry_count = 3
  }

  depends_on = [google_project_iam_member.exports_state]
}
