# One workspace: its three datasets and its document. Whoever is not named here cannot read it: `access` is the whole
# list, so the project's own readers and writers, whom BigQuery lets in by default, are not on it.

locals {
  owners    = [{ role = "OWNER", special = "projectOwners", user = null, group = null }]
  writers   = [for each in [var.place.loader, var.place.eraser] : { role = "WRITER", special = null, user = each, group = null }]
  publisher = [{ role = "READER", special = null, user = var.place.publisher, group = null }]
  looker    = [{ role = "READER", special = null, user = var.place.looker, group = null }]
  deployer  = [for each in var.place.deployer[*] : { role = "OWNER", special = null, user = each, group = null }]
  readers = [for reader in toset(var.workspace.readers) : {
    role    = "READER"
    special = null
    user    = startswith(reader, "group:") ? null : split(":", reader)[1]
    group   = startswith(reader, "group:") ? split(":", reader)[1] : null
  }]
  labels    = merge(var.place.labels, { workspace = var.id })
  protected = coalesce(var.workspace.protected, var.place.protection)
}

# What dashboards read: views over the two others. The agency's dataset may look through them.
resource "google_bigquery_dataset" "marts" {
  project       = var.place.project
  location      = var.place.location
  dataset_id    = var.id
  friendly_name = coalesce(var.workspace.name, var.id)
  description   = "Marts of ${coalesce(var.workspace.name, var.id)}: what dashboards read."
  labels        = local.labels

  delete_contents_on_destroy = !local.protected
  deletion_policy            = local.protected ? "PREVENT" : "DELETE"
  max_time_travel_hours      = "168"

  dynamic "default_encryption_configuration" {
    for_each = var.place.kms_key[*]
    content {
      kms_key_name = default_encryption_configuration.value
    }
  }

  dynamic "access" {
    for_each = concat(local.owners, local.deployer, local.looker, local.readers)
    content {
      role           = access.value.role
      special_group  = access.value.special
      user_by_email  = access.value.user
      group_by_email = access.value.group
    }
  }

  access {
    dataset {
      target_types = ["VIEWS"]
      dataset {
        project_id = var.place.project
        dataset_id = var.place.agency
      }
    }
  }
}

# The current rows, and every change of them. load_batch writes, answer_call takes away, publish_mart
# reads; people see them through the marts. look_up reads addresses out of the current rows, all else through the marts.
resource "google_bigquery_dataset" "rows" {
  for_each = {
    raw     = { about = "Rows of %s as they are now: one table per stream.", days = null }
    history = { about = "Every change of every row of %s.", days = var.workspace.retention.history_days }
  }

  project       = var.place.project
  location      = var.place.location
  dataset_id    = "${var.id}_${each.key}"
  friendly_name = "${coalesce(var.workspace.name, var.id)}: ${each.key}"
  description   = format(each.value.about, coalesce(var.workspace.name, var.id))
  labels        = local.labels

  delete_contents_on_destroy      = !local.protected
  deletion_policy                 = local.protected ? "PREVENT" : "DELETE"
  max_time_travel_hours           = "168"
  default_partition_expiration_ms = each.value.days == null ? null : each.value.days * 24 * 60 * 60 * 1000

  dynamic "default_encryption_configuration" {
    for_each = var.place.kms_key[*]
    content {
      kms_key_name = default_encryption_configuration.value
    }
  }

  dynamic "access" {
    for_each = concat(local.owners, local.deployer, local.writers, local.publisher, each.key == "raw" ? local.looker : [])
    content {
      role          = access.value.role
      special_group = access.value.special
      user_by_email = access.value.user
    }
  }

  access {
    dataset {
      target_types = ["VIEWS"]
      dataset {
        project_id = var.place.project
        dataset_id = google_bigquery_dataset.marts.dataset_id
      }
    }
  }
}

# The document that makes the workspace known to the functions and to `tributary admin` (shared/model.py, Workspace).
resource "google_firestore_document" "workspace" {
  project     = var.place.project
  database    = var.place.database
  collection  = "workspaces"
  document_id = var.id

  fields = jsonencode(merge(
    { for name, value in {
      id       = var.id
      name     = coalesce(var.workspace.name, var.id)
      agency   = var.agency
      contact  = var.workspace.contact
      zone     = var.workspace.zone
      currency = var.workspace.currency
    } : name => { stringValue = value } },
    var.workspace.fiscal_year_start == 1 ? {} : { fiscal_year_start = { integerValue = tostring(var.workspace.fiscal_year_start) } },
  ))

  deletion_policy = local.protected ? "PREVENT" : "DELETE"
}
