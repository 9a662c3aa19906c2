output "address" {
  description = "The address for the DNS record."
  value       = google_compute_global_address.this.address
}

output "certificate" {
  description = "Name of the certificate, to ask for its state."
  value       = google_compute_managed_ssl_certificate.this.name
}
