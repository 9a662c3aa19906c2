# What is kept, for how long, out of whose reach, and what Terraform refuses to delete.

variables {
  project = "north-tributary"
  agency  = "North Agency"
}

override_data {
  target = data.google_project.this
  values = { number = "123456789012" }
}

run "buckets" {
  command = plan

  assert {
    condition     = alltrue([for bucket in [google_storage_bucket.pages, google_storage_bucket.exports, google_storage_bucket.archive, google_storage_bucket.functions] : bucket.public_access_prevention == "enforced" && bucket.uniform_bucket_level_access && bucket.versioning[0].enabled])
    error_message = "no bucket can be made public, and what is deleted by mistake can be had back"
  }

  assert {
    condition     = google_storage_bucket.published.public_access_prevention == "enforced" && google_storage_bucket.published.uniform_bucket_level_access && !google_storage_bucket.published.versioning[0].enabled && google_storage_bucket.published.soft_delete_policy[0].retention_duration_seconds == 0 && length(google_storage_bucket.published.lifecycle_rule) == 0
    error_message = "of what is published nothing stays behind that was deleted, and nothing goes by itself"
  }

  assert {
    condition     = !google_storage_bucket.pages.force_destroy && !google_storage_bucket.exports.force_destroy && !google_storage_bucket.archive.force_destroy
    error_message = "buckets with data in them are not deleted"
  }

  assert {
    condition     = { for rule in google_storage_bucket.pages.lifecycle_rule : one(rule.action).storage_class => one(rule.condition).age if one(rule.action).type == "SetStorageClass" } == { NEARLINE = 30, COLDLINE = 90 }
    error_message = "pages move to colder classes"
  }

  assert {
    condition     = { for rule in google_storage_bucket.pages.lifecycle_rule : tostring(one(rule.condition).age) => join(" ", coalesce(one(rule.condition).matches_prefix, [])) if one(rule.action).type == "Delete" && one(rule.condition).with_state == "LIVE" } == { "400" = "" }
    error_message = "no page is kept for longer; open_workspace ends those that a workspace keeps for less"
  }
}

run "pages_of_everybody_that_end_sooner" {
  command = plan

  variables {
    pages_days = 150
  }

  assert {
    condition     = [for rule in google_storage_bucket.pages.lifecycle_rule : one(rule.condition).age if one(rule.action).type == "Delete" && one(rule.condition).with_state == "LIVE"] == [150]
    error_message = "one number holds for all"
  }
}

run "pages_of_everybody_that_are_gone_at_once" {
  command = plan

  variables {
    pages_days = 7
  }

  expect_failures = [var.pages_days]
}

run "documents" {
  command = plan

  assert {
    condition     = google_firestore_database.this.point_in_time_recovery_enablement == "POINT_IN_TIME_RECOVERY_ENABLED" && google_firestore_database.this.delete_protection_state == "DELETE_PROTECTION_ENABLED" && google_firestore_database.this.deletion_policy == "ABANDON"
    error_message = "the database can be put back to any minute, and is not deleted"
  }

  assert {
    condition     = google_firestore_backup_schedule.daily.retention == "1209600s" && length(google_firestore_backup_schedule.daily.daily_recurrence) == 1
    error_message = "there is a backup of every day for two weeks"
  }

  assert {
    condition     = alltrue([for field in google_firestore_field.ends : field.field == "expires_at" && length(field.ttl_config) == 1])
    error_message = "documents that end are deleted by Firestore"
  }

  assert {
    condition     = alltrue([for index in google_firestore_index.query : index.query_scope == (index.collection == "connections" ? "COLLECTION_GROUP" : "COLLECTION")])
    error_message = "the tick asks for connections over all workspaces at once, and for what is theirs within one"
  }
}

run "the_audit_log" {
  command = plan

  assert {
    condition     = google_logging_project_bucket_config.audit.locked && google_logging_project_bucket_config.audit.retention_days == 400
    error_message = "seals are kept where nobody can change them"
  }

  assert {
    condition     = google_logging_project_sink.audit.filter == "resource.type=\"cloud_run_revision\" AND resource.labels.service_name=\"seal-audit\" AND jsonPayload.message=\"audit sealed\""
    error_message = "whatever seal_audit seals goes there, and nothing else"
  }

  assert {
    condition     = alltrue([for field in google_firestore_field.people_ends : field.database == "people" && field.field == "expires_at" && length(field.ttl_config) == 1])
    error_message = "codes, tokens and limits end by themselves"
  }
}

