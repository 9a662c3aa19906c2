# People, roles, keys, sessions and the audit log stand in a database of their own. Firestore knows no permissions on
# collections, but a grant can be bound to one database: so whoever reads platforms cannot read people. Both have only
# those whom people and programs meet, and none of these opens a credential of a platform.

locals {
  people_database = "people"

  # Who reaches it.
  uses_people = {
    console     = module.console.member
    api         = module.api.member
    send_letter = module.send_letter.member
    seal_audit  = module.seal_audit.member
  }

  # Documents that end by themselves, at their `expires_at`.
  people_ending = [
    "alarms", "asked", "attempts", "client_links", "codes", "deliveries", "elections", "failures", "families", "invitations", "letters",
    "limits", "looks", "mail_links", "notices", "repeats", "sessions", "withdrawals",
  ]
}

resource "google_firestore_database" "people" {
  project     = local.project
  name        = local.people_database
  location_id = var.region
  type        = "FIRESTORE_NATIVE"

  concurrency_mode                  = google_firestore_database.this.concurrency_mode # readers lock what they read
  point_in_time_recovery_enablement = "POINT_IN_TIME_RECOVERY_ENABLED"
  delete_protection_state           = var.deletion_protection ? "DELETE_PROTECTION_ENABLED" : "DELETE_PROTECTION_DISABLED"
  deletion_policy                   = var.deletion_protection ? "ABANDON" : "DELETE"

  dynamic "cmek_config" {
    for_each = local.encrypted[*]
    content {
      kms_key_name = cmek_config.value
    }
  }
}

# Whoever acts elsewhere tells the audit log what came of it, and reads nobody there: creating asks for no other permission.
# https://firebase.google.com/docs/firestore/security/iam (2026-11)
resource "google_project_iam_custom_role" "audit_writer" {
  project     = local.project
  role_id     = "tributaryAuditWriter"
  title       = "Tributary: adds to the audit log"
  description = "Creates documents, and can neither read, change nor delete any."
  permissions = ["datastore.entities.create"]
}

resource "google_project_iam_member" "tells_audit" {
  project = local.project
  role    = local.roles.audit_writer
  member  = module.keep_access.member

  condition {
    title      = "database people"
    expression = "resource.name == \"projects/${var.project}/databases/${google_firestore_database.people.name}\""
  }
}

# No export every hour besides: it would read the audit log whole each time, and what is lost with a database that somebody
# deletes in spite of its protection is a day of roles and keys. Seals of the log are elsewhere (audit.tf).
resource "google_firestore_backup_schedule" "people" {
  project   = local.project
  database  = google_firestore_database.people.name
  retention = "${var.backup_days * 86400}s"

  daily_recurrence {}
}

resource "google_firestore_field" "people_ends" {
  for_each = toset(local.people_ending)

  project    = local.project
  database   = google_firestore_database.people.name
  collection = each.value
  field      = "expires_at"

  ttl_config {}

  index_config {}
}

# The list of a seal's entries is never asked for, and would be an index entry for each.
resource "google_firestore_field" "people_unasked" {
  project    = local.project
  database   = google_firestore_database.people.name
  collection = "audit_seals"
  field      = "entries"

  index_config {}
}

resource "google_project_iam_member" "people" {
  for_each = local.uses_people

  project = local.project
  role    = "roles/datastore.user"
  member  = each.value

  condition {
    title      = "database people"
    expression = "resource.name == \"projects/${var.project}/databases/${google_firestore_database.people.name}\""
  }
}
