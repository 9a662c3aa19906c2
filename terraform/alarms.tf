# When somebody is told, and what to do then. Every condition costs, so each looks at all functions at once and the
# notification names the one.

resource "google_monitoring_notification_channel" "email" {
  for_each = var.alert_emails

  project      = local.project
  display_name = "Tributary: ${each.value}"
  type         = "email"
  labels       = { email_address = each.value }
  user_labels  = local.labels
}

locals {
  channels = [for channel in google_monitoring_notification_channel.email : channel.id]

  # The call for an export was refused, or Firestore could not carry it out.
  export_failed = [
    "(resource.type=\"cloud_scheduler_job\" AND resource.labels.job_id=\"${google_cloud_scheduler_job.export.name}\" AND severity>=ERROR)",
    "(protoPayload.serviceName=\"firestore.googleapis.com\" AND protoPayload.methodName:\"ExportDocuments\" AND severity>=ERROR)",
  ]

  # Alarm => the log lines that raise it, how often it may at most, and the text of the notification.
  told = {
    dead_letters = {
      title    = "a message was given up"
      messages = ["dead letter", "message kept aside", "run not told"]
      also     = ""
      severity = "ERROR"
      every    = "3600s"
      todo     = "A message was tried in vain and became a dead letter, or could not be understood and was kept aside. `python -m infra.admin failures list` says which slice or batch failed and why; `failures retry` asks for it once more. The log line's `topic` says where it came from. \"run not told\": BigQuery refused to take in what a run came to; `python -m infra.admin marts refresh` tries again."
    }
    failed_runs = {
      title    = "a run failed"
      messages = ["run ended"]
      also     = " AND jsonPayload.state=(\"failed\" OR \"partly\")"
      severity = "WARNING"
      every    = "3600s"
      todo     = "`python -m infra.admin status WORKSPACE` says which streams failed, why, and whose move it is. What did not fail is complete, and cursors of what failed have not moved: the next run reads it again."
    }
    stuck_slices = {
      title    = "slices are stuck"
      messages = ["slices stuck"]
      also     = ""
      severity = "ERROR"
      every    = "3600s"
      todo     = "The tick has nudged the same slices for a quarter of an hour and no worker came. Look whether `extract_page` starts at all (its newest revision, its errors), and whether the subscription `slice-ready` delivers. Nothing is lost: slices go on where they stood."
    }
    connections_waiting = {
      title    = "a connection needs somebody"
      messages = ["connection needs somebody"]
      also     = ""
      severity = "WARNING"
      every    = "21600s"
      todo     = "The platform refuses a credential for good, or it ends soon. `python -m infra.admin connections WORKSPACE` says which; `connect-link create WORKSPACE --reconnect CONNECTION` makes the link that renews it. Until then this connection rests and all others go on."
    }
    freshness = {
      title    = "numbers or exports are late"
      messages = ["numbers are late"]
      also     = ""
      or       = local.export_failed # here, because each condition costs
      severity = "WARNING"
      every    = "21600s"
      todo     = "A connection on the standard schedule has not been read whole for more than a day. `python -m infra.admin status WORKSPACE` says what it waits for: a limit of the platform, its client, or a fault. Or, if the log line is of `hourly-export` or of Firestore: the state was not exported this hour; it says why, and `docs/disaster-recovery.md` what that means."
    }
  }

  # Alarm => the measure that raises it.
  measured = {
    error_rate = {
      title    = "functions answer with errors"
      filter   = "resource.type=\"cloud_run_revision\" AND metric.type=\"run.googleapis.com/request_count\" AND metric.labels.response_code_class=\"5xx\""
      by       = "resource.label.service_name"
      aligner  = "ALIGN_DELTA"
      limit    = 20
      duration = "0s"
      severity = "ERROR"
      todo     = "More than twenty requests of one function failed within ten minutes; the notification names it. Its log lines of severity ERROR say where. A deployment just before? `docs/deploy.md`, \"Going back\"."
    }
    backlog = {
      title    = "messages wait"
      filter   = "resource.type=\"pubsub_subscription\" AND metric.type=\"pubsub.googleapis.com/subscription/oldest_unacked_message_age\""
      by       = null # one time series, because each that is read is charged
      aligner  = "ALIGN_MAX"
      limit    = 7200
      duration = "600s"
      severity = "ERROR"
      todo     = "A message has waited for two hours, so the function behind its subscription does not answer, or answers with errors. The dashboard shows which subscription; behind one ending in -dead stands `record_failure`. Messages wait for seven days, dead letters for 31."
    }
  }
}

