# With a key of your own: each service encrypts with it in its own name, so each agent may use it.

locals {
  # The key, once its users may use it: whatever takes it from here waits for the grants.
  encrypted = var.kms_key == null ? null : one(distinct([for grant in google_kms_crypto_key_iam_member.agent : grant.crypto_key_id]))
}

resource "google_kms_crypto_key_iam_member" "agent" {
  for_each = var.kms_key == null ? toset([]) : toset([
    "artifacts", "bigquery", "firestore", "functions", "pubsub", "run", "secrets", "storage",
  ])

  crypto_key_id = var.kms_key
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = "serviceAccount:${time_sleep.agents.triggers[each.key]}"
}
