variable "function" {
  description = "Name of the function: the folder below functions/."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z_]{1,20}[a-z]$", var.function))
    error_message = "A function is named in lower case letters and underscores, 3 to 22 of them."
  }
}

variable "does" {
  description = "What it does, in a sentence."
  type        = string
  nullable    = false
}

variable "reads" {
  description = "Topics whose messages are pushed to it; they are its own and made here, with their dead letters."
  type        = set(string)
  default     = []
  nullable    = false
}

variable "tells" {
  description = "Topics it may publish to; each must be in `topics`."
  type        = set(string)
  default     = []
  nullable    = false
}

variable "topics" {
  description = "Every topic there is: name => id."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "dead_letters" {
  description = "Dead letter topics it reads: name of the topic the messages came from => id of the dead letter topic."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "public" {
  description = "Whether anybody on the internet may call it. True for the connect pages, and for nothing else."
  type        = bool
  default     = false
  nullable    = false
}

variable "called_by" {
  description = "Functions that call it, by their tokens: name => member. Empty for all but those that are asked something."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "settings" {
  description = "Environment variables beyond those that every function gets (docs/settings.md)."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "size" {
  description = "What one instance has, how many requests it takes at once, how long one may take, and how many instances there may be."
  type = object({
    memory    = optional(string, "512Mi")
    cpu       = optional(string, "1")
    at_once   = optional(number, 1)
    timeout   = optional(number, 540)
    instances = optional(number, 3)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.size.at_once == 1 || tonumber(var.size.cpu) >= 1
    error_message = "Cloud Run lets requests share an instance from one whole cpu on."
  }
}

variable "delivery" {
  description = "How messages are delivered: seconds to answer in, deliveries before a message is a dead letter, and the pause between deliveries."
  type = object({
    ack_deadline = optional(number, 600)
    attempts     = optional(number, 100)
    least_pause  = optional(string, "10s")
    most_pause   = optional(string, "600s")
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.delivery.ack_deadline >= 10 && var.delivery.ack_deadline <= 600
    error_message = "Pub/Sub allows acknowledgement deadlines from 10 to 600 seconds."
  }

  validation {
    condition     = var.delivery.attempts >= 5 && var.delivery.attempts <= 100
    error_message = "Pub/Sub allows 5 to 100 deliveries before a message is a dead letter."
  }
}

variable "place" {
  description = "Where it lives, and what all functions share."
  type = object({
    project  = string
    number   = string
    region   = string
    bundles  = string
    archives = map(string)
    digests  = optional(map(string)) # of the archives, by name
    source   = string
    builder  = string
    agent    = string
    images   = string
    runtime  = string
    settings = map(string)
    labels   = map(string)
    kms_key  = optional(string)
    ingress  = optional(string)
    network  = optional(object({ connector = string, egress = string }))
    alarm    = optional(object({ channels = list(string) }))
  })
  nullable = false

  validation {
    condition     = contains(keys(var.place.archives), var.function)
    error_message = "There is no archive of this function in the manifest: run `python -m infra.tools.bundle` first."
  }
}
