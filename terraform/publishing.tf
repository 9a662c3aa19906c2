# What is published of the marts: the bucket, who writes it, and whose rows its writer may read.

# What nobody can be led to any more is deleted by publish_mart itself, and at once where somebody was erased. So nothing
# of it may stay behind: no versions, no soft delete; and no rule may end what a manifest still names.
resource "google_storage_bucket" "published" {
  project       = local.project
  name          = "${var.project}-tributary-published"
  location      = var.region
  labels        = local.labels
  force_destroy = true # it is made anew from the marts at any time

  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  versioning {
    enabled = false
  }

  soft_delete_policy {
    retention_duration_seconds = 0
  }

  dynamic "encryption" {
    for_each = local.encrypted[*]
    content {
      default_kms_key_name = encryption.value
    }
  }
}

# EXPORT DATA writes in the name of who asks, and asks for `delete` because it may write a file once more.
resource "google_project_iam_custom_role" "publisher" {
  project     = local.project
  role_id     = "tributaryPublisher"
  title       = "Tributary: publishes marts"
  description = "Writes published marts, looks at what was written, and takes away what no version names."
  permissions = [
    "storage.buckets.get",
    "storage.objects.create",
    "storage.objects.delete",
    "storage.objects.get",
    "storage.objects.list",
  ]
}

resource "google_project_iam_custom_role" "withdrawer" {
  project     = local.project
  role_id     = "tributaryWithdrawer"
  title       = "Tributary: withdraws published marts"
  description = "Finds and deletes what is published of a client, and can not read it."
  permissions = ["storage.objects.delete", "storage.objects.list"]
}

resource "google_storage_bucket_iam_member" "published" {
  for_each = {
    publish_mart = { role = local.roles.publisher, member = module.publish_mart.member }
    answer_call  = { role = local.roles.withdrawer, member = module.answer_call.member }
    feed         = { role = local.roles.published_reader, member = module.feed.member }
    api          = { role = local.roles.published_reader, member = module.api.member }
    console      = { role = local.roles.published_reader, member = module.console.member }
  }

  bucket = google_storage_bucket.published.name
  role   = each.value.role
  member = each.value.member
}

# Jobs belong to the project; what they may read is on the datasets themselves (shared/opening, warehouse.tf).
resource "google_project_iam_member" "publish_jobs" {
  project = local.project
  role    = "roles/bigquery.jobUser"
  member  = module.publish_mart.member
}
