# How an archive becomes a running function: an account that builds and can do nothing else, and a place for images.

locals {
  # https://cloud.google.com/build/docs/locations, "Restricted regions for some projects" (2026-11)
  builds_anywhere = ["asia-east1", "australia-southeast1", "europe-west1", "southamerica-east1", "us-central1", "us-west2"]
}

check "builds" {
  assert {
    condition     = contains(local.builds_anywhere, var.region)
    error_message = "Cloud Build may be refused in ${var.region} to new projects. If the first apply says so, ask Google for the quota, or take one of ${join(", ", local.builds_anywhere)}."
  }
}

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

# Google takes a while to know a grant everywhere. A function that is built before that fails with "must grant Storage
# Object Viewer" or "Unable to retrieve the repository metadata", so every function takes its builder from here.
resource "time_sleep" "builder" {
  create_duration = "120s"
  triggers        = { name = google_service_account.builder.name }

  depends_on = [
    google_artifact_registry_repository_iam_member.builder,
    google_project_iam_member.builder_logs,
    google_project_iam_member.builder_sources,
    google_storage_bucket_iam_member.builder,
  ]
}
