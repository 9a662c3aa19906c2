# Workspaces are opened by a function, and by nobody else here: what it may do for that.

locals {
  # Who gets into the datasets of each workspace (shared/opening/access.py says as what).
  opening = {
    TRIBUTARY_ACCOUNTS = jsonencode({
      load_batch     = module.load_batch.email
      answer_call    = module.answer_call.email
      publish_mart   = module.publish_mart.email
      look_up        = module.look_up.email
      open_workspace = module.open_workspace.email
      deployer       = var.deployer
    })
    TRIBUTARY_KMS_KEY = local.encrypted == null ? "" : local.encrypted
  }
}

# Making a dataset is asked of the project. Who makes one owns it, unless the call says who does; ours says so.
resource "google_project_iam_custom_role" "workspace_maker" {
  project     = local.project
  role_id     = "tributaryWorkspaceMaker"
  title       = "Tributary: makes datasets"
  description = "Makes datasets, and can do nothing with those that others made."
  permissions = ["bigquery.datasets.create"]
}

# On the datasets of workspaces, one by one, and those that their marts read and are read by. It reads rows because
# BigQuery looks at what a view reads when the view is made. It cannot delete a dataset, nor write a row.
resource "google_project_iam_custom_role" "workspace_keeper" {
  project     = local.project
  role_id     = "tributaryWorkspaceKeeper"
  title       = "Tributary: keeps workspaces"
  description = "Puts tables and views in place, and says who may look into a dataset."
  permissions = [
    "bigquery.datasets.get",
    "bigquery.datasets.getIamPolicy",
    "bigquery.datasets.setIamPolicy",
    "bigquery.datasets.update",
    "bigquery.tables.create",
    "bigquery.tables.delete",
    "bigquery.tables.get",
    "bigquery.tables.getData",
    "bigquery.tables.list",
    "bigquery.tables.update",
  ]
}

resource "google_project_iam_custom_role" "page_sweeper" {
  project     = local.project
  role_id     = "tributaryPageSweeper"
  title       = "Tributary: sweeps pages"
  description = "Finds and deletes staged pages whose time is over, and can not read them."
  permissions = ["storage.objects.delete", "storage.objects.list"]
}

resource "google_project_iam_member" "makes_workspaces" {
  project = local.project
  role    = local.roles.workspace_maker
  member  = module.open_workspace.member
}

# A view is put in place by a job, and jobs belong to the project.
resource "google_project_iam_member" "opening_jobs" {
  project = local.project
  role    = "roles/bigquery.jobUser"
  member  = module.open_workspace.member
}

# Views of each workspace are let in there; those entries are not Terraform's (warehouse.tf).
resource "google_bigquery_dataset_access" "opens_rates" {
  project       = local.project
  dataset_id    = google_bigquery_dataset.shared.dataset_id
  role          = local.roles.workspace_keeper
  user_by_email = module.open_workspace.email
}
