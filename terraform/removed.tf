# What an earlier release had in its state and this one has not: it stays as it is, and Terraform forgets it
# (docs/upgrades.md, "Workspaces are no longer Terraform's").

# Datasets and documents of clients.
removed {
  from = module.workspace

  lifecycle {
    destroy = false
  }
}

# Whoever could read a client's marts could also ask. New ones are `askers`.
removed {
  from = google_project_iam_member.reader_asks

  lifecycle {
    destroy = false
  }
}
