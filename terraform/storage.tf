# Buckets: staged pages, exports of the state, and the functions' archives. Nothing in them can ever be public.

# No page stays for longer than `pages_days`. One workspace may keep its pages for less: its document says so, and
# open_workspace takes them away.
resource "google_storage_bucket" "pages" {
  project       = local.project
  name          = "${var.project}-tributary-pages"
  location      = var.region
  labels        = local.labels
  force_destroy = !var.deletion_protection

  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  versioning {
    enabled = true # a page deleted by mistake can be had back for a week
  }

  soft_delete_policy {
    retention_duration_seconds = 604800
  }

  dynamic "encryption" {
    for_each = local.encrypted[*]
    content {
      default_kms_key_name = encryption.value
    }
  }

  # Pages are read again by a replay only, and the less likely the older they are. Moving an object costs as much as a
  # small one saves in a year, so small ones stay.
  dynamic "lifecycle_rule" {
    for_each = { NEARLINE = 30, COLDLINE = 90 }
    content {
      action {
        type          = "SetStorageClass"
        storage_class = lifecycle_rule.key
      }
      condition {
        age                   = lifecycle_rule.value
        size_above_bytes      = 131072
        matches_storage_class = lifecycle_rule.key == "NEARLINE" ? ["STANDARD"] : ["STANDARD", "NEARLINE"]
        with_state            = "LIVE"
      }
    }
  }

  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      age        = var.pages_days
      with_state = "LIVE"
    }
  }

  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      days_since_noncurrent_time = 7
      with_state                 = "ARCHIVED"
    }
  }
}

# Exports of Firestore (`tributary admin state export`), out of reach of every function.
resource "google_storage_bucket" "archive" {
  project       = local.project
  name          = "${var.project}-tributary-archive"
  location      = var.region
  storage_class = "NEARLINE"
  labels        = local.labels
  force_destroy = !var.deletion_protection

  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  versioning {
    enabled = true
  }

  soft_delete_policy {
    retention_duration_seconds = 604800
  }

  dynamic "encryption" {
    for_each = local.encrypted[*]
    content {
      default_kms_key_name = encryption.value
    }
  }

  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      age        = 400
      with_state = "ANY"
    }
  }
}

resource "google_storage_bucket" "functions" {
  project       = local.project
  name          = "${var.project}-tributary-functions"
  location      = var.region
  labels        = local.labels
  force_destroy = true # archives are made anew from the repository at any time

  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  versioning {
    enabled = true
  }

  dynamic "encryption" {
    for_each = local.encrypted[*]
    content {
      default_kms_key_name = encryption.value
    }
  }

  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      days_since_noncurrent_time = 90
      with_state                 = "ARCHIVED"
    }
  }
}
