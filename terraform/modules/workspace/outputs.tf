output "datasets" {
  description = "The three datasets: marts, raw, history."
  value = {
    marts   = google_bigquery_dataset.marts.dataset_id
    raw     = google_bigquery_dataset.rows["raw"].dataset_id
    history = google_bigquery_dataset.rows["history"].dataset_id
  }
}
