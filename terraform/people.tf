# Whom people meet: the console, and the letters that go out. The functions themselves stand in main.tf, with all others.

locals {
  # Its own host, whatever the connect pages go by: a cookie of the console must reach nothing else.
  console_url = "https://${coalesce(var.console_host, "console-${local.number}.${var.region}.run.app")}"

  # Behind a load balancer it is reached by that only: whoever came by Cloud Run's own address would write themselves what
  # TRIBUTARY_FORWARDED_HOPS takes for their network, and get round every limit.
  console_ingress = var.console_host == null ? "ALLOW_ALL" : "ALLOW_INTERNAL_AND_GCLB"

  console = {
    TRIBUTARY_CONSOLE_URL    = local.console_url
    TRIBUTARY_FEED_URL       = local.feed_url # where what is made here is read
    TRIBUTARY_API_URL        = local.api_url  # whose /mcp the tokens of agents are for
    TRIBUTARY_FIRST_OWNER    = var.first_owner
    TRIBUTARY_IDLE_MINUTES   = tostring(var.idle_minutes)
    TRIBUTARY_FORWARDED_HOPS = var.console_host == null ? "1" : "2"
    TRIBUTARY_AGENCY         = var.agency
    TRIBUTARY_LOOK_UP_URL    = local.look_up_url
    TRIBUTARY_START_URL      = local.connect_pages["oauth-start"]
  }

  letters = {
    TRIBUTARY_SMTP_HOST     = var.smtp.host
    TRIBUTARY_SMTP_PORT     = tostring(var.smtp.port)
    TRIBUTARY_SMTP_SECURITY = var.smtp.security
    TRIBUTARY_SMTP_FROM     = var.smtp.from
    TRIBUTARY_START_URL     = local.connect_pages["oauth-start"] # where a client connects once more
    TRIBUTARY_CONSOLE_URL   = local.console_url
    TRIBUTARY_FIRST_OWNER   = var.first_owner
    TRIBUTARY_AGENCY        = var.agency
  }

  people_secrets = {
    sign-in-client = "Id and secret by which Google knows the console, where people sign in."
    smtp-account   = "Name and password of the account that letters are sent by."
  }

  # Who may read which of them: the console sends no letters, and who sends letters lets nobody in.
  people_opens = {
    "console sign-in-client"   = { secret = "sign-in-client", member = module.console.member }
    "console digests"          = { secret = local.digests_name, member = module.console.member }
    "feed digests"             = { secret = local.digests_name, member = module.feed.member }
    "api digests"              = { secret = local.digests_name, member = module.api.member }
    "send_letter smtp-account" = { secret = "smtp-account", member = module.send_letter.member }
  }
}

# The first code of an agent makes it.
resource "google_secret_manager_secret_iam_member" "key_digests" {
  project   = local.project
  secret_id = google_secret_manager_secret.ours[local.digests_name].secret_id
  role      = "roles/secretmanager.secretVersionAdder"
  member    = module.console.member
}

# In which workspaces somebody has a role: a query over all of them. Firestore's own index has to be named again.
resource "google_firestore_field" "roles_of_person" {
  project    = local.project
  database   = google_firestore_database.people.name
  collection = "members"
  field      = "person"

  index_config {
    indexes {
      order       = "ASCENDING"
      query_scope = "COLLECTION"
    }
    indexes {
      order       = "DESCENDING"
      query_scope = "COLLECTION"
    }
    indexes {
      order       = "ASCENDING"
      query_scope = "COLLECTION_GROUP"
    }
  }
}

# Cloud Run writes a line per request with its whole address, and the way back from Google holds a code. What the console
# itself says of a visit stays, and so does the audit.
resource "google_logging_project_exclusion" "console_requests" {
  project     = local.project
  name        = "tributary-console-requests"
  description = "Addresses of the console hold codes."
  filter = join(" AND ", [
    "resource.type=\"cloud_run_revision\"",
    "resource.labels.service_name=\"${module.console.name}\"",
    "logName=\"projects/${var.project}/logs/run.googleapis.com%2Frequests\"",
  ])
}
