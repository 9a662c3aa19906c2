# What is refused before anything is planned. A check that cannot fail would be none.

variables {
  project = "north-tributary"
  agency  = "North Agency"
}

override_data {
  target = data.google_project.this
  values = { number = "123456789012" }
}

run "a_project_in_words" {
  command = plan

  variables {
    project = "North Tributary"
  }

  expect_failures = [var.project]
}

run "warehouse_in_another_part_of_the_world" {
  command = plan

  variables {
    location = "US"
  }

  expect_failures = [var.location]
}

run "a_region_of_europe_that_is_not_of_the_eu" {
  command = plan

  variables {
    region = "europe-west2"
  }

  expect_failures = [var.location, check.builds]
}

run "a_region_in_which_new_projects_may_not_build" {
  command = plan

  variables {
    region = "europe-west4"
  }

  expect_failures = [check.builds]
}

run "a_privacy_notice_without_tls" {
  command = plan

  variables {
    privacy_notice = "http://north.example/privacy"
  }

  expect_failures = [var.privacy_notice]
}

run "a_colour_by_name" {
  command = plan

  variables {
    colour = "navy"
  }

  expect_failures = [var.colour]
}

run "a_picture_that_is_not_there" {
  command = plan

  variables {
    logo = "tests/nothing.png"
  }

  expect_failures = [var.logo]
}

run "a_picture_that_is_none" {
  command = plan

  variables {
    logo = "tests/inputs.tftest.hcl"
  }

  expect_failures = [var.logo]
}

run "an_hour_that_no_day_has" {
  command = plan

  variables {
    schedule = { hours = [6, 24] }
  }

  expect_failures = [var.schedule]
}

run "a_host_with_a_path" {
  command = plan

  variables {
    connect_host = "https://connect.example.com/pages"
  }

  expect_failures = [var.connect_host]
}

run "a_contact_that_nobody_can_write_to" {
  command = plan

  variables {
    contact = "our office"
  }

  expect_failures = [var.contact]
}

run "a_domain_with_a_path" {
  command = plan

  variables {
    connect_domain = "connect.example.com/pages"
  }

  expect_failures = [var.connect_domain]
}

run "pages_that_go_by_another_name_than_their_domain" {
  command = plan

  variables {
    connect_domain = "connect.example.com"
    connect_host   = "clients.example.com"
  }

  expect_failures = [var.connect_host]
}

run "a_load_balancer_without_an_address" {
  command = plan

  variables {
    connect_ingress = "ALLOW_INTERNAL_AND_GCLB"
  }

  expect_failures = [var.connect_ingress]
}

run "connect_pages_that_no_client_reaches" {
  command = plan

  variables {
    connect_host    = "connect.example.com"
    connect_ingress = "ALLOW_INTERNAL_ONLY"
  }

  expect_failures = [var.connect_ingress]
}

run "a_key_elsewhere" {
  command = plan

  variables {
    kms_key = "projects/keys/locations/us-central1/keyRings/data/cryptoKeys/tributary"
  }

  expect_failures = [var.kms_key]
}

run "backups_for_a_year" {
  command = plan

  variables {
    backup_days = 365
  }

  expect_failures = [var.backup_days]
}

run "a_billing_account_by_name" {
  command = plan

  variables {
    budget = { billing_account = "my account" }
  }

  expect_failures = [var.budget]
}

run "the_public_as_the_agency" {
  command = plan

  variables {
    agency_readers = ["allUsers"]
  }

  expect_failures = [var.agency_readers]
}

run "a_python_that_was_not_locked" {
  command = plan

  variables {
    runtime = "python39"
  }

  expect_failures = [var.runtime]
}

run "a_folder_without_archives" {
  command = plan

  variables {
    bundles = "tests"
  }

  expect_failures = [var.bundles]
}

run "archives_of_another_release" {
  command = plan

  variables {
    bundles_digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
  }

  expect_failures = [var.bundles_digest]
}

run "workspaces_that_are_no_longer_terraforms" {
  command = plan

  variables {
    workspaces = { acme = { currency = "EUR" } }
  }

  expect_failures = [var.workspaces]
}

run "everybody_as_an_asker" {
  command = plan

  variables {
    askers = ["allAuthenticatedUsers"]
  }

  expect_failures = [var.askers]
}
