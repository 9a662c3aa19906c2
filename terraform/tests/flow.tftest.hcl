# The drawing, as planned: who reads what, who tells whom, who is open to the world. Nothing is created by these tests.

variables {
  project = "north-tributary"
  agency  = "North Agency"
}

override_data {
  target = data.google_project.this
  values = { number = "123456789012" }
}

run "the_flow" {
  command = plan

  # tests/terraform/test_flow.py holds the same to FLOW in shared/messages.py.
  assert {
    condition = jsonencode(output.flow) == jsonencode({
      oauth_start    = { reads = [], dead_letters = [], tells = [] }
      oauth_callback = { reads = [], dead_letters = [], tells = ["sync-requested"] }
      platform_calls = { reads = [], dead_letters = [], tells = ["platform-called"] }
      keep_access    = { reads = ["access-wanted"], dead_letters = [], tells = [] }
      console        = { reads = [], dead_letters = [], tells = ["access-wanted", "letter-wanted", "sync-requested", "workspace-wanted"] }
      look_up        = { reads = [], dead_letters = [], tells = [] }
      feed           = { reads = [], dead_letters = [], tells = ["data-changed"] }
      api            = { reads = [], dead_letters = [], tells = ["access-wanted", "letter-wanted", "sync-requested", "workspace-wanted"] }
      send_letter    = { reads = ["letter-wanted"], dead_letters = [], tells = ["letter-wanted"] }
      answer_call    = { reads = ["platform-called"], dead_letters = [], tells = [] }
      fan_out_sync   = { reads = ["minute-tick", "sync-requested"], dead_letters = [], tells = ["access-wanted", "audit-due", "data-changed", "platform-called", "rates-due", "run-changed", "slice-ready", "sync-requested", "table-ready", "workspace-wanted"] }
      extract_page   = { reads = ["slice-ready"], dead_letters = [], tells = ["run-changed", "slice-ready", "table-ready"] }
      load_batch     = { reads = ["table-ready"], dead_letters = [], tells = ["data-changed", "run-changed", "table-ready"] }
      tell_run       = { reads = ["run-changed"], dead_letters = [], tells = ["letter-wanted", "table-ready"] }
      load_rates     = { reads = ["rates-due"], dead_letters = [], tells = [] }
      seal_audit     = { reads = ["audit-due"], dead_letters = [], tells = ["letter-wanted"] }
      record_failure = { reads = [], dead_letters = ["access-wanted-dead", "audit-due-dead", "data-changed-dead", "letter-wanted-dead", "minute-tick-dead", "platform-called-dead", "rates-due-dead", "run-changed-dead", "slice-ready-dead", "sync-requested-dead", "table-ready-dead", "workspace-wanted-dead"], tells = ["run-changed", "table-ready"] }
      publish_mart   = { reads = ["data-changed"], dead_letters = [], tells = [] }
      open_workspace = { reads = ["workspace-wanted"], dead_letters = [], tells = [] }
    })
    error_message = "the plan draws another flow"
  }

  assert {
    condition     = alltrue([for name, id in output.topics : id == "projects/north-tributary/topics/${name}"])
    error_message = "functions publish to topics by the names of their messages"
  }

  assert {
    condition     = length(distinct(values(output.service_accounts))) == 20
    error_message = "every function acts as an account of its own, and the builder too"
  }

  assert {
    condition     = output.redirect_uris["mailchimp"] == "https://europe-west1-north-tributary.cloudfunctions.net/oauth-callback/mailchimp"
    error_message = "a redirect URI is the callback's public address and the platform"
  }

  assert {
    condition     = split("/", output.connect_url)[2] == split("/", output.redirect_uris["mailchimp"])[2]
    error_message = "both connect functions must share a host, because the browser's cookie is bound to one"
  }
}

