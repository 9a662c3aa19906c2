# One function: how messages reach it, what happens to those it cannot handle, and who may call it.

provider "google" {
  project = "north-tributary"
  region  = "europe-west1"
}

variables {
  function = "extract_page"
  does     = "Reads pages."
  reads    = ["slice-ready"]
  tells    = ["table-ready"]
  topics   = { table-ready = "projects/north-tributary/topics/table-ready" }

  place = {
    project  = "north-tributary"
    number   = "123456789012"
    region   = "europe-west1"
    bundles  = "tests"
    archives = { extract_page = "function.tftest.hcl", oauth_start = "function.tftest.hcl", record_failure = "function.tftest.hcl" }
    source   = "north-tributary-functions"
    builder  = "projects/north-tributary/serviceAccounts/function-builder@north-tributary.iam.gserviceaccount.com"
    agent    = "service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com"
    images   = "projects/north-tributary/locations/europe-west1/repositories/functions"
    runtime  = "python313"
    settings = { GOOGLE_CLOUD_PROJECT = "north-tributary", TRIBUTARY_BUCKET = "pages" }
    labels   = { app = "tributary" }
  }
}

run "a_reader" {
  command = plan

  module {
    source = "./modules/function"
  }

  assert {
    condition     = google_pubsub_subscription.read["slice-ready"].dead_letter_policy[0].dead_letter_topic == "projects/north-tributary/topics/${google_pubsub_topic.dead["slice-ready"].name}"
    error_message = "what cannot be handled must reach the dead letters"
  }

  assert {
    condition     = google_pubsub_topic_iam_member.agent_buries["slice-ready"].role == "roles/pubsub.publisher" && google_pubsub_topic_iam_member.agent_buries["slice-ready"].topic == google_pubsub_topic.dead["slice-ready"].name && google_pubsub_topic_iam_member.agent_buries["slice-ready"].member == "serviceAccount:service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com"
    error_message = "without this grant nothing is ever dead-lettered: publisher on the dead letter topic"
  }

  assert {
    condition     = google_pubsub_subscription_iam_member.agent_takes["slice-ready"].role == "roles/pubsub.subscriber" && google_pubsub_subscription_iam_member.agent_takes["slice-ready"].subscription == google_pubsub_subscription.read["slice-ready"].name && google_pubsub_subscription_iam_member.agent_takes["slice-ready"].member == google_pubsub_topic_iam_member.agent_buries["slice-ready"].member
    error_message = "without this grant nothing is ever dead-lettered: subscriber on the subscription"
  }

  assert {
    condition     = google_pubsub_subscription.read["slice-ready"].push_config[0].push_endpoint == "https://extract-page-123456789012.europe-west1.run.app/slice-ready"
    error_message = "the last part of the address names the topic (shared/edge.py)"
  }

  assert {
    condition     = google_pubsub_subscription.read["slice-ready"].push_config[0].oidc_token[0].audience == google_cloudfunctions2_function.this.service_config[0].environment_variables["TRIBUTARY_PUSH_AUDIENCE"] && google_pubsub_subscription.read["slice-ready"].push_config[0].oidc_token[0].service_account_email == google_cloudfunctions2_function.this.service_config[0].environment_variables["TRIBUTARY_PUSH_IDENTITY"]
    error_message = "the function accepts exactly what its subscription signs"
  }

  assert {
    condition     = google_pubsub_subscription.read["slice-ready"].expiration_policy[0].ttl == "" && google_pubsub_subscription.read["slice-ready"].retry_policy[0].maximum_backoff == "600s"
    error_message = "a subscription never expires, and pauses between deliveries"
  }

  assert {
    condition     = google_pubsub_subscription.read["slice-ready"].ack_deadline_seconds > google_cloudfunctions2_function.this.service_config[0].timeout_seconds
    error_message = "no message may come again while it is being worked on"
  }

  assert {
    condition     = google_cloudfunctions2_function.this.service_config[0].service_account_email == google_service_account.this.email && google_service_account.this.account_id == "extract-page" && google_service_account.push[0].account_id == "extract-page-push"
    error_message = "a function acts as itself, and its messages come from another account"
  }

  assert {
    condition     = google_cloudfunctions2_function.this.service_config[0].ingress_settings == "ALLOW_INTERNAL_ONLY" && length(google_cloud_run_v2_service_iam_member.public) == 0 && google_cloud_run_v2_service_iam_member.push[0].member == google_service_account.push[0].member
    error_message = "only its own subscription may call a function that reads messages"
  }

  assert {
    condition     = google_pubsub_topic_iam_member.tells["table-ready"].member == google_service_account.this.member && length(google_pubsub_topic_iam_member.tells) == 1
    error_message = "it may publish to the topics it tells, and to no other"
  }

  assert {
    condition     = google_cloudfunctions2_function.this.service_config[0].min_instance_count == 0
    error_message = "nothing is paid while nothing is to be done"
  }

  assert {
    condition     = length(google_monitoring_alert_policy.errors) == 0
    error_message = "an alarm of its own has to be asked for"
  }
}

run "a_page_for_everybody" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    function = "oauth_start"
    reads    = []
    tells    = []
    public   = true
  }

  assert {
    condition     = google_cloud_run_v2_service_iam_member.public[0].member == "allUsers" && google_cloudfunctions2_function.this.service_config[0].ingress_settings == "ALLOW_ALL"
    error_message = "clients reach the connect pages without an account of Google's"
  }

  assert {
    condition     = length(google_service_account.push) == 0 && length(google_pubsub_subscription.read) == 0 && !contains(keys(google_cloudfunctions2_function.this.service_config[0].environment_variables), "TRIBUTARY_PUSH_AUDIENCE")
    error_message = "what reads no messages has no subscription and no sender"
  }
}

