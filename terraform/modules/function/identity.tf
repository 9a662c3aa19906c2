# Whom the function acts as, whom its messages come from, and who may call it.

resource "google_service_account" "this" {
  project      = var.place.project
  account_id   = local.name
  display_name = var.function
  description  = var.does
}

# Push requests are signed as this account. It may call this one function and nothing else.
resource "google_service_account" "push" {
  count = local.reader ? 1 : 0

  project      = var.place.project
  account_id   = "${local.name}-push"
  display_name = "Pub/Sub to ${var.function}"
  description  = "Signs the messages that Pub/Sub delivers to ${var.function}."
}

resource "google_service_account_iam_member" "agent_signs" {
  count = local.reader ? 1 : 0

  service_account_id = google_service_account.push[0].name
  role               = "roles/iam.serviceAccountOpenIdTokenCreator"
  member             = local.agent
}

resource "google_cloud_run_v2_service_iam_member" "push" {
  count = local.reader ? 1 : 0

  project  = var.place.project
  location = var.place.region
  name     = google_cloudfunctions2_function.this.name
  role     = "roles/run.invoker"
  member   = google_service_account.push[0].member

  lifecycle {
    replace_triggered_by = [google_cloudfunctions2_function.this.id] # a new service begins without callers
  }
}

# The connect pages are for anybody who has a link; what they do is guarded by the link, not by an account.
resource "google_cloud_run_v2_service_iam_member" "public" {
  count = var.public ? 1 : 0

  project  = var.place.project
  location = var.place.region
  name     = google_cloudfunctions2_function.this.name
  role     = "roles/run.invoker"
  member   = "allUsers"

  lifecycle {
    replace_triggered_by = [google_cloudfunctions2_function.this.id]
  }
}

# What is never published is asked of one function by others, each in its own name.
resource "google_cloud_run_v2_service_iam_member" "calls" {
  for_each = var.called_by

  project  = var.place.project
  location = var.place.region
  name     = google_cloudfunctions2_function.this.name
  role     = "roles/run.invoker"
  member   = each.value

  lifecycle {
    replace_triggered_by = [google_cloudfunctions2_function.this.id]
  }
}