run "the_privacy_page" {
  command = plan

  variables {
    agency      = "Ann's Agency"
    contact     = "privacy@example.com"
    backup_days = 21
    pages_days  = 500
  }

  assert {
    condition     = output.privacy_url == "${output.connect_url}/privacy"
    error_message = "it stands beside the connect page"
  }

  assert {
    condition     = alltrue([for line in ["TRIBUTARY_AGENCY='Ann'\\''s Agency'", "TRIBUTARY_CONTACT='privacy@example.com'", "TRIBUTARY_REGION='europe-west1'", "TRIBUTARY_PAGES_DAYS='500'", "TRIBUTARY_BACKUP_DAYS='21'"] : strcontains(output.admin_environment, "export ${line}")])
    error_message = "it says who reads, where, and how long everything is kept; and a shell can read it"
  }
}

run "what_the_connect_pages_bear" {
  command = plan

  variables {
    privacy_notice = "https://north.example/privacy"
    colour         = "#8a1538"
    logo           = "tests/logo.png"
  }

  assert {
    condition     = alltrue([for line in ["TRIBUTARY_PRIVACY_NOTICE='https://north.example/privacy'", "TRIBUTARY_COLOUR='#8a1538'", "TRIBUTARY_LOGO='yes'"] : strcontains(output.admin_environment, "export ${line}")])
    error_message = "the functions know of them"
  }

  assert {
    condition     = google_firestore_document.logo["logo"].collection == "brand" && jsondecode(google_firestore_document.logo["logo"].fields).picture.bytesValue == filebase64("tests/logo.png")
    error_message = "the picture is where the functions look for it"
  }
}

run "the_connect_pages_without_it" {
  command = plan

  assert {
    condition     = length(google_firestore_document.logo) == 0 && strcontains(output.admin_environment, "export TRIBUTARY_LOGO=''")
    error_message = "nothing is put there, and nothing is looked for"
  }
}

run "the_schedule" {
  command = plan

  variables {
    schedule = { hours = [6, 14, 22], zone = "Europe/Berlin" }
  }

  assert {
    condition     = google_cloud_scheduler_job.sync.schedule == "0 6,14,22 * * *" && google_cloud_scheduler_job.sync.time_zone == "Europe/Berlin"
    error_message = "syncs begin at the hours and in the zone that were chosen"
  }

  assert {
    condition     = jsondecode(base64decode(google_cloud_scheduler_job.sync.pubsub_target[0].data)) == { reason = "schedule", v = 1 }
    error_message = "a scheduled request names no connection: it is for all of them"
  }

  assert {
    condition     = google_cloud_scheduler_job.sync.pubsub_target[0].topic_name == output.topics["sync-requested"] && google_cloud_scheduler_job.tick.pubsub_target[0].topic_name == output.topics["minute-tick"]
    error_message = "the scheduler speaks to the topics that fan_out_sync reads"
  }

  assert {
    condition     = google_cloud_scheduler_job.tick.schedule == "* * * * *"
    error_message = "the tick comes every minute"
  }
}

