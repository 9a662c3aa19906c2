# People, roles, keys, sessions and the audit log stand in a database of their own. Firestore knows no permissions on
# collections, but a grant can be bound to one database: so whoever reads platforms cannot read people, and the doors
# cannot read connections. Nobody has both.

locals {
  people_database = "people"

  # Who reaches it.
  uses_people = {
    console     = module.console.member
    send_letter = module.send_letter.member
  }

  # Documents that end by themselves, at their `expires_at`.
  people_ending = ["asked", "attempts", "codes", "families", "invitations", "letters", "limits", "mail_links", "sessions"]

  # What could be had again from nowhere else. Sessions, short tokens and limits are left out: a restore ends them anyway.
  people_exported = ["audit_entries", "audit_heads", "audit_seals", "clients", "invitations", "keys", "marks", "members", "persons", "ways"]
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
