# Google's own accounts that grants name. A new project has none of them: each appears with the first use of its service,
# and until then Google refuses a grant to it. So they are made here, and whatever names one waits until it is known
# everywhere; infra/bootstrap.sh makes them earlier still.

locals {
  # Service => the account that works in its name. Of all but Pub/Sub's there is need with a key of your own only.
  identities = { for name, each in {
    pubsub    = { service = "pubsub.googleapis.com", account = "gcp-sa-pubsub" }
    artifacts = { service = "artifactregistry.googleapis.com", account = "gcp-sa-artifactregistry" }
    firestore = { service = "firestore.googleapis.com", account = "gcp-sa-firestore" }
    functions = { service = "cloudfunctions.googleapis.com", account = "gcf-admin-robot" }
    run       = { service = "run.googleapis.com", account = "serverless-robot-prod" }
    secrets   = { service = "secretmanager.googleapis.com", account = "gcp-sa-secretmanager" }
  } : name => each if name == "pubsub" || var.kms_key != null }

  # Written out, so that a plan shows whom the grants are for.
  agents = merge(
    { for name, each in local.identities : name => "service-${local.number}@${each.account}.iam.gserviceaccount.com" },
    { for account in data.google_storage_project_service_account.this : "storage" => account.email_address },
    { for account in data.google_bigquery_default_service_account.this : "bigquery" => account.email },
  )
}

resource "google_project_service_identity" "agent" {
  provider = google-beta
  for_each = local.identities

  project = local.project
  service = each.value.service
}

# These two are made by being asked for.
data "google_storage_project_service_account" "this" {
  count = var.kms_key == null ? 0 : 1

  project = local.project
}

data "google_bigquery_default_service_account" "this" {
  count = var.kms_key == null ? 0 : 1

  project = local.project
}

resource "time_sleep" "agents" {
  create_duration = "120s"
  triggers        = local.agents

  depends_on = [google_project_service_identity.agent]
}
