# BigQuery: three datasets for all workspaces. Those of each workspace are made by open_workspace (opening.tf).

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

  access {
    role          = local.roles.workspace_keeper
    user_by_email = module.open_workspace.email
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

  # The marts of each workspace are let in by open_workspace, so this list is what the dataset begins with; who comes
  # later has a resource of its own.
  lifecycle {
    ignore_changes = [access]
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
    role          = "roles/bigquery.metadataViewer"
    user_by_email = module.open_workspace.email
  }

  access {
    role          = "WRITER"
    user_by_email = module.load_batch.email
  }
}

# A question runs as a job of this project, and is paid by it. Readers of one workspace are not known here: name a group
# that they are all in, or let them ask in a project of their own.
resource "google_project_iam_member" "asks" {
  for_each = toset(concat(var.agency_readers, var.askers))

  project = local.project
  role    = "roles/bigquery.jobUser"
  member  = each.value
}
