# The agency's picture on the connect pages. It is too large for a setting, and the functions that show it can read
# Firestore already, so it needs no bucket and no further right. They look at it once more before they show it.

resource "google_firestore_document" "logo" {
  for_each = var.logo == "" ? toset([]) : toset(["logo"])

  project     = local.project
  database    = google_firestore_database.this.name
  collection  = "brand"
  document_id = each.value
  fields      = jsonencode({ picture = { bytesValue = filebase64(var.logo) } })
}
