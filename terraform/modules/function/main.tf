# One function: its archive, and the service that runs it. Messages, identities and the alarm have files of their own.

locals {
  name   = replace(var.function, "_", "-")
  reader = length(var.reads) + length(var.dead_letters) > 0

  # Known before the function exists, because the function must be told its own address: it is the audience that
  # push requests are signed for. https://cloud.google.com/run/docs/triggering/https-request (2026-10)
  address = "https://${local.name}-${var.place.number}.${var.place.region}.run.app"

  # Whoever calls from another function comes by the public address, unless all traffic leaves through a network of
  # ours: only then does Cloud Run take it for internal. Either way it lets in nobody but those who may invoke.
  # https://cloud.google.com/run/docs/securing/ingress (2026-11)
  called_from_outside = length(var.called_by) > 0 && try(var.place.network.egress, "") != "ALL_TRAFFIC"

  settings = merge(
    var.place.settings,
    { THREADS = tostring(max(2, var.size.at_once)) }, # of the functions framework: one for each request at once
    local.reader ? {
      TRIBUTARY_PUSH_AUDIENCE = local.address
      TRIBUTARY_PUSH_IDENTITY = google_service_account.push[0].email
    } : {},
    var.settings,
  )
}

# The archive is named after its content, so a function is deployed anew when something it runs has changed.
resource "google_storage_bucket_object" "archive" {
  bucket       = var.place.source
  name         = "functions/${var.place.archives[var.function]}"
  source       = "${var.place.bundles}/${var.place.archives[var.function]}"
  content_type = "application/zip"

  lifecycle {
    create_before_destroy = true

    # Its name follows from what was in it when it was made; what is in it now is looked at here.
    precondition {
      condition     = var.place.digests == null || try(filesha256("${var.place.bundles}/${var.place.archives[var.function]}") == var.place.digests[var.place.archives[var.function]], false)
      error_message = "The archive of ${var.function} is not the one that SHA256SUMS lists. Run `python -m infra.tools.bundle`, or unpack the release anew."
    }
  }
}

resource "google_cloudfunctions2_function" "this" {
  project      = var.place.project
  location     = var.place.region
  name         = local.name
  description  = var.does
  labels       = var.place.labels
  kms_key_name = var.place.kms_key

  build_config {
    runtime           = var.place.runtime
    entry_point       = "main"
    service_account   = var.place.builder
    docker_repository = var.place.images

    source {
      storage_source {
        bucket = google_storage_bucket_object.archive.bucket
        object = google_storage_bucket_object.archive.name
      }
    }
  }

  service_config {
    service_account_email            = google_service_account.this.email
    environment_variables            = local.settings
    available_memory                 = var.size.memory
    available_cpu                    = var.size.cpu
    timeout_seconds                  = var.size.timeout
    max_instance_count               = var.size.instances
    min_instance_count               = 0 # nothing is paid while nothing is to be done
    max_instance_request_concurrency = var.size.at_once
    all_traffic_on_latest_revision   = true
    ingress_settings                 = var.public ? coalesce(var.place.ingress, "ALLOW_ALL") : local.called_from_outside ? "ALLOW_ALL" : "ALLOW_INTERNAL_ONLY"
    vpc_connector                    = try(var.place.network.connector, null)
    vpc_connector_egress_settings    = try(var.place.network.egress, null)
  }

  lifecycle {
    precondition {
      condition     = !local.reader || var.size.timeout < var.delivery.ack_deadline
      error_message = "${var.function} may take ${var.size.timeout} s, but Pub/Sub delivers again after ${var.delivery.ack_deadline} s: the timeout must be the shorter one."
    }

    precondition {
      condition     = tonumber(lookup(var.settings, "TRIBUTARY_WORK_SECONDS", "0")) < var.size.timeout
      error_message = "${var.function} would be stopped before it stops by itself: TRIBUTARY_WORK_SECONDS must be below the timeout of ${var.size.timeout} s."
    }

    precondition {
      condition     = !(var.public && local.reader)
      error_message = "${var.function} reads messages, so it must not be open to the internet."
    }

    precondition {
      condition     = length(var.called_by) == 0 || !(var.public || local.reader)
      error_message = "${var.function} is called by other functions, so nobody else may call it."
    }
  }
}
