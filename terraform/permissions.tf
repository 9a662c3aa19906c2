# What each function may touch besides topics. README.md holds the same as a table, with reasons; a test compares them.

locals {
  # Firestore: every function, and the one database only.
  uses_documents = {
    oauth_start    = module.oauth_start.member
    oauth_callback = module.oauth_callback.member
    platform_calls = module.platform_calls.member
    answer_call    = module.answer_call.member
    keep_access    = module.keep_access.member
    console        = module.console.member
    api            = module.api.member
    send_letter    = module.send_letter.member
    fan_out_sync   = module.fan_out_sync.member
    extract_page   = module.extract_page.member
    load_batch     = module.load_batch.member
    tell_run       = module.tell_run.member
    load_rates     = module.load_rates.member
    record_failure = module.record_failure.member
    publish_mart   = module.publish_mart.member
    open_workspace = module.open_workspace.member
  }

  # What the code says of each platform that knows an app of ours: whether it tells us something unasked (its app's secret
  # is what its calls are signed with), and which of Google's APIs read it. Made by `python -m infra.tools.docs`.
  known     = jsondecode(file("${path.module}/platforms.json"))
  platforms = var.platforms == null ? keys(local.known) : var.platforms
  calling   = [for name, platform in local.known : name if platform.calls]

  # Secrets that Terraform has made: who may read which.
  opens = merge(
    local.people_opens,
    { for platform in setintersection(local.platforms, local.calling) : "platform_calls client-${platform}" => {
      secret = "client-${platform}"
      member = local.uses_documents["platform_calls"]
    } },
    { for name in ["oauth_start", "oauth_callback"] : "${name} ${local.signing_name}" => {
      secret = local.signing_name
      member = local.uses_documents[name]
    } },
    [for name in ["oauth_start", "oauth_callback", "extract_page", "answer_call", "keep_access"] : { for platform in local.platforms : "${name} client-${platform}" => {
      secret = "client-${platform}"
      member = local.uses_documents[name]
    } }]...
  )

  # Roles of our own by their full names, written out so that a plan shows them.
  roles = { for name, role in {
    secret_maker   = google_project_iam_custom_role.secret_maker
    secret_keeper  = google_project_iam_custom_role.secret_keeper
    secret_eraser  = google_project_iam_custom_role.secret_eraser
    secret_lister  = google_project_iam_custom_role.secret_lister
    job_lister     = google_project_iam_custom_role.job_lister
    secret_renewer = google_project_iam_custom_role.secret_renewer
    secret_adder   = google_project_iam_custom_role.secret_adder
    webhook_signer = google_project_iam_custom_role.webhook_signer
    page_writer    = google_project_iam_custom_role.page_writer
    page_lister    = google_project_iam_custom_role.page_lister
    page_reader    = google_project_iam_custom_role.page_reader
    publisher      = google_project_iam_custom_role.publisher
    withdrawer     = google_project_iam_custom_role.withdrawer
    looker         = google_project_iam_custom_role.looker
    audit_writer   = google_project_iam_custom_role.audit_writer

    workspace_maker  = google_project_iam_custom_role.workspace_maker
    workspace_keeper = google_project_iam_custom_role.workspace_keeper
    page_sweeper     = google_project_iam_custom_role.page_sweeper

    published_reader = google_project_iam_custom_role.published_reader
  } : name => "projects/${role.project}/roles/${role.role_id}" }

  # Who ends access: gives it back, and destroys it.
  erases_secrets = { answer_call = module.answer_call.member, keep_access = module.keep_access.member }

  # Secrets that appear with connections have names that begin alike; Google names them by the project's number.
  secrets_named = { for kind in ["user", "pending", "webhook"] : kind => "resource.name.startsWith(\"projects/${local.number}/secrets/${kind}-\")" }
}

resource "google_project_iam_member" "documents" {
  for_each = local.uses_documents

  project = local.project
  role    = "roles/datastore.user"
  member  = each.value

  condition {
    title      = "database (default)"
    expression = "resource.name == \"projects/${var.project}/databases/${google_firestore_database.this.name}\""
  }
}

# -- secrets ---------------------------------------------------------------------------------------

