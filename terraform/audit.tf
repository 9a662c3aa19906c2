# Seals of the audit log, where nobody can change them: not the functions, not whoever deploys, not an owner of the project.
# A locked bucket keeps its lines for as long as it was said when it was made; it can be neither shortened nor emptied.
# https://cloud.google.com/logging/docs/buckets#locking-logs-buckets (2026-11)

resource "google_logging_project_bucket_config" "audit" {
  project        = local.project
  location       = var.region
  bucket_id      = "tributary-audit"
  description    = "Seals of the audit log: a number and a hash for each batch of entries, and nothing of anybody."
  retention_days = var.audit_days
  locked         = var.deletion_protection # never to be undone; of an installation that is only tried out, it can be taken away again
}

resource "google_logging_project_sink" "audit" {
  project                = local.project
  name                   = "tributary-audit"
  description            = "Seals of the audit log, as seal_audit tells them."
  destination            = "logging.googleapis.com/${google_logging_project_bucket_config.audit.id}"
  filter                 = "resource.type=\"cloud_run_revision\" AND resource.labels.service_name=\"${module.seal_audit.name}\" AND jsonPayload.message=\"audit sealed\""
  unique_writer_identity = true
}
