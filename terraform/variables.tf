# What an admin decides. Each environment sets these in a file of its own: environments/*.tfvars.example.

variable "project" {
  description = "Id of the Google Cloud project. It holds one installation and nothing else."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project))
    error_message = "This is no id of a project: lower case letters, digits and hyphens, 6 to 30 of them."
  }
}

variable "region" {
  description = <<-TEXT
    Where functions, queues, buckets and Firestore are. In a new project Cloud Build may work in some regions only
    (local.builds_anywhere), and functions are built where they run: a plan warns of another one.
  TEXT
  type        = string
  default     = "europe-west1"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "A region is of the form europe-west1."
  }
}

variable "location" {
  description = "Where BigQuery keeps its datasets: EU, US, or the region itself."
  type        = string
  default     = "EU"
  nullable    = false

  validation {
    condition     = var.location == var.region || (var.location == "EU" && startswith(var.region, "europe-") && !contains(["europe-west2", "europe-west6"], var.region)) || (var.location == "US" && startswith(var.region, "us-"))
    error_message = "BigQuery loads from a bucket in its own part of the world: take EU with a region of the European Union (so not with London, europe-west2, or Zurich, europe-west6), US with one of the United States, or the region itself."
  }
}

variable "agency" {
  description = "Who asks for the connections, as the connect and privacy pages say it; and how the dashboard and alarms are titled."
  type        = string
  nullable    = false
}

variable "contact" {
  description = "Whom people write to about their data, as the privacy page says it: an e-mail address, or an https address. Platforms let no app out whose privacy page names nobody."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.contact == "" || can(regex("^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(\\.[A-Za-z0-9-]{1,63}){1,6}$", var.contact)) || can(regex("^https://[^\\s@]+$", var.contact))
    error_message = "An e-mail address, or an address that begins with https://."
  }
}

variable "privacy_notice" {
  description = "Address of the agency's own privacy notice. The connect pages lead to it, besides the page that they serve themselves."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.privacy_notice == "" || can(regex("^https://[^\\s@]+$", var.privacy_notice))
    error_message = "An address that begins with https://."
  }
}

variable "colour" {
  description = "Colour of buttons and links on the connect pages, such as #1f5eff. Where it could not be read it is made darker, or lighter for those who read on dark."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.colour == "" || can(regex("^#[0-9a-fA-F]{6}$", var.colour))
    error_message = "A colour is of the form #1f5eff."
  }
}

variable "logo" {
  description = "Path of a picture that the connect pages show: PNG or JPEG, 512 KB and 2000 points each way at most."
  type        = string
  default     = ""
  nullable    = false

  validation {
    # Four letters of base64 are three bytes; the first ones of each kind are always the same.
    condition     = var.logo == "" || try(length(filebase64(var.logo)) <= 699052 && can(regex("^(iVBORw0KGgo|/9j/)", filebase64(var.logo))), false)
    error_message = "There must be a PNG or JPEG at this path, of 512 KB at most. No SVG: that is a document that can do things."
  }
}

variable "agency_readers" {
  description = "Who may read the marts of all workspaces together: user:, group: or serviceAccount:."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for reader in var.agency_readers : can(regex("^(user|group|serviceAccount):[^@ ]+@[^@ ]+$", reader))])
    error_message = "A reader is user:, group: or serviceAccount: followed by an address."
  }
}

variable "askers" {
  description = "Who else may ask questions as jobs of this project, and at its cost: user:, group: or serviceAccount:, such as a group of all readers of workspaces."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for asker in var.askers : can(regex("^(user|group|serviceAccount):[^@ ]+@[^@ ]+$", asker))])
    error_message = "Who asks is user:, group: or serviceAccount: followed by an address."
  }
}

variable "workspaces" {
  description = "Must be left out: workspaces are made by `tributary admin workspace`, and Terraform knows none."
  type        = any
  default     = null

  validation {
    condition     = var.workspaces == null
    error_message = "Workspaces are no longer Terraform's. Nothing of yours is touched: docs/upgrades.md says how these lines move, and what becomes of pages_days, before they are taken out here."
  }
}

variable "platforms" {
  description = "Platforms that know your app by a client id and secret; all that do, by default (platforms.json). Each gets an empty secret, `client-{platform}`, to fill by hand."
  type        = set(string)
  default     = null
}

variable "schedule" {
  description = "When the standard syncs begin, as hours of the day, and in which time zone."
  type = object({
    hours = optional(list(number), [6, 14, 22])
    zone  = optional(string, "Etc/UTC")
  })
  default  = {}
  nullable = false

  validation {
    condition     = length(var.schedule.hours) > 0 && alltrue([for hour in var.schedule.hours : floor(hour) == hour && hour >= 0 && hour <= 23])
    error_message = "The hours are whole numbers from 0 to 23, and there is at least one."
  }
}

variable "connect_domain" {
  description = "Host name of your own that a load balancer shall be made for, such as connect.example.com, with a certificate: $18 a month. Links and redirect addresses go by it once it is also the connect_host."
  type        = string
  default     = null

  validation {
    condition     = var.connect_domain == null || can(regex("^([a-z0-9-]+\\.)+[a-z]{2,}$", var.connect_domain))
    error_message = "A host name only: no https://, no path."
  }
}

