output "address" {
  description = "Where the function is reached: the audience that its messages are signed for."
  value       = local.address
}

output "archive" {
  description = "The archive that runs, named after its content."
  value       = var.place.archives[var.function]
}

output "dead_letters" {
  description = "Topic => id of the topic its dead letters go to, for record_failure."
  value       = local.dead_letters
}

output "email" {
  description = "Address of the service account the function acts as."
  value       = google_service_account.this.email
}

output "member" {
  description = "The same as a member of IAM policies."
  value       = google_service_account.this.member
}

output "name" {
  description = "Name of the function in Google Cloud, and of its Cloud Run service."
  value       = google_cloudfunctions2_function.this.name
}

output "flow" {
  description = "What it reads, whose dead letters it reads, and whom it tells: its part of the drawing."
  value = {
    reads        = sort([for subscription in google_pubsub_subscription.read : subscription.name])
    dead_letters = sort([for subscription in google_pubsub_subscription.dead : subscription.name])
    tells        = sort([for grant in google_pubsub_topic_iam_member.tells : grant.topic])
  }
}

output "topics" {
  description = "Topic => id, of the topics that are this function's own."
  value       = local.topics
}
