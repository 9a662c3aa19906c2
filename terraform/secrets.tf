# Secrets without their content. What is in them is put there by hand (docs/deploy.md) or by the functions, so no
# value is ever in a plan, in state or in this folder.

locals {
  secrets = merge(
    local.people_secrets,
    { (local.digests_name) = "What keys and tokens are digested with before they are kept; made with the first key." },
    { (local.signing_name) = "Ties a connect attempt to a browser; made by the first one who needs it." },
    { for platform in local.platforms : "client-${platform}" => "Id and secret by which ${platform} knows the agency's app." },
  )
}

resource "google_secret_manager_secret" "ours" {
  for_each = local.secrets

  project             = local.project
  secret_id           = each.key
  labels              = local.labels
  annotations         = { about = each.value }
  deletion_protection = var.deletion_protection

  replication {
    dynamic "auto" {
      for_each = local.encrypted == null ? [true] : []
      content {}
    }

    dynamic "user_managed" {
      for_each = local.encrypted[*]
      content {
        replicas {
          location = var.region
          customer_managed_encryption {
            kms_key_name = user_managed.value
          }
        }
      }
    }
  }
}