variable "connect_host" {
  description = "Host name of your own that the connect pages go by: the connect_domain, once its certificate is there, or one that you put before them yourself. Left out, Google's is used."
  type        = string
  default     = null

  validation {
    condition     = var.connect_host == null || can(regex("^([a-z0-9-]+\\.)+[a-z]{2,}$", var.connect_host))
    error_message = "A host name only: no https://, no path."
  }

  validation {
    condition     = var.connect_host == null || var.connect_domain == null || var.connect_host == var.connect_domain
    error_message = "The pages go by another name than the one that a load balancer is made for. Leave connect_host out until the certificate of connect_domain is there, then give the same name."
  }
}

variable "console_host" {
  description = "Host name of your own that the console goes by, with a load balancer of Google Cloud before it, through which alone it is reached then. Left out, Cloud Run's is used."
  type        = string
  default     = null

  validation {
    condition     = var.console_host == null || can(regex("^([a-z0-9-]+\\.)+[a-z]{2,}$", var.console_host))
    error_message = "A host name only: no https://, no path."
  }

  validation {
    condition     = var.console_host == null || !contains(compact([var.connect_host, var.connect_domain]), coalesce(var.console_host, "none"))
    error_message = "The console needs a host of its own: a cookie of it must reach nothing else."
  }
}

variable "feed_host" {
  description = "Host name of your own that feeds go by, with a load balancer of Google Cloud before it, through which alone it is reached then. Left out, Cloud Run's is used."
  type        = string
  default     = null

  validation {
    condition     = var.feed_host == null || can(regex("^([a-z0-9-]+\\.)+[a-z]{2,}$", var.feed_host))
    error_message = "A host name only: no https://, no path."
  }

  validation {
    condition     = var.feed_host == null || !contains(compact([var.connect_host, var.connect_domain, var.console_host]), coalesce(var.feed_host, "none"))
    error_message = "Feeds need a host of their own: what stands in one must run nowhere else."
  }
}

variable "api_host" {
  description = "Host name of your own that the API goes by, with a load balancer of Google Cloud before it, through which alone it is reached then. Left out, Cloud Run's is used."
  type        = string
  default     = null

  validation {
    condition     = var.api_host == null || can(regex("^([a-z0-9-]+\\.)+[a-z]{2,}$", var.api_host))
    error_message = "A host name only: no https://, no path."
  }

  validation {
    condition     = var.api_host == null || !contains(compact([var.connect_host, var.connect_domain, var.console_host, var.feed_host]), coalesce(var.api_host, "none"))
    error_message = "The API needs a host of its own: a cookie of the console must reach nothing else."
  }
}

variable "api_origins" {
  description = "Origins of pages whose scripts may read answers of the API, such as https://board.example.com. As a rule none: programs need no such leave."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for origin in var.api_origins : can(regex("^https://([a-z0-9-]+\\.)+[a-z]{2,}(:[0-9]+)?$", origin))])
    error_message = "Origins are https:// and a host, without a path."
  }
}

variable "first_owner" {
  description = "Mail address of the first owner of the console; it counts until that person has signed in. Left out, nobody can."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.first_owner == "" || can(regex("^[A-Za-z0-9._%+-]+@([A-Za-z0-9-]+\\.)+[A-Za-z0-9-]+$", var.first_owner))
    error_message = "A mail address."
  }
}

variable "idle_minutes" {
  description = "A session of the console ends after so long without activity."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.idle_minutes >= 10 && var.idle_minutes <= 720
    error_message = "Sessions last 10 to 720 minutes without activity."
  }
}

variable "smtp" {
  description = "The mail server that letters are handed to, and the address that they come from. Left out, no letters go out. Name and password stand in the secret smtp-account."
  type = object({
    host     = string
    port     = optional(number, 587)
    security = optional(string, "starttls")
    from     = string
  })
  default  = { host = "", from = "" }
  nullable = false

  validation {
    condition     = contains(["starttls", "tls"], var.smtp.security) && var.smtp.port != 25
    error_message = "Letters go out with TLS, by starttls or tls; Google Cloud lets nothing out by port 25."
  }

  validation {
    condition     = (var.smtp.host == "") == (var.smtp.from == "")
    error_message = "A mail server and an address that letters come from, or neither."
  }
}

variable "connect_ingress" {
  description = "Who reaches the connect functions: everybody, so that links that were sent under another name go on working, or only a load balancer (together with connect_host)."
  type        = string
  default     = "ALLOW_ALL"
  nullable    = false

  validation {
    condition     = contains(["ALLOW_ALL", "ALLOW_INTERNAL_AND_GCLB"], var.connect_ingress)
    error_message = "Either ALLOW_ALL or ALLOW_INTERNAL_AND_GCLB: clients have to reach these pages."
  }

  validation {
    condition     = var.connect_ingress == "ALLOW_ALL" || var.connect_host != null
    error_message = "Behind a load balancer the pages have an address of yours: give connect_host."
  }
}