resource "google_secret_manager_secret_iam_member" "opens" {
  for_each = local.opens

  project   = local.project
  secret_id = google_secret_manager_secret.ours[each.value.secret].secret_id
  role      = "roles/secretmanager.secretAccessor"
  member    = each.value.member
}

# The first attempt to connect makes the signing key.
resource "google_secret_manager_secret_iam_member" "signing_key" {
  for_each = { for name in ["oauth_start", "oauth_callback"] : name => local.uses_documents[name] }

  project   = local.project
  secret_id = google_secret_manager_secret.ours[local.signing_name].secret_id
  role      = "roles/secretmanager.secretVersionAdder"
  member    = each.value
}

# Making a secret is asked of the project, so no condition on its name can hold; the role allows nothing but that.
resource "google_project_iam_custom_role" "secret_maker" {
  project     = local.project
  role_id     = "tributarySecretMaker"
  title       = "Tributary: makes secrets"
  description = "Makes a secret for a new connection; says nothing about what is in any."
  permissions = ["secretmanager.secrets.create"]
}

resource "google_project_iam_custom_role" "secret_keeper" {
  project     = local.project
  role_id     = "tributarySecretKeeper"
  title       = "Tributary: keeps new credentials"
  description = "Writes, reads and deletes what a client has just entrusted."
  permissions = [
    "secretmanager.secrets.delete",
    "secretmanager.versions.access",
    "secretmanager.versions.add",
  ]
}

resource "google_project_iam_custom_role" "secret_renewer" {
  project     = local.project
  role_id     = "tributarySecretRenewer"
  title       = "Tributary: renews credentials"
  description = "Reads a connection's credential, adds the renewed one and destroys the ones before."
  permissions = [
    "secretmanager.versions.access",
    "secretmanager.versions.add",
    "secretmanager.versions.destroy",
    "secretmanager.versions.list",
  ]
}

resource "google_project_iam_custom_role" "secret_eraser" {
  project     = local.project
  role_id     = "tributarySecretEraser"
  title       = "Tributary: gives credentials back"
  description = "Reads a credential to give it back to its platform, and deletes it."
  permissions = ["secretmanager.secrets.delete", "secretmanager.versions.access"]
}

# Listing is asked of the project, so no condition on names can hold; names and labels is all that it shows.
resource "google_project_iam_custom_role" "secret_lister" {
  project     = local.project
  role_id     = "tributarySecretLister"
  title       = "Tributary: lists secrets"
  description = "Sees the names and labels of secrets, and nothing of what is in any."
  permissions = ["secretmanager.secrets.list"]
}

resource "google_project_iam_member" "erases_secrets" {
  for_each = local.erases_secrets

  project = local.project
  role    = local.roles.secret_eraser
  member  = each.value

  condition {
    title      = "secrets user-* and pending-*"
    expression = "${local.secrets_named.user} || ${local.secrets_named.pending}"
  }
}

resource "google_project_iam_member" "lists_secrets" {
  for_each = local.erases_secrets

  project = local.project
  role    = local.roles.secret_lister
  member  = each.value
}

# Whoever makes a webhook writes where it is and what signs it, and can read neither.
resource "google_project_iam_custom_role" "secret_adder" {
  project     = local.project
  role_id     = "tributarySecretAdder"
  title       = "Tributary: writes secrets"
  description = "Writes what is to be kept, and can neither read nor delete any."
  permissions = ["secretmanager.versions.add"]
}

resource "google_project_iam_member" "adds_webhooks" {
  project = local.project
  role    = local.roles.secret_adder
  member  = module.api.member

  condition {
    title      = "secrets webhook-*"
    expression = local.secrets_named.webhook
  }
}

# Whoever tells them reads both, and destroys them when the webhook has ended.
resource "google_project_iam_custom_role" "webhook_signer" {
  project     = local.project
  role_id     = "tributaryWebhookSigner"
  title       = "Tributary: signs webhooks"
  description = "Reads where a webhook is and what signs it, and deletes both when it has ended."
  permissions = ["secretmanager.secrets.delete", "secretmanager.versions.access"]
}

