variable "id" {
  description = "Id of the workspace. It names the datasets and begins the names of staged pages."
  type        = string
  nullable    = false

  validation {
    # As shared/warehouse/names.py has it; and no dataset of one workspace may be named like one of another.
    condition     = can(regex("^[a-z][a-z0-9_]{1,40}$", var.id)) && !can(regex("_(raw|history)$", var.id)) && !contains(["agency", "staging", "tributary"], var.id)
    error_message = "A workspace is named in lower case letters, digits and underscores, 2 to 41 of them, beginning with a letter; not agency, staging or tributary, and not ending in _raw or _history."
  }
}

variable "workspace" {
  description = "The workspace as the admin describes it; see `workspaces` in the root module."
  type = object({
    name     = optional(string)
    readers  = optional(list(string), [])
    currency = optional(string, "")
    zone     = optional(string, "UTC")
    contact  = optional(string, "")
    retention = optional(object({
      pages_days   = optional(number)
      history_days = optional(number)
    }), {})
    fiscal_year_start = optional(number, 1)
    protected         = optional(bool)
  })
  nullable = false

  validation {
    condition     = alltrue([for reader in var.workspace.readers : can(regex("^(user|group|serviceAccount):[^@ ]+@[^@ ]+$", reader))])
    error_message = "A reader is user:, group: or serviceAccount: followed by an address; nobody else can be given a client's numbers."
  }

  validation {
    condition     = can(regex("^([A-Z]{3})?$", var.workspace.currency))
    error_message = "A currency is three capital letters, such as EUR."
  }

  validation {
    condition     = can(regex("^(UTC|[A-Z][A-Za-z]+(/[A-Z][A-Za-z_+-]+){1,2})$", var.workspace.zone))
    error_message = "A zone is UTC or of the form Europe/Berlin."
  }

  validation {
    condition     = contains(range(1, 13), var.workspace.fiscal_year_start)
    error_message = "A fiscal year begins in a month: 1 to 12."
  }

  validation {
    condition     = try(var.workspace.retention.pages_days >= 120 && floor(var.workspace.retention.pages_days) == var.workspace.retention.pages_days, true)
    error_message = "Staged pages are kept for 120 days at least, in whole days: replay and recovery read them, and colder classes charge for less."
  }

  validation {
    condition     = try(var.workspace.retention.history_days >= 30, true) || var.workspace.retention.history_days == null
    error_message = "History is kept for 30 days at least; leave history_days out to keep it for good."
  }
}

variable "agency" {
  description = "Who asks for the connections, as the connect page says it."
  type        = string
  nullable    = false
}

variable "place" {
  description = "Where the datasets are, who fills them, and what all workspaces share."
  type = object({
    project    = string
    location   = string
    database   = string
    agency     = string
    loader     = string
    eraser     = string
    publisher  = string
    looker     = string
    deployer   = optional(string)
    labels     = map(string)
    protection = bool
    kms_key    = optional(string)
  })
  nullable = false
}
