# A name of the admin's own before the connect pages: who is behind it, how one gets in, and when links go by it.

variables {
  project        = "north-tributary"
  agency         = "North Agency"
  connect_domain = "connect.example.com"
}

override_data {
  target = data.google_project.this
  values = { number = "123456789012" }
}

run "nothing_without_a_name" {
  command = plan

  variables {
    connect_domain = null
  }

  assert {
    condition     = length(module.domain) == 0 && output.connect_domain == null && !contains(keys(google_project_service.needed), "compute.googleapis.com")
    error_message = "a load balancer costs money, so nobody gets one who did not ask for it"
  }
}

run "the_pages_stay_where_they_are_until_there_is_a_certificate" {
  command = plan

  assert {
    condition     = output.connect_url == "https://europe-west1-north-tributary.cloudfunctions.net/oauth-start" && startswith(output.redirect_uris["mailchimp"], "https://europe-west1-north-tributary.cloudfunctions.net/")
    error_message = "without a certificate nobody could open a link"
  }

  assert {
    condition     = output.connect_domain.redirect_uris["mailchimp"] == "https://connect.example.com/oauth-callback/mailchimp" && output.connect_domain.name == "connect.example.com" && output.connect_domain.type == "A"
    error_message = "what has to be registered and which record has to be made is told before"
  }

  assert {
    condition     = contains(keys(google_project_service.needed), "compute.googleapis.com")
    error_message = "load balancers are among what this API makes"
  }
}

run "the_pages_go_by_the_name" {
  command = plan

  variables {
    connect_host = "connect.example.com"
  }

  assert {
    condition     = output.connect_url == "https://connect.example.com/oauth-start" && output.redirect_uris == output.connect_domain.redirect_uris
    error_message = "links and redirect addresses go by the name, and the latter are those that were told before"
  }

  assert {
    condition     = strcontains(output.admin_environment, "TRIBUTARY_START_URL='https://connect.example.com/oauth-start'") && strcontains(output.admin_environment, "TRIBUTARY_CALLBACK_URL='https://connect.example.com/oauth-callback'")
    error_message = "the command line makes links, and checks apps, by the same name"
  }
}

run "the_balancer" {
  command = plan

  module {
    source = "./modules/domain"
  }

  variables {
    domain    = "connect.example.com"
    functions = { oauth-start = ["/oauth-start", "/oauth-start/*"], oauth-callback = ["/oauth-callback", "/oauth-callback/*"] }
    otherwise = "oauth-start"
    place     = { project = "north-tributary", region = "europe-west1", labels = { app = "tributary" } }
  }

  assert {
    condition     = alltrue([for name in ["oauth-start", "oauth-callback"] : google_compute_region_network_endpoint_group.function[name].cloud_run[0].service == name && google_compute_region_network_endpoint_group.function[name].region == "europe-west1" && one(google_compute_backend_service.function[name].backend).group == "projects/north-tributary/regions/europe-west1/networkEndpointGroups/tributary-connect-${name}"])
    error_message = "behind the name are the services of the two functions"
  }

  assert {
    condition     = { for rule in google_compute_url_map.pages.path_matcher[0].path_rule : join(" ", sort(rule.paths)) => rule.service } == { for name in ["oauth-callback", "oauth-start"] : "/${name} /${name}/*" => "projects/north-tributary/global/backendServices/tributary-connect-${name}" } && one(google_compute_url_map.pages.host_rule).hosts == toset(["connect.example.com"])
    error_message = "both functions share the name, each at its path: the browser's cookie is bound to the name"
  }

  assert {
    condition     = google_compute_global_forwarding_rule.https.port_range == "443" && google_compute_managed_ssl_certificate.this.managed[0].domains == tolist(["connect.example.com"]) && google_compute_ssl_policy.this.min_tls_version == "TLS_1_2"
    error_message = "the pages are open by TLS 1.2 or newer, with a certificate for the name"
  }

  assert {
    condition     = google_compute_global_forwarding_rule.http.port_range == "80" && google_compute_url_map.to_https.default_service == null && google_compute_url_map.to_https.default_url_redirect[0].https_redirect
    error_message = "who comes without TLS is sent on, and served nothing"
  }

  assert {
    condition     = alltrue([for each in google_compute_backend_service.function : !each.log_config[0].enable && each.load_balancing_scheme == "EXTERNAL_MANAGED"])
    error_message = "addresses of connect pages hold codes: the balancer writes none down"
  }

  assert {
    condition     = strcontains(google_logging_project_exclusion.requests.filter, "(\"tributary-connect\" OR \"tributary-connect-to-https\")")
    error_message = "nor does a log keep what it writes all the same"
  }
}

run "a_function_that_no_path_leads_to" {
  command = plan

  module {
    source = "./modules/domain"
  }

  variables {
    domain    = "connect.example.com"
    functions = { oauth-start = ["/*"], oauth-callback = [] }
    otherwise = "oauth-start"
    place     = { project = "north-tributary", region = "europe-west1", labels = {} }
  }

  expect_failures = [var.functions]
}

run "every_other_path_leads_nowhere" {
  command = plan

  module {
    source = "./modules/domain"
  }

  variables {
    domain    = "connect.example.com"
    functions = { oauth-start = ["/*"] }
    otherwise = "pages"
    place     = { project = "north-tributary", region = "europe-west1", labels = {} }
  }

  expect_failures = [var.otherwise]
}