run "permissions" {
  command = plan

  assert {
    condition     = alltrue([for grant in google_project_iam_member.documents : grant.role == "roles/datastore.user" && grant.condition[0].expression == "resource.name == \"projects/north-tributary/databases/(default)\""])
    error_message = "Firestore is granted for the one database only"
  }

  assert {
    condition     = alltrue([for grant in google_project_iam_member.people : grant.role == "roles/datastore.user" && grant.condition[0].expression == "resource.name == \"projects/north-tributary/databases/people\""])
    error_message = "and that of people is granted by itself"
  }

  assert {
    condition     = setintersection(toset(keys(google_project_iam_member.people)), toset(keys(google_project_iam_member.documents))) == toset(["api", "console", "send_letter"])
    error_message = "only those whom people meet reach both databases"
  }

  assert {
    condition     = toset(keys(google_project_iam_member.feeds)) == toset(["api", "console", "feed", "seal_audit"]) && !contains(keys(merge(google_project_iam_member.people, google_project_iam_member.documents)), "feed")
    error_message = "feed reaches what its keys open, and neither people nor what the engine writes"
  }

  assert {
    condition     = google_project_iam_custom_role.published_reader.permissions == toset(["storage.objects.get"])
    error_message = "and reads published files, without listing them"
  }

  assert {
    condition     = toset(keys(google_storage_bucket_iam_member.pages)) == toset(["answer_call", "answers_call", "extract_page", "fan_out_sync", "load_batch", "look_up", "open_workspace", "tell_run"])
    error_message = "nobody else touches staged pages"
  }

  assert {
    condition     = { for name, grant in google_storage_bucket_iam_member.published : name => grant.role } == { publish_mart = "projects/north-tributary/roles/tributaryPublisher", answer_call = "projects/north-tributary/roles/tributaryWithdrawer", console = "projects/north-tributary/roles/tributaryPublishedReader", feed = "projects/north-tributary/roles/tributaryPublishedReader", api = "projects/north-tributary/roles/tributaryPublishedReader" }
    error_message = "nobody else touches what is published"
  }

  assert {
    condition     = !contains(google_project_iam_custom_role.withdrawer.permissions, "storage.objects.get")
    error_message = "who withdraws cannot read"
  }

  assert {
    condition     = [for entry in google_bigquery_dataset.shared.access : entry.role if entry.user_by_email == output.service_accounts.publish_mart] == ["READER"]
    error_message = "publish_mart reads exchange rates"
  }

  assert {
    condition     = google_project_iam_custom_role.looker.permissions == toset(["datastore.databases.get", "datastore.entities.create", "datastore.entities.get", "datastore.entities.list"])
    error_message = "who looks people up adds entries and changes none"
  }

  assert {
    condition     = google_project_iam_member.looks_at_people.condition[0].expression == "resource.name == \"projects/north-tributary/databases/people\"" && google_project_iam_member.looks_at_workspaces.role == "roles/datastore.viewer"
    error_message = "and reads, in the database of workspaces"
  }

  assert {
    condition     = google_project_iam_custom_role.workspace_maker.permissions == toset(["bigquery.datasets.create"]) && google_project_iam_member.makes_workspaces.member == "serviceAccount:${output.service_accounts.open_workspace}"
    error_message = "open_workspace makes datasets; the one role that it has on all of them does nothing else"
  }

  assert {
    condition     = google_storage_bucket_iam_member.pages["open_workspace"].role == "projects/north-tributary/roles/tributaryPageSweeper" && google_project_iam_custom_role.page_sweeper.permissions == toset(["storage.objects.delete", "storage.objects.list"])
    error_message = "who sweeps pages cannot read them"
  }

  assert {
    condition     = google_bigquery_dataset_access.opens_rates.role == "projects/north-tributary/roles/tributaryWorkspaceKeeper" && google_bigquery_dataset_access.opens_rates.dataset_id == "tributary"
    error_message = "the marts of a workspace are let in where rates are by who opens it"
  }

  assert {
    condition     = google_project_iam_custom_role.page_writer.permissions == toset(["storage.objects.create", "storage.objects.delete"])
    error_message = "extract_page writes pages and cannot read them"
  }

  assert {
    condition     = alltrue([for name in ["extract_page", "tell_run"] : google_storage_bucket_iam_member.pages[name].role == "projects/north-tributary/roles/tributaryPageWriter"])
    error_message = "whoever stages pages may do no more than write them"
  }

  assert {
    condition     = google_project_iam_member.load_jobs.member == "serviceAccount:${output.service_accounts.load_batch}"
    error_message = "load_batch runs jobs"
  }

  assert {
    condition     = google_project_iam_member.rate_jobs.member == "serviceAccount:${output.service_accounts.load_rates}" && [for entry in google_bigquery_dataset.shared.access : entry.role if entry.user_by_email == output.service_accounts.load_rates] == ["WRITER"]
    error_message = "load_rates writes the dataset of exchange rates"
  }

  assert {
    condition     = alltrue([for grant in google_project_iam_member.renews_secrets : grant.condition[0].expression == "resource.name.startsWith(\"projects/123456789012/secrets/user-\")"])
    error_message = "extract_page and keep_access open credentials of connections, not every secret of the project"
  }

  assert {
    condition     = toset(concat(keys(google_project_iam_member.renews_secrets), keys(google_project_iam_member.erases_secrets))) == toset(["answer_call", "extract_page", "keep_access"])
    error_message = "besides oauth_callback, nobody else opens a connection's credential"
  }

  assert {
    condition     = google_project_iam_custom_role.secret_adder.permissions == toset(["secretmanager.versions.add"]) && google_project_iam_member.adds_webhooks.member == "serviceAccount:${output.service_accounts.api}" && google_project_iam_member.signs_webhooks.member == "serviceAccount:${output.service_accounts.send_letter}"
    error_message = "api writes the secrets of webhooks and reads none; send_letter reads them"
  }

  assert {
    condition     = alltrue([for grant in [google_project_iam_member.adds_webhooks, google_project_iam_member.signs_webhooks] : grant.condition[0].expression == "resource.name.startsWith(\"projects/123456789012/secrets/webhook-\")"])
    error_message = "and no other secrets"
  }

  assert {
    condition     = google_project_iam_custom_role.audit_writer.permissions == toset(["datastore.entities.create"]) && google_project_iam_member.tells_audit.condition[0].expression == "resource.name == \"projects/north-tributary/databases/people\"" && !contains(keys(google_project_iam_member.people), "keep_access")
    error_message = "keep_access adds to the audit log, and reads nothing of people"
  }

  assert {
    condition     = alltrue([for key, grant in google_secret_manager_secret_iam_member.opens : !startswith(key, "load_batch") && !startswith(key, "fan_out_sync") && !startswith(key, "tell_run") && !startswith(key, "load_rates") && !startswith(key, "record_failure")])
    error_message = "functions that move data open no secrets of ours, but for extract_page"
  }

  assert {
    condition     = google_project_iam_custom_role.secret_maker.permissions == toset(["secretmanager.secrets.create"])
    error_message = "the one unconditional role on secrets makes empty ones and nothing else"
  }
}

