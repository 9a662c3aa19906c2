# The APIs that are used. They stay on when Terraform lets go of them: others may use them by then.

resource "google_project_service" "needed" {
  for_each = toset(concat([
    "artifactregistry.googleapis.com",
    "bigquery.googleapis.com",
    "cloudbuild.googleapis.com",
    "cloudfunctions.googleapis.com",
    "cloudresourcemanager.googleapis.com",
    "cloudscheduler.googleapis.com",
    "firestore.googleapis.com",
    "iam.googleapis.com",
    "iamcredentials.googleapis.com",
    "logging.googleapis.com",
    "monitoring.googleapis.com",
    "pubsub.googleapis.com",
    "run.googleapis.com",
    "secretmanager.googleapis.com",
    "storage.googleapis.com",
    ],
    var.budget == null ? [] : ["billingbudgets.googleapis.com"],
    var.connect_domain == null ? [] : ["compute.googleapis.com"],
    var.kms_key == null ? [] : ["cloudkms.googleapis.com"],
    var.network == null ? [] : ["vpcaccess.googleapis.com"],
  ))

  project            = var.project
  service            = each.value
  disable_on_destroy = false
}

# What clients' data is read by with Google's own platforms. The project asked is that of the OAuth client, which is this one
# unless you registered it elsewhere; nothing of Terraform's waits for these.
resource "google_project_service" "platform" {
  for_each = toset(flatten([for name in local.platforms : try(local.known[name].apis, [])]))

  project            = local.project
  service            = each.value
  disable_on_destroy = false
}

locals {
  # The project, once its APIs are on: whatever takes it from here waits for them.
  project = one(distinct([for service in google_project_service.needed : service.project]))
}
