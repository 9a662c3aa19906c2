output "admin_environment" {
  description = "What `tributary admin` has to know; write it to a file and source that."
  value       = join("\n", [for name, value in merge(local.place.settings, local.connect, local.opening, { TRIBUTARY_CONSOLE_URL = local.console_url, TRIBUTARY_FEED_URL = local.feed_url, TRIBUTARY_API_URL = local.api_url }) : "export ${name}='${replace(value, "'", "'\\''")}'"])
}

output "buckets" {
  description = "Staged pages, published marts, exports of the state (the hourly ones, and those made by hand), archives of the functions."
  value = {
    pages     = google_storage_bucket.pages.name
    published = google_storage_bucket.published.name
    exports   = google_storage_bucket.exports.name
    archive   = google_storage_bucket.archive.name
    functions = google_storage_bucket.functions.name
  }
}

output "connect_domain" {
  description = "The DNS record to make for connect_domain, the name of its certificate, and what to register with the platforms before connect_host is set."
  value = one([for domain in module.domain : {
    name          = var.connect_domain
    type          = "A"
    address       = domain.address
    certificate   = domain.certificate
    redirect_uris = { for platform in local.platforms : platform => "https://${var.connect_domain}/${module.oauth_callback.name}/${platform}" }
  }])
}

output "connect_url" {
  description = "Connect links begin with this."
  value       = local.connect_pages["oauth-start"]
}

output "api_url" {
  description = "Programs ask below this address: /api/v1, and /api/v1/docs is its page."
  value       = local.api_url
}

output "console_url" {
  description = "Where people sign in."
  value       = local.console_url
}

output "dashboard" {
  description = "The operator's page."
  value       = "https://console.cloud.google.com/monitoring/dashboards?project=${var.project}"
}

output "feed_url" {
  description = "Addresses of feeds begin with this."
  value       = local.feed_url
}

output "flow" {
  description = "The drawing as data: what each function reads and whom it tells."
  value = {
    oauth_start    = module.oauth_start.flow
    oauth_callback = module.oauth_callback.flow
    platform_calls = module.platform_calls.flow
    answer_call    = module.answer_call.flow
    keep_access    = module.keep_access.flow
    console        = module.console.flow
    look_up        = module.look_up.flow
    feed           = module.feed.flow
    api            = module.api.flow
    send_letter    = module.send_letter.flow
    fan_out_sync   = module.fan_out_sync.flow
    extract_page   = module.extract_page.flow
    load_batch     = module.load_batch.flow
    tell_run       = module.tell_run.flow
    load_rates     = module.load_rates.flow
    seal_audit     = module.seal_audit.flow
    record_failure = module.record_failure.flow
    publish_mart   = module.publish_mart.flow
    open_workspace = module.open_workspace.flow
  }
}

output "functions" {
  description = "The archive that each function runs."
  value = {
    oauth_start    = module.oauth_start.archive
    oauth_callback = module.oauth_callback.archive
    platform_calls = module.platform_calls.archive
    answer_call    = module.answer_call.archive
    keep_access    = module.keep_access.archive
    console        = module.console.archive
    look_up        = module.look_up.archive
    feed           = module.feed.archive
    api            = module.api.archive
    send_letter    = module.send_letter.archive
    fan_out_sync   = module.fan_out_sync.archive
    extract_page   = module.extract_page.archive
    load_batch     = module.load_batch.archive
    tell_run       = module.tell_run.archive
    load_rates     = module.load_rates.archive
    seal_audit     = module.seal_audit.archive
    record_failure = module.record_failure.archive
    publish_mart   = module.publish_mart.archive
    open_workspace = module.open_workspace.archive
  }
}

output "calls_url" {
  description = "Platforms are given addresses below this one (docs/apps)."
  value       = local.connect_pages["platform-calls"]
}

output "privacy_url" {
  description = "The privacy page: what platforms ask for. Meta's instructions for data deletion are at its #deletion."
  value       = "${local.connect_pages["oauth-start"]}/privacy"
}

output "sign_in_redirect_uri" {
  description = "Register exactly this with Google for the OAuth client that people sign in by (docs/people.md)."
  value       = "${local.console_url}/sign-in/google/back"
}

output "redirect_uris" {
  description = "Register exactly these with the platforms."
  value       = { for platform in local.platforms : platform => "${local.connect_pages["oauth-callback"]}/${platform}" }
}

output "secrets_to_fill" {
  description = "Secrets that wait for the id and secret of your app (docs/deploy.md)."
  value       = concat([for platform in local.platforms : "client-${platform}"], ["sign-in-client", "smtp-account"])
}

output "service_accounts" {
  description = "Whom each function acts as."
  value = {
    oauth_start    = module.oauth_start.email
    oauth_callback = module.oauth_callback.email
    platform_calls = module.platform_calls.email
    answer_call    = module.answer_call.email
    keep_access    = module.keep_access.email
    console        = module.console.email
    look_up        = module.look_up.email
    feed           = module.feed.email
    api            = module.api.email
    send_letter    = module.send_letter.email
    fan_out_sync   = module.fan_out_sync.email
    extract_page   = module.extract_page.email
    load_batch     = module.load_batch.email
    tell_run       = module.tell_run.email
    load_rates     = module.load_rates.email
    seal_audit     = module.seal_audit.email
    record_failure = module.record_failure.email
    publish_mart   = module.publish_mart.email
    open_workspace = module.open_workspace.email
    builder        = google_service_account.builder.email
  }
}

output "topics" {
  description = "Topics by name; subscribe whatever should hear of runs to run-changed."
  value       = local.topics
}
