# What is counted out of the functions' log lines (shared/log.py), and what must never be kept.

locals {
  services = [
    module.oauth_start.name, module.oauth_callback.name, module.fan_out_sync.name, module.extract_page.name,
    module.load_batch.name, module.tell_run.name, module.load_rates.name, module.record_failure.name,
    module.platform_calls.name, module.answer_call.name, module.console.name, module.send_letter.name,
    module.publish_mart.name, module.seal_audit.name, module.look_up.name, module.keep_access.name, module.feed.name,
    module.api.name,
  ]
  ours = "resource.type=\"cloud_run_revision\" AND resource.labels.service_name=(${join(" OR ", [for name in local.services : "\"${name}\""])})"

  # Metric => the message of the lines that it counts, and which of their fields it tells apart.
  counted = {
    runs_ended           = { message = "run ended", by = ["state"] }
    slices_failed        = { message = "slice failed", by = ["error"] }
    slices_stuck         = { message = "slices stuck", by = [] }
    connections_waiting  = { message = "connection needs somebody", by = ["code", "move"] }
    connections_late     = { message = "numbers are late", by = ["workspace"] }
    dead_letters         = { message = "dead letter", by = ["topic"] }
    messages_kept_aside  = { message = "message kept aside", by = ["topic"] }
    unforeseen           = { message = "unforeseen; it will be delivered again", by = ["error", "topic"] }
    connect_pages_failed = { message = "a connect page failed", by = ["error"] }
    api_failed           = { message = "an answer of the API failed", by = ["error"] }
  }
}

resource "google_logging_metric" "counted" {
  for_each = local.counted

  project     = local.project
  name        = "tributary/${each.key}"
  description = "Log lines that say: ${each.value.message}."
  filter      = "${local.ours} AND jsonPayload.message=\"${each.value.message}\""

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"

    dynamic "labels" {
      for_each = each.value.by
      content {
        key = labels.value
      }
    }
  }

  label_extractors = { for name in each.value.by : name => "EXTRACT(jsonPayload.${name})" }
}

# Cloud Run writes a line per request with its whole address. That of the way back holds the code of the platform, which
# is as good as a key until it is used. (What opens a link stands behind the `#`, which is not sent.) They are dropped
# before anything keeps them; what the function says about the visit stays.
resource "google_logging_project_exclusion" "connect_requests" {
  project     = local.project
  name        = "tributary-connect-requests"
  description = "Addresses of connect pages hold codes."
  filter = join(" AND ", [
    "resource.type=\"cloud_run_revision\"",
    "resource.labels.service_name=(\"${module.oauth_start.name}\" OR \"${module.oauth_callback.name}\")",
    "logName=\"projects/${var.project}/logs/run.googleapis.com%2Frequests\"",
  ])
}

# Who opened which secret is written down, by Google, where nobody of this project can change it.
resource "google_project_iam_audit_config" "secrets" {
  project = local.project
  service = "secretmanager.googleapis.com"

  audit_log_config {
    log_type = "DATA_READ"
  }

  audit_log_config {
    log_type = "DATA_WRITE"
  }
}
