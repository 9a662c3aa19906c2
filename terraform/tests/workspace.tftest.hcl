# One workspace: who can read it, how long it is kept, and what it may not be called.

provider "google" {
  project = "north-tributary"
  region  = "europe-west1"
}

variables {
  id     = "acme"
  agency = "North Agency"

  workspace = {
    name      = "Acme Ltd"
    readers   = ["group:acme@example.com", "user:ann@example.com", "serviceAccount:looker@example.iam.gserviceaccount.com"]
    currency  = "EUR"
    zone      = "Europe/Berlin"
    retention = { history_days = 730 }
  }

  place = {
    project    = "north-tributary"
    location   = "EU"
    database   = "(default)"
    agency     = "agency"
    loader     = "load-batch@north-tributary.iam.gserviceaccount.com"
    eraser     = "answer-call@north-tributary.iam.gserviceaccount.com"
    publisher  = "publish-mart@north-tributary.iam.gserviceaccount.com"
    looker     = "look-up@north-tributary.iam.gserviceaccount.com"
    labels     = { app = "tributary" }
    protection = true
  }
}

run "three_datasets" {
  command = plan

  module {
    source = "./modules/workspace"
  }

  assert {
    condition     = output.datasets == { marts = "acme", raw = "acme_raw", history = "acme_history" }
    error_message = "datasets are named after the workspace"
  }

  assert {
    condition     = toset([for entry in google_bigquery_dataset.marts.access : coalesce(entry.user_by_email, entry.group_by_email) if entry.role == "READER"]) == toset(["acme@example.com", "ann@example.com", "look-up@north-tributary.iam.gserviceaccount.com", "looker@example.iam.gserviceaccount.com"])
    error_message = "the marts are read by those who were named, and nobody else"
  }

  assert {
    condition = jsonencode({ for name, dataset in google_bigquery_dataset.rows : name => sort([for entry in dataset.access : entry.user_by_email if entry.role == "READER"]) }) == jsonencode({
      raw     = ["look-up@north-tributary.iam.gserviceaccount.com", "publish-mart@north-tributary.iam.gserviceaccount.com"]
      history = ["publish-mart@north-tributary.iam.gserviceaccount.com"]
    })
    error_message = "people see rows and history through the marts only; publish_mart reads them, and look_up the current ones"
  }

  assert {
    condition     = alltrue([for dataset in google_bigquery_dataset.rows : toset([for entry in dataset.access : entry.user_by_email if entry.role == "WRITER"]) == toset(["answer-call@north-tributary.iam.gserviceaccount.com", "load-batch@north-tributary.iam.gserviceaccount.com"])])
    error_message = "only load_batch writes rows, and only answer_call takes them away"
  }

  assert {
    condition     = alltrue([for dataset in concat(values(google_bigquery_dataset.rows), [google_bigquery_dataset.marts]) : length([for entry in dataset.access : entry if contains(["projectReaders", "projectWriters", "allAuthenticatedUsers"], coalesce(entry.special_group, "-"))]) == 0])
    error_message = "a role on the project must not open a client's data"
  }

  assert {
    condition     = alltrue([for dataset in google_bigquery_dataset.rows : one(flatten([for entry in dataset.access : [for each in entry.dataset : each.dataset[0].dataset_id]])) == "acme"])
    error_message = "the views of the marts may look into rows and history"
  }

  assert {
    condition     = google_bigquery_dataset.rows["history"].default_partition_expiration_ms == 730 * 24 * 60 * 60 * 1000 && google_bigquery_dataset.rows["raw"].default_partition_expiration_ms == null
    error_message = "history is kept as long as was said, current rows for good"
  }

  assert {
    condition     = alltrue([for dataset in concat(values(google_bigquery_dataset.rows), [google_bigquery_dataset.marts]) : dataset.deletion_policy == "PREVENT" && !dataset.delete_contents_on_destroy])
    error_message = "a client's data is not deleted by a slip in a file"
  }

  assert {
    condition     = { for name, value in jsondecode(google_firestore_document.workspace.fields) : name => value.stringValue } == { id = "acme", name = "Acme Ltd", agency = "North Agency", contact = "", zone = "Europe/Berlin", currency = "EUR" }
    error_message = "the functions know the workspace by its document"
  }
}

run "one_that_may_go" {
  command = plan

  module {
    source = "./modules/workspace"
  }

  variables {
    workspace = { protected = false, fiscal_year_start = 4 }
  }

  assert {
    condition     = jsondecode(google_firestore_document.workspace.fields).fiscal_year_start.integerValue == "4"
    error_message = "the marts know when its year begins"
  }

  assert {
    condition     = google_bigquery_dataset.rows["raw"].deletion_policy == "DELETE" && google_bigquery_dataset.rows["raw"].delete_contents_on_destroy && google_firestore_document.workspace.deletion_policy == "DELETE"
    error_message = "a client that leaves is let go by saying so"
  }
}

run "a_name_that_is_no_dataset" {
  command = plan
  module {
    source = "./modules/workspace"
  }
  variables {
    id = "Acme-Ltd"
  }
  expect_failures = [var.id]
}

run "a_name_that_is_another_ones_dataset" {
  command = plan
  module {
    source = "./modules/workspace"
  }
  variables {
    id = "acme_raw"
  }
  expect_failures = [var.id]
}

run "a_name_that_is_ours" {
  command = plan
  module {
    source = "./modules/workspace"
  }
  variables {
    id = "staging"
  }
  expect_failures = [var.id]
}

run "everybody_as_a_reader" {
  command = plan
  module {
    source = "./modules/workspace"
  }
  variables {
    workspace = { readers = ["allAuthenticatedUsers"] }
  }
  expect_failures = [var.workspace]
}

run "a_currency_in_words" {
  command = plan
  module {
    source = "./modules/workspace"
  }
  variables {
    workspace = { currency = "euro" }
  }
  expect_failures = [var.workspace]
}

run "a_zone_in_hours" {
  command = plan
  module {
    source = "./modules/workspace"
  }
  variables {
    workspace = { zone = "+02:00" }
  }
  expect_failures = [var.workspace]
}

run "a_year_that_begins_in_no_month" {
  command = plan
  module {
    source = "./modules/workspace"
  }
  variables {
    workspace = { fiscal_year_start = 13 }
  }
  expect_failures = [var.workspace]
}

run "pages_that_are_gone_at_once" {
  command = plan
  module {
    source = "./modules/workspace"
  }
  variables {
    workspace = { retention = { pages_days = 7 } }
  }
  expect_failures = [var.workspace]
}

run "history_that_is_gone_at_once" {
  command = plan
  module {
    source = "./modules/workspace"
  }
  variables {
    workspace = { retention = { history_days = 1 } }
  }
  expect_failures = [var.workspace]
}
