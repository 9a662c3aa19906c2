# What all functions and workspaces share.

data "google_project" "this" {
  project_id = var.project # not after the APIs: its number must be known when a plan is made
}

locals {
  labels = { app = "tributary" }
  number = data.google_project.this.number

  # Both connect functions share one host, because the browser's cookie is bound to it: so not the two addresses that
  # Cloud Run gives them, but the common one of Cloud Functions, or a host of your own.
  connect_host  = coalesce(var.connect_host, "${var.region}-${var.project}.cloudfunctions.net")
  signing_name  = "connect-signing-key"
  digests_name  = "key-digests"
  connect_pages = { for name in ["oauth-start", "oauth-callback", "platform-calls"] : name => "https://${local.connect_host}/${name}" }

  connect = {
    TRIBUTARY_START_URL      = local.connect_pages["oauth-start"]
    TRIBUTARY_CALLBACK_URL   = local.connect_pages["oauth-callback"]
    TRIBUTARY_SIGNING_SECRET = local.signing_name

    # What the privacy page says of this installation; how long backups are kept is among it.
    TRIBUTARY_AGENCY      = var.agency
    TRIBUTARY_CONTACT     = var.contact
    TRIBUTARY_REGION      = var.region
    TRIBUTARY_PAGES_DAYS  = tostring(var.pages_days)
    TRIBUTARY_BACKUP_DAYS = tostring(var.backup_days)

    # What its pages bear.
    TRIBUTARY_PRIVACY_NOTICE = var.privacy_notice
    TRIBUTARY_COLOUR         = var.colour
    TRIBUTARY_LOGO           = var.logo == "" ? "" : "yes"
  }

  place = {
    project  = local.project
    number   = local.number
    region   = var.region
    bundles  = var.bundles
    archives = jsondecode(file("${var.bundles}/manifest.json"))
    digests  = { for line in compact(split("\n", file("${var.bundles}/SHA256SUMS"))) : split("  ", line)[1] => split("  ", line)[0] }
    source   = google_storage_bucket.functions.name
    builder  = time_sleep.builder.triggers["name"] # once it may build
    images   = google_artifact_registry_repository.functions.id
    runtime  = var.runtime
    labels   = local.labels
    kms_key  = local.encrypted
    ingress  = var.connect_ingress
    network  = var.network
    agent    = time_sleep.agents.triggers["pubsub"] # once Google knows it
    alarm    = var.alarm_per_function ? { channels = local.channels } : null

    settings = {
      GOOGLE_CLOUD_PROJECT = var.project
      TRIBUTARY_BUCKET     = google_storage_bucket.pages.name
      TRIBUTARY_LOCATION   = var.location
      TRIBUTARY_DATABASE   = google_firestore_database.this.name

      TRIBUTARY_PUBLISHED_BUCKET = google_storage_bucket.published.name
    }
  }
}
