# An alarm of the function's own: somebody is told of each unforeseen error. Off unless asked for, because one alarm
# over all functions (alarms.tf) names the function too, and each condition costs.

resource "google_monitoring_alert_policy" "errors" {
  count = var.place.alarm == null ? 0 : 1

  project               = var.place.project
  display_name          = "Tributary: ${var.function} met something unforeseen"
  combiner              = "OR"
  severity              = "ERROR"
  notification_channels = var.place.alarm.channels
  user_labels           = var.place.labels

  conditions {
    display_name = "an error of ${var.function}"

    condition_matched_log {
      filter = join(" AND ", [
        "resource.type=\"cloud_run_revision\"",
        "resource.labels.service_name=\"${local.name}\"",
        "severity>=ERROR",
      ])
    }
  }

  alert_strategy {
    auto_close = "86400s"

    notification_rate_limit {
      period = "3600s"
    }
  }

  documentation {
    subject   = "Tributary: an error in ${var.function}"
    mime_type = "text/markdown"
    content   = <<-TEXT
      `${var.function}` met an error. The message is delivered again; after ${var.delivery.attempts} deliveries it is a
      dead letter and `tributary admin failures list` shows it. The log line names the kind and place of the
      error: open the logs of the service `${local.name}` with severity ERROR.
    TEXT
  }
}
