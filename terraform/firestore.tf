# What is true about connections, runs and slices. It can be put back to any minute of the last seven days, and to any
# of the daily backups.

locals {
  # Queries over every workspace at once, as the tick, the plan and the operator ask them: one index each.
  indexes = {
    connections = ["schedule state", "state next_sync_at"]
  }

  # Queries within one workspace, by which the tick looks at one connection, workers find what is next and the operator
  # sees the last runs. A minus: the last ones first.
  within = {
    pages  = ["connection state table"]
    runs   = ["connection -started_at"]
    slices = ["connection state lease_until", "connection state not_before"]
  }
  queries = merge([for scope, collections in { COLLECTION_GROUP = local.indexes, COLLECTION = local.within } :
    merge([for collection, indexes in collections : { for fields in indexes : "${collection} ${fields}" => {
      collection = collection
      fields     = split(" ", fields)
      scope      = scope
    } }]...)
  ]...)

  # The same over a single field. Firestore's own index of the field, within one collection, has to be named again.
  single = { connections = "look_at platform workspace", runs = "untold_since", slices = "state", tables = "lease_until" }
  fields = merge([for collection, fields in local.single : { for field in split(" ", fields) : "${collection} ${field}" => {
    collection = collection
    field      = field
  } }]...)

  # Documents that end by themselves, at their `expires_at`.
  ending = ["batches", "choices", "failures", "links", "outcomes", "pages", "runs", "slices", "states", "wishes"]
}

resource "google_firestore_database" "this" {
  project     = local.project
  name        = var.database
  location_id = var.region
  type        = "FIRESTORE_NATIVE"

  # Readers lock what they read, as in the stand-in that the tests run on.
  concurrency_mode                  = "PESSIMISTIC"
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

resource "google_firestore_backup_schedule" "daily" {
  project   = local.project
  database  = google_firestore_database.this.name
  retention = "${var.backup_days * 86400}s"

  daily_recurrence {}
}

resource "google_firestore_index" "query" {
  for_each = local.queries

  project     = local.project
  database    = google_firestore_database.this.name
  collection  = each.value.collection
  query_scope = each.value.scope

  dynamic "fields" {
    for_each = each.value.fields
    content {
      field_path = trimprefix(fields.value, "-")
      order      = startswith(fields.value, "-") ? "DESCENDING" : "ASCENDING"
    }
  }
}

resource "google_firestore_field" "query" {
  for_each = local.fields

  project    = local.project
  database   = google_firestore_database.this.name
  collection = each.value.collection
  field      = each.value.field

  index_config {
    indexes {
      order       = "ASCENDING"
      query_scope = "COLLECTION"
    }
    indexes {
      order       = "DESCENDING"
      query_scope = "COLLECTION"
    }
    indexes {
      order       = "ASCENDING"
      query_scope = "COLLECTION_GROUP"
    }
  }
}

# Nothing is asked by the end of a document, so it needs no index either.
resource "google_firestore_field" "ends" {
  for_each = toset(local.ending)

  project    = local.project
  database   = google_firestore_database.this.name
  collection = each.value
  field      = "expires_at"

  ttl_config {}

  index_config {}
}
