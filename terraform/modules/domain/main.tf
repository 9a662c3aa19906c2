# A name of yours before the connect pages: an address of its own, a certificate that Google makes and renews, and which
# path leads to which function. One name for all of them, because the browser's cookie is bound to it.

locals {
  name = "tributary-connect"

  # Written out rather than taken from `id`, so that a plan shows who is behind which path and tests can look at it.
  groups   = { for name, each in google_compute_region_network_endpoint_group.function : name => "projects/${each.project}/regions/${each.region}/networkEndpointGroups/${each.name}" }
  services = { for name, each in google_compute_backend_service.function : name => "projects/${each.project}/global/backendServices/${each.name}" }
}

resource "google_compute_global_address" "this" {
  project     = var.place.project
  name        = local.name
  description = "What the DNS record of ${var.domain} names."
}

# -- the functions ---------------------------------------------------------------------------------

# A function of the second generation is a service of Cloud Run, and is named as such.
# https://docs.cloud.google.com/load-balancing/docs/negs/serverless-neg-concepts (2026-11)
resource "google_compute_region_network_endpoint_group" "function" {
  for_each = var.functions

  project               = var.place.project
  region                = var.place.region
  name                  = "${local.name}-${each.key}"
  network_endpoint_type = "SERVERLESS"

  cloud_run {
    service = each.key
  }
}

resource "google_compute_backend_service" "function" {
  for_each = var.functions

  project               = var.place.project
  name                  = "${local.name}-${each.key}"
  load_balancing_scheme = "EXTERNAL_MANAGED"

  backend {
    group = local.groups[each.key]
  }

  # The line of a request would hold its address, and that of the way back a code of the platform.
  log_config {
    enable = false
  }
}

resource "google_compute_url_map" "pages" {
  project         = var.place.project
  name            = local.name
  default_service = local.services[var.otherwise]

  host_rule {
    hosts        = [var.domain]
    path_matcher = "pages"
  }

  path_matcher {
    name            = "pages"
    default_service = local.services[var.otherwise]

    dynamic "path_rule" {
      for_each = var.functions
      content {
        paths   = path_rule.value
        service = local.services[path_rule.key]
      }
    }
  }
}

# -- in by TLS -------------------------------------------------------------------------------------

resource "google_compute_managed_ssl_certificate" "this" {
  project = var.place.project
  name    = "${local.name}-${substr(sha256(var.domain), 0, 8)}" # it cannot be changed, so another name is another one

  managed {
    domains = [var.domain]
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "google_compute_ssl_policy" "this" {
  project         = var.place.project
  name            = local.name
  profile         = "MODERN"
  min_tls_version = "TLS_1_2"
}

resource "google_compute_target_https_proxy" "this" {
  project          = var.place.project
  name             = local.name
  url_map          = google_compute_url_map.pages.id
  ssl_certificates = [google_compute_managed_ssl_certificate.this.id]
  ssl_policy       = google_compute_ssl_policy.this.id
}

resource "google_compute_global_forwarding_rule" "https" {
  project               = var.place.project
  name                  = "${local.name}-https"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  ip_address            = google_compute_global_address.this.id
  port_range            = "443"
  target                = google_compute_target_https_proxy.this.id
  labels                = var.place.labels
}

# -- in without TLS: sent on -----------------------------------------------------------------------

resource "google_compute_url_map" "to_https" {
  project = var.place.project
  name    = "${local.name}-to-https"

  default_url_redirect {
    https_redirect         = true
    strip_query            = false
    redirect_response_code = "MOVED_PERMANENTLY_DEFAULT"
  }
}

resource "google_compute_target_http_proxy" "this" {
  project = var.place.project
  name    = local.name
  url_map = google_compute_url_map.to_https.id
}

resource "google_compute_global_forwarding_rule" "http" {
  project               = var.place.project
  name                  = "${local.name}-http"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  ip_address            = google_compute_global_address.this.id
  port_range            = "80"
  target                = google_compute_target_http_proxy.this.id
  labels                = var.place.labels
}

# -- logs ------------------------------------------------------------------------------------------

# A balancer may write a line all the same about a request that it can give to no function.
# https://docs.cloud.google.com/load-balancing/docs/l7-internal/monitoring (2026-11; told of internal ones)
resource "google_logging_project_exclusion" "requests" {
  project     = var.place.project
  name        = "${local.name}-balancer"
  description = "Addresses of connect pages hold codes."
  filter = join(" AND ", [
    "resource.type=\"http_load_balancer\"",
    "resource.labels.url_map_name=(\"${google_compute_url_map.pages.name}\" OR \"${google_compute_url_map.to_https.name}\")",
  ])
}