resource "google_monitoring_alert_policy" "told" {
  for_each = local.told

  project               = local.project
  display_name          = "Tributary: ${each.value.title}"
  combiner              = "OR"
  severity              = each.value.severity
  notification_channels = local.channels
  user_labels           = local.labels

  conditions {
    display_name = each.value.title

    condition_matched_log {
      filter = join(" OR ", concat(
        ["(${local.ours} AND jsonPayload.message=(${join(" OR ", [for line in each.value.messages : "\"${line}\""])})${each.value.also})"],
        lookup(each.value, "or", []),
      ))
    }
  }

  alert_strategy {
    auto_close = "86400s"

    notification_rate_limit {
      period = each.value.every
    }
  }

  documentation {
    subject   = "${var.agency}: ${each.value.title}"
    mime_type = "text/markdown"
    content   = each.value.todo
  }
}

resource "google_monitoring_alert_policy" "measured" {
  for_each = local.measured

  project               = local.project
  display_name          = "Tributary: ${each.value.title}"
  combiner              = "OR"
  severity              = each.value.severity
  notification_channels = local.channels
  user_labels           = local.labels

  conditions {
    display_name = each.value.title

    condition_threshold {
      filter          = each.value.filter
      comparison      = "COMPARISON_GT"
      threshold_value = each.value.limit
      duration        = each.value.duration

      aggregations {
        alignment_period     = "600s"
        per_series_aligner   = each.value.aligner
        cross_series_reducer = each.value.aligner == "ALIGN_MAX" ? "REDUCE_MAX" : "REDUCE_SUM"
        group_by_fields      = each.value.by[*]
      }
    }
  }

  alert_strategy {
    auto_close = "86400s"
  }

  documentation {
    subject   = "${var.agency}: ${each.value.title}"
    mime_type = "text/markdown"
    content   = each.value.todo
  }
}

# Everything rests on the tick: a lost message, a dead worker and a parked slice are all its business.
resource "google_monitoring_alert_policy" "tick" {
  project               = local.project
  display_name          = "Tributary: the minute tick is silent"
  combiner              = "OR"
  severity              = "CRITICAL"
  notification_channels = local.channels
  user_labels           = local.labels

  conditions {
    display_name = "no tick for fifteen minutes"

    condition_absent {
      filter   = "resource.type=\"cloud_run_revision\" AND resource.labels.service_name=\"${module.fan_out_sync.name}\" AND metric.type=\"run.googleapis.com/request_count\" AND metric.labels.response_code_class=\"2xx\""
      duration = "900s"

      aggregations {
        alignment_period     = "60s"
        per_series_aligner   = "ALIGN_DELTA"
        cross_series_reducer = "REDUCE_SUM"
      }
    }
  }

  alert_strategy {
    auto_close = "86400s"
  }

  documentation {
    subject   = "${var.agency}: the minute tick is silent"
    mime_type = "text/markdown"
    content   = "`fan_out_sync` has answered no message well for fifteen minutes, so nothing is started, woken or freed. Look whether the job `minute-tick` of Cloud Scheduler runs, whether the subscription `minute-tick` delivers, and at the errors of `fan_out_sync`. Nothing is lost meanwhile; the first tick catches up."
  }
}
