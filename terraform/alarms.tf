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

  # The call for an export was refused, or Firestore could not carry it out: Google writes a second line when an operation
  # ends, whose severity is not documented, so what it came to is looked at too.
  # https://cloud.google.com/logging/docs/audit/understanding-audit-logs (2026-11)
  export_failed = [
    "(resource.type=\"cloud_scheduler_job\" AND resource.labels.job_id=\"${google_cloud_scheduler_job.export.name}\" AND severity>=ERROR)",
    "(protoPayload.serviceName=\"firestore.googleapis.com\" AND protoPayload.methodName:\"ExportDocuments\" AND (severity>=ERROR OR protoPayload.status.code>0))",
  ]

  # Alarm => the log lines that raise it, how often it may at most, and the text of the notification.
  told = {
    dead_letters = {
      title    = "a message was given up, or the audit log is in doubt"
      messages = ["dead letter", "message kept aside", "run not told", "push refused: not signed for this function", "audit chain is broken", "audit seal is late"]
      also     = ""
      severity = "ERROR"
      every    = "3600s"
      todo     = "A message was tried in vain and became a dead letter, or could not be understood and was kept aside. `tributary admin failures list` says which slice or batch failed and why; `failures retry` asks for it once more. The log line's `topic` says where it came from. \"run not told\": BigQuery refused to take in what a run came to; `tributary admin marts refresh` tries again. \"push refused\": a request came whose token is not of this function's own subscription; the service's settings `TRIBUTARY_PUSH_AUDIENCE` and `TRIBUTARY_PUSH_IDENTITY` must be those of the subscription, so apply once more. \"audit chain is broken\": what was entered into the audit log was changed, removed or added by hand, or documents of the database `people` were restored apart from each other. `tributary admin audit check` says which seals and entries; with `--seals` it compares them with those in the locked log bucket (docs/keys-and-audit.md). Let nobody mend it: keep a clone of the database first. \"audit seal is late\": entries waited for more than twenty minutes, so `seal_audit` did not run or could not write; its log says why. Nothing is lost by that, and until then nothing shows whether an entry was changed."
    }
    failed_runs = {
      title    = "a run failed, or what it read is in doubt"
      messages = ["run ended", "proof differs", "sweep held back"]
      also     = " AND (NOT jsonPayload.message=\"run ended\" OR jsonPayload.state=(\"failed\" OR \"partly\"))"
      severity = "WARNING"
      every    = "3600s"
      todo     = "`tributary admin status WORKSPACE` says which streams failed, why, and whose move it is. What did not fail is complete, and cursors of what failed have not moved: the next run reads it again. \"proof differs\": a total of the platform is another one than ours; what came is loaded. Where it counts more records than it sent, the cursor and the marking of vanished rows wait, and the run is told as partly. One that comes again after the next run is a fault of the platform or of ours: compare with the platform's own page. \"sweep held back\": very many rows would have been marked as vanished, so nothing was marked; if the next complete reading agrees, they are. If the client did not delete them, look at what the account may still see, and mend that before the next run."
    }
    stuck_slices = {
      title    = "slices are stuck"
      messages = ["slices stuck", "orphan slices"]
      also     = ""
      severity = "ERROR"
      every    = "3600s"
      todo     = "The tick has nudged the same slices for an hour and no worker came. Look whether `extract_page` starts at all (its newest revision, its errors), and whether the subscription `slice-ready` delivers. Nothing is lost: slices go on where they stood. \"orphan slices\": their run is not there, because its planning was interrupted; they were closed, and the next sync reads from its cursors. If it comes more than once a day, look at the errors of `fan_out_sync`: it is killed while it plans."
    }
    connections_waiting = {
      title    = "a connection needs somebody"
      messages = ["connection needs somebody", "access wish failed"]
      also     = ""
      severity = "WARNING"
      every    = "21600s"
      todo     = "The platform refuses a credential for good, or it ends soon. `tributary admin connections WORKSPACE` says which; `connect-link create WORKSPACE --reconnect CONNECTION` makes the link that renews it. Until then this connection rests and all others go on. \"access wish failed\": somebody wanted an access to be validated, renewed or ended, and it did not come about; `tributary admin connection wishes WORKSPACE` says why and whose move it is. An ending that failed has begun: `tributary admin connection disconnect` goes on with it."
    }
    freshness = {
      title    = "numbers or exports are late"
      messages = ["numbers are late", "debt is old", "marts are late", "marts not published"]
      also     = ""
      or       = local.export_failed # here, because each condition costs
      severity = "WARNING"
      every    = "21600s"
      todo     = "\"marts not published\": BigQuery refused the script that publishes a workspace's marts, or what came of it was not what was asked for; the line says which, and it is tried again within hours. \"marts are late\": a version waits for more than three hours although somebody looks at it (27 hours where nobody does); `because` says why. Until then the version before answers, with its stamp. `tributary admin marts published WORKSPACE` says how far it is; `tributary admin marts deploy` where tables are missing. Else: a connection on the standard schedule has not been read whole for more than a day. `tributary admin status WORKSPACE` says what it waits for: a limit of the platform, its client, or a fault. \"debt is old\": a part of a stream has been owed for more than two days, so its rows are missing although runs complete; each run tries it again. `status WORKSPACE` says why it fails: a refusal that stays is the client's or the agency's to end, a fault ours. Or, if the log line is of `hourly-export` or of Firestore: the state was not exported this hour; it says why, and `docs/disaster-recovery.md` what that means."
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
  }

  # Alarm => what is asked of the measures, in PromQL: it can also ask for what is not there, from the first minute on,
  # while a condition on absent data waits for the first datum, which never comes where nothing works.
  asked = {
    backlog = {
      title = "messages wait, none is accepted, or exports have stopped"
      query = join(" or ", [
        "max by (subscription_id) (pubsub_googleapis_com:subscription_oldest_unacked_message_age{monitored_resource=\"pubsub_subscription\"}) > 7200",
        "(${local.pushes.refused} > 4 unless ${local.pushes.accepted} > 0)",
        "label_replace(${local.export_written}[1d])) > 0 unless ${local.export_written}[3h])) > 0, \"subscription_id\", \"${google_cloud_scheduler_job.export.name}\", \"\", \"\")",
      ])
      duration = "300s"
      severity = "ERROR"
      todo     = "A message has waited for two hours, or a subscription's function has accepted nothing for a quarter of an hour while it refused several: the notification names the subscription. Look at the requests of the function behind it. 401: the token is not what it expects (its log says \"push refused\"); 403: its caller `…-push` has lost `roles/run.invoker`, or Pub/Sub may not sign as it; apply once more, which grants both. 429: all instances are busy and none gets done; 5xx: its log says where. Behind a subscription ending in -dead stands `record_failure`. Messages wait for seven days, dead letters for 31. If it names `hourly-export`, which is no subscription: Firestore has written nothing into the bucket of exports for three hours. `gcloud firestore operations list` says how the last ones ended, and `docs/disaster-recovery.md` what that means."
    }
    # Everything rests on the tick: a lost message, a dead worker and a parked slice are all its business.
    tick = {
      title = "the minute tick is silent"
      query = join(" or ", [
        "absent_over_time(${local.ticks}[15m])",
        "sum(increase(${local.ticks}[15m])) < 1",
      ])
      duration = "300s"
      severity = "CRITICAL"
      todo     = "`fan_out_sync` has answered no message well for fifteen minutes, so nothing is started, woken or freed. Look whether the job `minute-tick` of Cloud Scheduler runs, whether the subscription `minute-tick` delivers, and at the errors of `fan_out_sync`. Nothing is lost meanwhile; the first tick catches up. Right after the first apply of all it may ring once, and ends by itself."
    }
  }

  ticks = "run_googleapis_com:request_count{monitored_resource=\"cloud_run_revision\",service_name=\"${module.fan_out_sync.name}\",response_code_class=\"2xx\"}"

  # What is written into the bucket of exports, by whoever writes: nobody but Firestore does. It proves that an export came
  # to something, whatever is logged of its end. Only where some were written before, so that nothing rings for ever should
  # Google not count what its own services write.
  export_written = "sum(increase(storage_googleapis_com:api_request_count{monitored_resource=\"gcs_bucket\",bucket_name=\"${google_storage_bucket.exports.name}\",method!~\"(Get|List|Read).*\"}"

  # A busy function refuses some of its messages and accepts others: that is no reason to ring.
  pushes = { for name, which in { accepted = "=", refused = "!=" } : name =>
    "sum by (subscription_id) (increase(pubsub_googleapis_com:subscription_push_request_count{monitored_resource=\"pubsub_subscription\",response_class${which}\"ack\"}[15m]))"
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

resource "google_monitoring_alert_policy" "asked" {
  for_each = local.asked

  project               = local.project
  display_name          = "Tributary: ${each.value.title}"
  combiner              = "OR"
  severity              = each.value.severity
  notification_channels = local.channels
  user_labels           = local.labels

  conditions {
    display_name = each.value.title

    condition_prometheus_query_language {
      query               = each.value.query
      duration            = each.value.duration
      evaluation_interval = "60s"

      # Before the first message these measures are not known yet, which is no reason to refuse the alarm.
      disable_metric_validation = true
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