run "dead_letters_of_others" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    function     = "record_failure"
    reads        = []
    dead_letters = { slice-ready = "projects/north-tributary/topics/slice-ready-dead" }
    size         = { timeout = 120 }
    delivery     = { ack_deadline = 300 }
  }

  assert {
    condition     = google_pubsub_subscription.dead["slice-ready"].topic == "projects/north-tributary/topics/slice-ready-dead" && google_pubsub_subscription.dead["slice-ready"].name == "slice-ready-dead"
    error_message = "every dead letter topic has a subscription: without one its messages are lost"
  }

  assert {
    condition     = google_pubsub_subscription.dead["slice-ready"].message_retention_duration == "2678400s" && google_pubsub_subscription.dead["slice-ready"].expiration_policy[0].ttl == ""
    error_message = "dead letters wait for a month"
  }

  assert {
    condition     = endswith(google_pubsub_subscription.dead["slice-ready"].push_config[0].push_endpoint, "/slice-ready")
    error_message = "record_failure is told which topic a message came from"
  }
}

run "an_alarm_of_its_own" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    place = {
      project  = "north-tributary"
      number   = "123456789012"
      region   = "europe-west1"
      bundles  = "tests"
      archives = { extract_page = "function.tftest.hcl" }
      source   = "north-tributary-functions"
      builder  = "projects/north-tributary/serviceAccounts/function-builder@north-tributary.iam.gserviceaccount.com"
      agent    = "service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com"
      images   = "projects/north-tributary/locations/europe-west1/repositories/functions"
      runtime  = "python313"
      settings = {}
      labels   = {}
      alarm    = { channels = ["projects/north-tributary/notificationChannels/1"] }
    }
  }

  assert {
    condition     = strcontains(google_monitoring_alert_policy.errors[0].conditions[0].condition_matched_log[0].filter, "extract-page") && google_monitoring_alert_policy.errors[0].notification_channels == tolist(["projects/north-tributary/notificationChannels/1"])
    error_message = "the alarm is about this function and reaches somebody"
  }
}

run "one_that_another_calls" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    reads     = []
    tells     = []
    called_by = { console = "serviceAccount:console@north-tributary.iam.gserviceaccount.com" }
  }

  assert {
    condition     = { for name, grant in google_cloud_run_v2_service_iam_member.calls : name => "${grant.role} ${grant.member}" } == { console = "roles/run.invoker serviceAccount:console@north-tributary.iam.gserviceaccount.com" } && length(google_cloud_run_v2_service_iam_member.public) == 0
    error_message = "whoever is named may call, and nobody else"
  }

  assert {
    condition     = google_cloudfunctions2_function.this.service_config[0].ingress_settings == "ALLOW_ALL"
    error_message = "without a network Cloud Run takes the call of another function for one from outside"
  }
}

run "one_that_another_calls_through_a_network" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    reads     = []
    tells     = []
    called_by = { console = "serviceAccount:console@north-tributary.iam.gserviceaccount.com" }
    place = {
      project  = "north-tributary"
      number   = "123456789012"
      region   = "europe-west1"
      bundles  = "tests"
      archives = { extract_page = "function.tftest.hcl" }
      source   = "north-tributary-functions"
      builder  = "projects/north-tributary/serviceAccounts/function-builder@north-tributary.iam.gserviceaccount.com"
      agent    = "service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com"
      images   = "projects/north-tributary/locations/europe-west1/repositories/functions"
      runtime  = "python313"
      settings = {}
      labels   = {}
      network  = { connector = "projects/north-tributary/locations/europe-west1/connectors/ours", egress = "ALL_TRAFFIC" }
    }
  }

  assert {
    condition     = google_cloudfunctions2_function.this.service_config[0].ingress_settings == "ALLOW_INTERNAL_ONLY"
    error_message = "where all traffic goes through a network, nobody outside reaches it at all"
  }
}

run "one_that_others_call_and_that_reads_messages" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    called_by = { console = "serviceAccount:console@north-tributary.iam.gserviceaccount.com" }
  }

  expect_failures = [google_cloudfunctions2_function.this]
}

run "a_deadline_shorter_than_the_work" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    size     = { timeout = 300 }
    delivery = { ack_deadline = 300 }
  }

  expect_failures = [google_cloudfunctions2_function.this]
}

run "work_longer_than_the_timeout" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    settings = { TRIBUTARY_WORK_SECONDS = "540" }
  }

  expect_failures = [google_cloudfunctions2_function.this]
}

run "a_reader_that_is_open_to_all" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    public = true
  }

  expect_failures = [google_cloudfunctions2_function.this]
}

run "fewer_deliveries_than_pubsub_allows" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    delivery = { attempts = 3 }
  }

  expect_failures = [var.delivery]
}

run "a_deadline_out_of_range" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    delivery = { ack_deadline = 601 }
  }

  expect_failures = [var.delivery]
}

run "an_archive_that_somebody_replaced" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    place = {
      project  = "north-tributary"
      number   = "123456789012"
      region   = "europe-west1"
      bundles  = "tests"
      archives = { extract_page = "function.tftest.hcl" }
      digests  = { "function.tftest.hcl" = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" }
      source   = "north-tributary-functions"
      builder  = "projects/north-tributary/serviceAccounts/function-builder@north-tributary.iam.gserviceaccount.com"
      agent    = "service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com"
      images   = "projects/north-tributary/locations/europe-west1/repositories/functions"
      runtime  = "python313"
      settings = {}
      labels   = {}
    }
  }

  expect_failures = [google_storage_bucket_object.archive]
}

run "a_function_that_was_not_bundled" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    function = "fan_out_sync"
  }

  expect_failures = [var.place]
}
