terraform {
  required_version = ">= 1.9"

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 7.45, < 8.0"
    }
    google-beta = { # for Google's own accounts only (identities.tf)
      source  = "hashicorp/google-beta"
      version = ">= 7.45, < 8.0"
    }
    time = {
      source  = "hashicorp/time"
      version = ">= 0.13, < 1.0"
    }
  }

  # The bucket is given when Terraform is set up, so that one folder serves every environment:
  #   terraform -chdir=terraform init -backend-config=bucket=PROJECT-tributary-state
  backend "gcs" {
    prefix = "tributary"
  }
}

provider "google" {
  project               = var.project
  region                = var.region
  billing_project       = var.project
  user_project_override = true # the budget's API is asked in the name of this project
}

provider "google-beta" {
  project = var.project
  region  = var.region
}
