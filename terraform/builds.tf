# How an archive becomes a running function: an account that builds and can do nothing else, and a place for images.

resource "google_service_account" "builder" {
  project      = local.project
  account_id   = "function-builder"
  display_name = "Builds functions"
  description  = "Builds the images of functions; it runs none."
}

resource "google_artifact_registry_repository" "functions" {
  project       = local.project
  location      = var.region
  repository_id = "functions"
  description   = "Images of the functions."
  format        = "DOCKER"
  labels        = local.labels
  kms_key_name  = local.encrypted

  cleanup_policies {
    id     = "keep-three"
    action = "KEEP"
    most_recent_versions {
      keep_count = 3
    }
  }

  cleanup_policies {
    id     = "delete-old"
    action = "DELETE"
    condition {
      older_than = "2592000s"
    }
  }
}

resource "google_artifact_registry_repository_iam_member" "builder" {
  project    = local.project
  location   = var.region
  repository = google_artifact_registry_repository.functions.name
  role       = "roles/artifactregistry.writer"
  member     = google_service_account.builder.member
}

resource "google_storage_bucket_iam_member" "builder" {
  bucket = google_storage_bucket.functions.name
  role   = "roles/storage.objectViewer"
  member = google_service_account.builder.member
}

resource "google_project_iam_member" "builder_logs" {
  project = local.project
  role    = "roles/logging.logWriter"
  member  = google_service_account.builder.member
}

# Cloud Functions copies each archive into a bucket of its own before it builds; that bucket is not there yet when
# the first function is deployed, so the grant is for its name.
resource "google_project_iam_member" "builder_sources" {
  project = local.project
  role    = "roles/storage.objectViewer"
  member  = google_service_account.builder.member

  condition {
    title      = "buckets gcf-v2-sources-*"
    expression = "resource.name.startsWith(\"projects/_/buckets/gcf-v2-sources-${local.number}-\")"
  }
}
