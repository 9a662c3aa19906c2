# Who looks people up: rows of persons and staged records, which are published nowhere. The function itself stands in
# main.tf. It is called by others, with tokens of theirs, and believes of a caller that it is one; whose look it is, it
# finds out by itself, from what the caller was shown.

locals {
  look_up_url = "https://look-up-${local.number}.${var.region}.run.app"

  looks = {
    TRIBUTARY_LOOK_UP_URL     = local.look_up_url
    TRIBUTARY_LOOK_UP_CALLERS = module.console.email
    TRIBUTARY_LOOK_UP_GIB     = tostring(var.look_up_gib)
    TRIBUTARY_IDLE_MINUTES    = tostring(var.idle_minutes)
  }
}

# It adds entries of the audit, turns, and the keys of names. Firestore knows no permissions on collections; but who may
# neither change nor delete leaves every role, key and entry as it was.
resource "google_project_iam_custom_role" "looker" {
  project     = local.project
  role_id     = "tributaryLooker"
  title       = "Tributary: looks people up"
  description = "Reads documents and adds new ones; changes and deletes none."
  permissions = [
    "datastore.databases.get", # begins a transaction
    "datastore.entities.create",
    "datastore.entities.get",
    "datastore.entities.list",
  ]
}

resource "google_project_iam_member" "looks_at_people" {
  project = local.project
  role    = local.roles.looker
  member  = module.look_up.member

  condition {
    title      = "database people"
    expression = "resource.name == \"projects/${var.project}/databases/${google_firestore_database.people.name}\""
  }
}

# Whether a workspace is there, and how it counts.
resource "google_project_iam_member" "looks_at_workspaces" {
  project = local.project
  role    = "roles/datastore.viewer"
  member  = module.look_up.member

  condition {
    title      = "database (default)"
    expression = "resource.name == \"projects/${var.project}/databases/${google_firestore_database.this.name}\""
  }
}

# Jobs belong to the project; what they may read is on the datasets themselves (modules/workspace).
resource "google_project_iam_member" "look_jobs" {
  project = local.project
  role    = "roles/bigquery.jobUser"
  member  = module.look_up.member
}
