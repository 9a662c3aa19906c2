# With a key of your own: each service encrypts with it in its own name, so each agent may use it.

locals {
  agents = var.kms_key == null ? {} : {
    artifacts = "service-${local.number}@gcp-sa-artifactregistry.iam.gserviceaccount.com"
    bigquery  = "bq-${local.number}@bigquery-encryption.iam.gserviceaccount.com"
    firestore = "service-${local.number}@gcp-sa-firestore.iam.gserviceaccount.com"
    functions = "service-${local.number}@gcf-admin-robot.iam.gserviceaccount.com"
    pubsub    = "service-${local.number}@gcp-sa-pubsub.iam.gserviceaccount.com"
    run       = "service-${local.number}@serverless-robot-prod.iam.gserviceaccount.com"
    secrets   = "service-${local.number}@gcp-sa-secretmanager.iam.gserviceaccount.com"
    storage   = "service-${local.number}@gs-project-accounts.iam.gserviceaccount.com"
  }

  # The key, once its users may use it: whatever takes it from here waits for the grants.
  encrypted = var.kms_key == null ? null : one(distinct([for grant in google_kms_crypto_key_iam_member.agent : grant.crypto_key_id]))
}

resource "google_kms_crypto_key_iam_member" "agent" {
  for_each = local.agents

  crypto_key_id = var.kms_key
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = "serviceAccount:${each.value}"
}
