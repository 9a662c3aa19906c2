# What sets things going: the syncs of the day, and the minute that makes every lost message good.

resource "google_cloud_scheduler_job" "sync" {
  project     = local.project
  region      = var.region
  name        = "standard-syncs"
  description = "Asks for a sync of every connection on the standard schedule."
  schedule    = "0 ${join(",", distinct([for hour in var.schedule.hours : tostring(hour)]))} * * *"
  time_zone   = var.schedule.zone

  pubsub_target {
    topic_name = local.topics["sync-requested"]
    data       = base64encode(jsonencode({ reason = "schedule", v = 1 })) # without a connection: all of them
  }

  retry_config {
    retry_count = 3
  }
}

resource "google_cloud_scheduler_job" "tick" {
  project     = local.project
  region      = var.region
  name        = "minute-tick"
  description = "Once a minute: start what is due, wake what is parked, free what is stuck."
  schedule    = "* * * * *"
  time_zone   = "Etc/UTC"

  pubsub_target {
    topic_name = local.topics["minute-tick"]
    data       = base64encode(jsonencode({ v = 1 }))
  }
}
