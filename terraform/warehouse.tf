# BigQuery: a line in `workspaces` makes three datasets; three more are for all of them.

module "workspace" {
  source   = "./modules/workspace"
  for_each = var.workspaces

  id        = each.key
  workspace = each.value
  agency    = var.agency

  place = {
    project    = local.project
    location   = var.location
    database   = google_firestore_database.this.name
    agency     = google_bigquery_dataset.agency.dataset_id
    loader     = module.load_batch.email
    eraser     = module.answer_call.email
    publisher  = module.publish_mart.email
    looker     = module.look_up.email
    deployer   = var.deployer
    labels     = local.labels
    protection = var.deletion_protection
    kms_key    = local.encrypted
  }
}

# The marts of all workspaces together, for the agency's own staff. Views only.
resource "google_bigquery_dataset" "agency" {
  project       = local.project
  location      = var.location
  dataset_id    = "agency"
  friendly_name = var.agency
  description   = "The marts of all workspaces together."
  labels        = local.labels

  delete_contents_on_destroy = true

  dynamic "default_encryption_configuration" {
    for_each = local.encrypted[*]
    content {
      kms_key_name = default_encryption_configuration.value
    }
  }

  access {
    role          = "OWNER"
    special_group = "projectOwners"
  }

  dynamic "access" {
    for_each = var.deployer[*]
    content {
      role          = "OWNER"
      user_by_email = access.value
    }
  }

  dynamic "access" {
    for_each = toset(var.agency_readers)
    content {
      role           = "READER"
      user_by_email  = startswith(access.value, "group:") ? null : split(":", access.value)[1]
      group_by_email = startswith(access.value, "group:") ? split(":", access.value)[1] : null
    }
  }
}

# What the marts of all workspaces look things up in: exchange rates.
resource "google_bigquery_dataset" "shared" {
  project       = local.project
  location      = var.location
  dataset_id    = "tributary"
  friendly_name = "Tributary: shared"
  description   = "What the marts of all workspaces look things up in."
  labels        = local.labels

  delete_contents_on_destroy = !var.deletion_protection

  dynamic "default_encryption_configuration" {
    for_each = local.encrypted[*]
    content {
      kms_key_name = default_encryption_configuration.value
    }
  }

  access {
    role          = "OWNER"
    special_group = "projectOwners"
  }

  dynamic "access" {
    for_each = var.deployer[*]
    content {
      role          = "OWNER"
      user_by_email = access.value
    }
  }

  access {
    role          = "WRITER"
    user_by_email = module.load_rates.email
  }

  access {
    role          = "READER"
    user_by_email = module.publish_mart.email
  }

  dynamic "access" {
    for_each = module.workspace
    content {
      dataset {
        target_types = ["VIEWS"]
        dataset {
          project_id = local.project
          dataset_id = access.value.datasets.marts
        }
      }
    }
  }
}

# Where a batch waits between its load and its merge. Its tables end by themselves after a day.
resource "google_bigquery_dataset" "staging" {
  project                     = local.project
  location                    = var.location
  dataset_id                  = "staging"
  description                 = "Batches on their way into their tables."
  labels                      = local.labels
  default_table_expiration_ms = 24 * 60 * 60 * 1000
  delete_contents_on_destroy  = true

  dynamic "default_encryption_configuration" {
    for_each = local.encrypted[*]
    content {
      kms_key_name = default_encryption_configuration.value
    }
  }

  access {
    role          = "OWNER"
    special_group = "projectOwners"
  }

  dynamic "access" {
    for_each = var.deployer[*]
    content {
      role          = "OWNER"
      user_by_email = access.value
    }
  }

  access {
    role          = "WRITER"
    user_by_email = module.load_batch.email
  }
}

# Who may read may also ask: a query runs as a job of this project, and is paid by it.
resource "google_project_iam_member" "reader_asks" {
  for_each = toset(concat(var.agency_readers, flatten([for workspace in var.workspaces : workspace.readers])))

  project = local.project
  role    = "roles/bigquery.jobUser"
  member  = each.value
}
