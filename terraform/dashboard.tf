# One page for the operator: is anything failing, is anything waiting, how much is going on.

locals {
  charts = [
    { title = "Runs ended, by state", metric = "logging.googleapis.com/user/tributary/runs_ended", type = "cloud_run_revision", by = "metric.label.state", aligner = "ALIGN_DELTA" },
    { title = "Failed slices, by kind of error", metric = "logging.googleapis.com/user/tributary/slices_failed", type = "cloud_run_revision", by = "metric.label.error", aligner = "ALIGN_DELTA" },
    { title = "Connections that need somebody", metric = "logging.googleapis.com/user/tributary/connections_waiting", type = "cloud_run_revision", by = "metric.label.move", aligner = "ALIGN_DELTA" },
    { title = "Late numbers, by workspace", metric = "logging.googleapis.com/user/tributary/connections_late", type = "cloud_run_revision", by = "metric.label.workspace", aligner = "ALIGN_DELTA" },
    { title = "Stuck slices", metric = "logging.googleapis.com/user/tributary/slices_stuck", type = "cloud_run_revision", by = "resource.label.service_name", aligner = "ALIGN_DELTA" },
    { title = "Dead letters, by topic", metric = "logging.googleapis.com/user/tributary/dead_letters", type = "cloud_run_revision", by = "metric.label.topic", aligner = "ALIGN_DELTA" },
    { title = "Requests, by function", metric = "run.googleapis.com/request_count", type = "cloud_run_revision", by = "resource.label.service_name", aligner = "ALIGN_DELTA" },
    { title = "Errors, by function", metric = "logging.googleapis.com/user/tributary/unforeseen", type = "cloud_run_revision", by = "resource.label.service_name", aligner = "ALIGN_DELTA" },
    { title = "Instances, by function", metric = "run.googleapis.com/container/instance_count", type = "cloud_run_revision", by = "resource.label.service_name", aligner = "ALIGN_MAX" },
    { title = "Oldest waiting message, in seconds", metric = "pubsub.googleapis.com/subscription/oldest_unacked_message_age", type = "pubsub_subscription", by = "resource.label.subscription_id", aligner = "ALIGN_MAX" },
  ]
}

resource "google_monitoring_dashboard" "this" {
  project = local.project
  dashboard_json = jsonencode({
    displayName = "Tributary: ${var.agency}"
    mosaicLayout = {
      columns = 48
      # Monitoring hands back no position of zero, and a plan would find one to add for ever.
      tiles = [for place, chart in local.charts : merge({ for name, at in { xPos = place % 2 * 24, yPos = floor(place / 2) * 14 } : name => at if at > 0 }, {
        width  = 24
        height = 14
        widget = {
          title = chart.title
          xyChart = { dataSets = [{
            plotType = chart.aligner == "ALIGN_MAX" ? "LINE" : "STACKED_BAR"
            timeSeriesQuery = { timeSeriesFilter = {
              filter = "metric.type=\"${chart.metric}\" resource.type=\"${chart.type}\""
              aggregation = {
                alignmentPeriod    = "300s"
                perSeriesAligner   = chart.aligner
                crossSeriesReducer = chart.aligner == "ALIGN_MAX" ? "REDUCE_MAX" : "REDUCE_SUM"
                groupByFields      = [chart.by]
              }
            } }
          }] }
        }
      })]
    }
  })

  depends_on = [google_logging_metric.counted]
}