resource "google_project_iam_member" "signs_webhooks" {
  project = local.project
  role    = local.roles.webhook_signer
  member  = module.send_letter.member

  condition {
    title      = "secrets webhook-*"
    expression = local.secrets_named.webhook
  }
}

resource "google_project_iam_member" "makes_secrets" {
  project = local.project
  role    = local.roles.secret_maker
  member  = module.oauth_callback.member
}

resource "google_project_iam_member" "makes_webhooks" {
  project = local.project
  role    = local.roles.secret_maker
  member  = module.api.member
}

resource "google_project_iam_member" "keeps_secrets" {
  project = local.project
  role    = local.roles.secret_keeper
  member  = module.oauth_callback.member

  condition {
    title      = "secrets user-* and pending-*"
    expression = "${local.secrets_named.user} || ${local.secrets_named.pending}"
  }
}

resource "google_project_iam_member" "renews_secrets" {
  for_each = { extract_page = module.extract_page.member, keep_access = module.keep_access.member }

  project = local.project
  role    = local.roles.secret_renewer
  member  = each.value

  condition {
    title      = "secrets user-*"
    expression = local.secrets_named.user
  }
}

# -- staged pages ----------------------------------------------------------------------------------

# Writing a page once more, after an answer that was lost, replaces it; Cloud Storage asks for `delete` then.
resource "google_project_iam_custom_role" "page_writer" {
  project     = local.project
  role_id     = "tributaryPageWriter"
  title       = "Tributary: writes pages"
  description = "Writes staged pages, and can neither read nor list them."
  permissions = ["storage.objects.create", "storage.objects.delete"]
}

resource "google_project_iam_custom_role" "page_lister" {
  project     = local.project
  role_id     = "tributaryPageLister"
  title       = "Tributary: lists pages"
  description = "Sees which pages are staged, and can not read them."
  permissions = ["storage.objects.list"]
}

resource "google_project_iam_custom_role" "page_reader" {
  project     = local.project
  role_id     = "tributaryPageReader"
  title       = "Tributary: reads pages"
  description = "What a load job of BigQuery needs of a bucket."
  permissions = ["storage.buckets.get", "storage.objects.get", "storage.objects.list"]
}

resource "google_storage_bucket_iam_member" "pages" {
  for_each = {
    extract_page = { role = local.roles.page_writer, member = module.extract_page.member }
    answer_call  = { role = local.roles.page_writer, member = module.answer_call.member }
    answers_call = { role = local.roles.page_reader, member = module.answer_call.member }
    fan_out_sync = { role = local.roles.page_lister, member = module.fan_out_sync.member }
    load_batch   = { role = local.roles.page_reader, member = module.load_batch.member }
    look_up      = { role = local.roles.page_reader, member = module.look_up.member }
    tell_run     = { role = local.roles.page_writer, member = module.tell_run.member }

    open_workspace = { role = local.roles.page_sweeper, member = module.open_workspace.member }
  }

  bucket = google_storage_bucket.pages.name
  role   = each.value.role
  member = each.value.member
}

# -- BigQuery --------------------------------------------------------------------------------------

# Jobs belong to the project; the datasets that it may write are on the datasets themselves (shared/opening).
resource "google_project_iam_member" "load_jobs" {
  project = local.project
  role    = "roles/bigquery.jobUser"
  member  = module.load_batch.member
}

# It writes the one dataset of exchange rates (warehouse.tf), and reads nobody's rows.
resource "google_project_iam_member" "rate_jobs" {
  project = local.project
  role    = "roles/bigquery.jobUser"
  member  = module.load_rates.member
}

# It takes rows out of the datasets of workspaces (shared/opening); what else runs, it only sees.
resource "google_project_iam_member" "answer_jobs" {
  project = local.project
  role    = "roles/bigquery.jobUser"
  member  = module.answer_call.member
}

resource "google_project_iam_custom_role" "job_lister" {
  project     = local.project
  role_id     = "tributaryJobLister"
  title       = "Tributary: lists jobs"
  description = "Sees which jobs of BigQuery are under way, so that none writes what was just erased."
  permissions = ["bigquery.jobs.listAll"]
}

resource "google_project_iam_member" "lists_jobs" {
  project = local.project
  role    = local.roles.job_lister
  member  = module.answer_call.member
}