variable "alert_emails" {
  description = "Who is told when something needs somebody."
  type        = set(string)
  default     = []
  nullable    = false
}

variable "alarm_per_function" {
  description = "One more alarm for each function. The alarms over all functions name the function too, and cost a sixth."
  type        = bool
  default     = false
  nullable    = false
}

variable "budget" {
  description = "The billing account, and the amount per month in its currency, at which you are warned. Left out: no budget."
  type = object({
    billing_account = string
    amount          = optional(number, 10)
  })
  default = null

  validation {
    condition     = try(can(regex("^[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$", var.budget.billing_account)), false) || var.budget == null
    error_message = "A billing account is of the form 000000-AAAAAA-000000."
  }
}

variable "deletion_protection" {
  description = "Whether Terraform refuses to delete what would be missed. False only where data may be lost."
  type        = bool
  default     = true
  nullable    = false
}

variable "database" {
  description = "Id of the Firestore database. Only (default) has a free tier; a lost one is put back under its name (docs/disaster-recovery.md)."
  type        = string
  default     = "(default)"
  nullable    = false
}

variable "look_up_gib" {
  description = "How many GiB BigQuery may read when somebody looks people up. What would read more is refused, and costs nothing."
  type        = number
  default     = 4
  nullable    = false

  validation {
    condition     = var.look_up_gib >= 1 && floor(var.look_up_gib) == var.look_up_gib
    error_message = "look_up_gib is a whole number of GiB."
  }
}

variable "publish_minutes" {
  description = "How many minutes lie between two versions of a workspace's published marts at least, while somebody looks at them. Elsewhere there is one a day."
  type        = number
  default     = 60
  nullable    = false

  validation {
    condition     = var.publish_minutes >= 1 && floor(var.publish_minutes) == var.publish_minutes
    error_message = "publish_minutes is a whole number of minutes."
  }
}

variable "pages_days" {
  description = "How long staged pages are kept at most; a workspace of its own may keep them for less."
  type        = number
  default     = 400
  nullable    = false

  validation {
    condition     = var.pages_days >= 120 && floor(var.pages_days) == var.pages_days
    error_message = "Staged pages are kept for 120 days at least, in whole days: replay and recovery read them, and colder classes charge for less."
  }
}

variable "backup_days" {
  description = "How long the daily backups of Firestore are kept."
  type        = number
  default     = 14
  nullable    = false

  validation {
    condition     = var.backup_days >= 1 && var.backup_days <= 98
    error_message = "Firestore keeps backups for 1 to 98 days."
  }
}

variable "audit_days" {
  description = "How long seals of the audit log are kept where nobody can change them. With deletion_protection it can be set once, and never made shorter."
  type        = number
  default     = 400
  nullable    = false

  validation {
    condition     = var.audit_days >= 30 && var.audit_days <= 3650
    error_message = "Cloud Logging keeps lines for up to 3650 days, and 30 of them cost nothing."
  }
}

variable "kms_key" {
  description = "Full name of a Cloud KMS key for everything that is kept. It must be in the region, and BigQuery's location too. Only before the first apply. Secrets that functions make for new connections stay with Google's keys."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key == null || (can(regex("^projects/[^/]+/locations/${var.region}/keyRings/[^/]+/cryptoKeys/[^/]+$", var.kms_key)) && var.location == var.region)
    error_message = "The key must lie in the region of everything else, and location must be that region too."
  }
}

variable "network" {
  description = "A Serverless VPC Access connector that functions call out through, such as for a fixed address."
  type = object({
    connector = string
    egress    = optional(string, "ALL_TRAFFIC")
  })
  default = null
}

variable "deployer" {
  description = "Address of the service account that deploys, where one does: it owns the datasets beside the owners of the project."
  type        = string
  default     = null
}

variable "runtime" {
  description = "Python of the functions."
  type        = string
  default     = "python313"
  nullable    = false

  validation {
    condition     = contains(["python311", "python312", "python313"], var.runtime)
    error_message = "The requirements are locked for python311, python312 and python313."
  }
}

variable "bundles" {
  description = "Folder with the archives, their manifest.json and SHA256SUMS: as `python -m infra.tools.bundle` makes it, or a release unpacked."
  type        = string
  default     = "../build/functions"
  nullable    = false

  validation {
    condition     = try(strcontains(file("${var.bundles}/SHA256SUMS"), "${filesha256("${var.bundles}/manifest.json")}  manifest.json\n"), false)
    error_message = "There are no archives in this folder, or others than its SHA256SUMS lists. Run `python -m infra.tools.bundle`, or unpack the release anew."
  }
}

variable "bundles_digest" {
  description = "SHA-256 of SHA256SUMS in that folder, as a release says it: then exactly the archives of that release are deployed. Left out where they are built from the repository."
  type        = string
  default     = null

  validation {
    condition     = var.bundles_digest == null || try(filesha256("${var.bundles}/SHA256SUMS") == var.bundles_digest, false)
    error_message = "These are not the archives of the release that was meant: its digest is another one."
  }
}
