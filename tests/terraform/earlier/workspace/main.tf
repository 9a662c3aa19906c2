# As releases up to 0.9 had it, cut down to what stands in their state: the addresses, and what was protected.

variable "id" { type = string }
variable "readers" { type = list(string) }
variable "place" { type = any }

resource "google_bigquery_dataset" "marts" {
  project                    = var.place.project
  location                   = var.place.location
  dataset_id                 = var.id
  labels                     = { app = "tributary", workspace = var.id }
  delete_contents_on_destroy = false
  deletion_policy            = "PREVENT"

  access {
    role          = "OWNER"
    special_group = "projectOwners"
  }

  dynamic "access" {
    for_each = toset(var.readers)
    content {
      role          = "READER"
      user_by_email = split(":", access.value)[1]
    }
  }
}

resource "google_bigquery_dataset" "rows" {
  for_each = toset(["raw", "history"])

  project                    = var.place.project
  location                   = var.place.location
  dataset_id                 = "${var.id}_${each.key}"
  labels                     = { app = "tributary", workspace = var.id }
  delete_contents_on_destroy = false
  deletion_policy            = "PREVENT"

  access {
    role          = "OWNER"
    special_group = "projectOwners"
  }

  access {
    role          = "WRITER"
    user_by_email = var.place.loader
  }
}

resource "google_firestore_document" "workspace" {
  project         = var.place.project
  database        = var.place.database
  collection      = "workspaces"
  document_id     = var.id
  fields          = jsonencode({ id = { stringValue = var.id } })
  deletion_policy = "PREVENT"
}

output "marts" {
  value = google_bigquery_dataset.marts.dataset_id
}
