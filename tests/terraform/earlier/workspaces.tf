module "workspace" {
  source   = "./earlier"
  for_each = { acme = ["user:ann@example.com"], bloom = ["user:bo@example.com"] }

  id      = each.key
  readers = each.value

  place = {
    project  = local.project
    location = var.location
    database = google_firestore_database.this.name
    loader   = module.load_batch.email
  }
}

resource "google_project_iam_member" "reader_asks" {
  for_each = toset(["user:ann@example.com", "user:bo@example.com", "group:team@example.com"])

  project = local.project
  role    = "roles/bigquery.jobUser"
  member  = each.value
}
