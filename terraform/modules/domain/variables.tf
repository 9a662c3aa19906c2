variable "domain" {
  description = "The name, such as connect.example.com."
  type        = string
  nullable    = false
}

variable "functions" {
  description = "Services of Cloud Run => the paths that lead to each."
  type        = map(list(string))
  nullable    = false

  validation {
    condition     = alltrue([for paths in values(var.functions) : length(paths) > 0])
    error_message = "Each function needs a path that leads to it."
  }
}

variable "otherwise" {
  description = "The service that every other path leads to."
  type        = string
  nullable    = false

  validation {
    condition     = contains(keys(var.functions), var.otherwise)
    error_message = "Every other path leads to one of the functions."
  }
}

variable "place" {
  description = "What is shared by all: project, region, labels."
  type = object({
    project = string
    region  = string
    labels  = map(string)
  })
  nullable = false
}