run "alarms" {
  command = plan

  variables {
    alert_emails = ["ops@example.com"]
    budget       = { billing_account = "0A1B2C-3D4E5F-6A7B8C", amount = 25 }
  }

  assert {
    condition     = toset(keys(google_monitoring_alert_policy.told)) == toset(["dead_letters", "failed_runs", "stuck_slices", "connections_waiting", "freshness"]) && toset(keys(google_monitoring_alert_policy.measured)) == toset(["error_rate"]) && toset(keys(google_monitoring_alert_policy.asked)) == toset(["backlog", "tick"])
    error_message = "an alarm is missing"
  }

  assert {
    condition     = alltrue([for policy in concat(values(google_monitoring_alert_policy.told), values(google_monitoring_alert_policy.measured), values(google_monitoring_alert_policy.asked)) : length(policy.documentation[0].content) > 100])
    error_message = "every alarm says what to do"
  }

  assert {
    condition     = strcontains(google_monitoring_alert_policy.asked["backlog"].conditions[0].condition_prometheus_query_language[0].query, "response_class!=\"ack\"}[15m])) > 4 unless sum by (subscription_id)") && strcontains(google_monitoring_alert_policy.asked["tick"].conditions[0].condition_prometheus_query_language[0].query, "absent_over_time(run_googleapis_com:request_count")
    error_message = "somebody is told when a subscription's messages are all refused, for whatever reason, and when there never was a tick"
  }

  assert {
    condition     = google_billing_budget.month[0].amount[0].specified_amount[0].units == "25" && length(google_billing_budget.month[0].threshold_rules) == 4
    error_message = "the budget warns before the bill"
  }

  assert {
    condition     = strcontains(google_logging_project_exclusion.connect_requests.filter, "oauth-callback") && strcontains(google_logging_project_exclusion.connect_requests.filter, "oauth-start")
    error_message = "the addresses of connect pages hold codes and tokens; no log may keep them"
  }
}