run "an_export_of_every_hour" {
  command = plan

  assert {
    condition     = google_cloud_scheduler_job.export.schedule == "30 * * * *" && google_cloud_scheduler_job.export.http_target[0].uri == "https://firestore.googleapis.com/v1/projects/north-tributary/databases/(default):exportDocuments"
    error_message = "Firestore is asked once an hour"
  }

  assert {
    condition     = jsondecode(base64decode(google_cloud_scheduler_job.export.http_target[0].body)).outputUriPrefix == "gs://north-tributary-tributary-exports"
    error_message = "without a folder in the name, so that each export makes one of its own"
  }

  assert {
    condition     = google_cloud_scheduler_job.export.http_target[0].oauth_token[0].service_account_email == google_service_account.exporter.email && google_project_iam_custom_role.state_exporter.permissions == toset(["datastore.databases.export"])
    error_message = "by an account that may do nothing else"
  }

  assert {
    condition     = one([for rule in google_storage_bucket.exports.lifecycle_rule : one(rule.condition).age if one(rule.action).type == "Delete"]) == 7
    error_message = "exports are kept for a week"
  }

  assert {
    condition     = can(regex("cloud_scheduler_job.*hourly-export.*ExportDocuments", google_monitoring_alert_policy.told["freshness"].conditions[0].condition_matched_log[0].filter))
    error_message = "somebody is told when there is none"
  }

  assert {
    condition     = can(regex("ExportDocuments\".*protoPayload.status.code>0", google_monitoring_alert_policy.told["freshness"].conditions[0].condition_matched_log[0].filter))
    error_message = "an operation that began well and ended badly is told, whatever its severity"
  }

  assert {
    condition     = can(regex("bucket_name=\"north-tributary-tributary-exports\".*\\[1d\\].* unless .*bucket_name=\"north-tributary-tributary-exports\".*\\[3h\\].*hourly-export", google_monitoring_alert_policy.asked["backlog"].conditions[0].condition_prometheus_query_language[0].query))
    error_message = "exports that have stopped without a word are told"
  }
}

run "secrets" {
  command = plan

  assert {
    condition     = contains(keys(google_secret_manager_secret.ours), "connect-signing-key") && contains(keys(google_secret_manager_secret.ours), "client-mailchimp")
    error_message = "the shells of our own secrets are made"
  }

  assert {
    condition     = alltrue([for secret in google_secret_manager_secret.ours : secret.deletion_protection && length(secret.replication[0].auto) == 1])
    error_message = "secrets are not deleted by Terraform"
  }
}

run "where_data_may_be_lost" {
  command = plan

  variables {
    deletion_protection = false
  }

  assert {
    condition     = google_storage_bucket.pages.force_destroy && google_firestore_database.this.delete_protection_state == "DELETE_PROTECTION_DISABLED" && google_firestore_database.this.deletion_policy == "DELETE"
    error_message = "an environment to try things in can be taken down whole"
  }
}

run "with_a_key_of_your_own" {
  command = plan

  variables {
    location = "europe-west1"
    kms_key  = "projects/keys/locations/europe-west1/keyRings/data/cryptoKeys/tributary"
  }

  assert {
    condition     = alltrue([for bucket in [google_storage_bucket.pages, google_storage_bucket.exports, google_storage_bucket.archive, google_storage_bucket.functions] : bucket.encryption[0].default_kms_key_name == "projects/keys/locations/europe-west1/keyRings/data/cryptoKeys/tributary"])
    error_message = "buckets are encrypted with it"
  }

  assert {
    condition     = google_firestore_database.this.cmek_config[0].kms_key_name == "projects/keys/locations/europe-west1/keyRings/data/cryptoKeys/tributary" && google_bigquery_dataset.agency.default_encryption_configuration[0].kms_key_name == google_firestore_database.this.cmek_config[0].kms_key_name
    error_message = "so are Firestore and BigQuery"
  }

  assert {
    condition     = length(google_kms_crypto_key_iam_member.agent) == 8
    error_message = "every service that encrypts may use the key"
  }
}
