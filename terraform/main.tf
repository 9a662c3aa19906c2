# The flow, as a drawing: which function reads what, and whom it tells.
#
#   Cloud Scheduler ─┐                                    ┌────────── next page / next slice ─────────┐
#   command line ────┼─> [sync-requested] ─> fan_out_sync ─> [slice-ready] ─> extract_page ──> GCS    │
#   oauth_callback ──┘                            ▲                              │ └──────────────────┘
#      ▲                                     [minute-tick]                       ▼
#   oauth_start <── a person with a connect link                           [table-ready] ─> load_batch ─> BigQuery
#                                                                                ▲              │
#   fan_out_sync, once a minute ─> [audit-due] ─> seal_audit, in the database of people
#   fan_out_sync, with scheduled syncs ─> [rates-due] ─> load_rates, which asks the central bank ─> BigQuery
#
#   a platform ─> platform_calls ─> [platform-called] ─> answer_call, which ends, erases and clears
#                    fan_out_sync, what is not done ──┘
#
#   programs ─> api, which wants something of an access ─> [access-wanted] ─> keep_access, which validates, renews and ends it
#                    fan_out_sync, what is not done ──┘
#
#   people ─> console ─> [letter-wanted] ─> send_letter, which hands letters to a mail server, and tells webhooks
#   api, tell_run, and seal_audit once a minute ──┘  └── what a round of alarms has written down
#
#   console ─> look_up, the one function that another one calls: rows of persons and records, out of BigQuery and GCS
#   spreadsheets ─> feed, which answers from what is published and says [data-changed] where nothing is
#   programs ─> api ─> [sync-requested], and answers out of what publish_mart has written
#
#   load_batch, with rows of runs, and the tick ─> [data-changed] ─> publish_mart, which asks the marts ─> GCS
#
#   an operator, api, and the tick ─> [workspace-wanted] ─> open_workspace, which makes datasets, and puts marts in place
#
#   dead letters of every subscription ─> record_failure           GCS <──── tell_run <─── [run-changed] ─> whoever listens
#
# What each may touch besides topics is in permissions.tf; the table of it, with reasons, is in README.md.

module "oauth_start" {
  source   = "./modules/function"
  function = "oauth_start"
  does     = "A connect link opens a page of ours; its button sends the person on to the platform."
  public   = true
  settings = local.connect
  size     = { at_once = 20, timeout = 60, instances = 5 } # somebody is waiting in front of a screen
  place    = local.place
}

module "oauth_callback" {
  source   = "./modules/function"
  function = "oauth_callback"
  does     = "The platform sends a person back, or a key form arrives; what is proven becomes a connection."
  public   = true
  tells    = ["sync-requested"]
  topics   = local.topics
  settings = local.connect
  size     = { at_once = 20, timeout = 120, instances = 5 } # it waits for platforms, some of which are slow
  place    = local.place
}

module "platform_calls" {
  source   = "./modules/function"
  function = "platform_calls"
  does     = "What a platform tells us unasked is checked, written down and answered at once."
  public   = true
  tells    = ["platform-called"]
  topics   = local.topics
  settings = { TRIBUTARY_CALLS_URL = local.connect_pages["platform-calls"] }
  size     = { at_once = 20, timeout = 60, instances = 2 } # platforms wait for five seconds
  place    = local.place
}

module "answer_call" {
  source   = "./modules/function"
  function = "answer_call"
  does     = "What a platform's call asks for is done: access that ended, an account or a person to be forgotten."
  reads    = ["platform-called"]
  size     = { instances = 1 } # one after the other: two would clear the same rows
  place    = local.place
}

module "keep_access" {
  source   = "./modules/function"
  function = "keep_access"
  does     = "What people and programs want of a connection's access is done: asked for, renewed, given back and destroyed."
  reads    = ["access-wanted"]
  settings = { TRIBUTARY_LEASE_SECONDS = "120", TRIBUTARY_PEOPLE_DATABASE = local.people_database }
  size     = { at_once = 4, timeout = 300, instances = 2 } # it waits for platforms; its lease on a wish is longer
  place    = local.place
}

module "console" {
  source   = "./modules/function"
  function = "console"
  does     = "People sign in, see and manage what is theirs, and let others in."
  public   = true
  tells    = ["letter-wanted", "sync-requested", "access-wanted", "workspace-wanted"]
  topics   = local.topics
  settings = local.console
  size     = { memory = "1Gi", at_once = 20, timeout = 60, instances = 5 } # published files lie in memory; somebody is waiting
  place    = merge(local.place, { ingress = local.console_ingress })       # it has a host of its own
}

module "look_up" {
  source    = "./modules/function"
  function  = "look_up"
  does      = "What is published nowhere is shown to whom it is for: rows of persons, and the records that rows came from."
  called_by = { console = module.console.member }
  settings  = local.looks
  size      = { at_once = 4, timeout = 60, instances = 3 } # somebody is waiting in front of a screen
  place     = local.place
}

module "feed" {
  source   = "./modules/function"
  function = "feed"
  does     = "A kept question is answered as a file, to whoever has the key of this one feed."
  public   = true
  tells    = ["data-changed"]
  topics   = local.topics
  settings = local.feed
  size     = { memory = "1Gi", at_once = 8, timeout = 120, instances = 5 } # rows that are being sent, and the marts themselves
  place    = merge(local.place, { ingress = local.feed_ingress })          # it has a host of its own
}

module "api" {
  source   = "./modules/function"
  function = "api"
  does     = "Programs ask questions of what is published, see how everything stands, and ask for syncs."
  public   = true
  tells    = ["sync-requested", "access-wanted", "workspace-wanted", "letter-wanted"]
  topics   = local.topics
  settings = local.api
  size     = { memory = "1Gi", at_once = 12, timeout = 120, instances = 5 } # files of marts lie in memory; docs/api.md
  place    = merge(local.place, { ingress = local.api_ingress })            # it has a host of its own
}

module "send_letter" {
  source   = "./modules/function"
  function = "send_letter"
  does     = "What is to go out does: letters by mail, what webhooks are told, and alarms by both."
  reads    = ["letter-wanted"]
  tells    = ["letter-wanted"]
  topics   = local.topics
  settings = local.letters
  size     = { at_once = 4, timeout = 120, instances = 2 }
  place    = local.place
}

module "fan_out_sync" {
  source   = "./modules/function"
  function = "fan_out_sync"
  does     = "A request for a sync becomes a run with its slices; once a minute, what is due or stuck is nudged."
  reads    = ["sync-requested", "minute-tick"]
  tells    = ["sync-requested", "slice-ready", "table-ready", "run-changed", "rates-due", "platform-called", "data-changed", "audit-due", "access-wanted", "workspace-wanted"]
  topics   = local.topics
  place    = local.place
}

module "extract_page" {
  source   = "./modules/function"
  function = "extract_page"
  does     = "A slice that is ready is read page by page; every page is staged and is a checkpoint."
  reads    = ["slice-ready"]
  tells    = ["slice-ready", "table-ready", "run-changed"]
  topics   = local.topics
  settings = { TRIBUTARY_WORK_SECONDS = "240", TRIBUTARY_LEASE_SECONDS = "120" }
  size     = { memory = "1Gi", at_once = 4, instances = 10 } # four slices at once; what they may take: docs/performance.md
  place    = local.place
}

module "load_batch" {
  source   = "./modules/function"
  function = "load_batch"
  does     = "The staged pages of a table go into BigQuery, and only then do cursors move."
  reads    = ["table-ready"]
  tells    = ["table-ready", "run-changed", "data-changed"]
  topics   = local.topics
  settings = { TRIBUTARY_WORK_SECONDS = "240" }
  size     = { at_once = 12, instances = 5 } # tables of a run; it waits for BigQuery
  place    = local.place
}

module "tell_run" {
  source   = "./modules/function"
  function = "tell_run"
  does     = "A run that has ended becomes rows that say how fresh and whole everything is; they are staged and loaded like others."
  reads    = ["run-changed"]
  tells    = ["table-ready", "letter-wanted"]
  topics   = local.topics
  size     = { at_once = 4 } # most of what it is told is that a run has begun
  place    = local.place
}

module "publish_mart" {
  source   = "./modules/function"
  function = "publish_mart"
  does     = "What has changed in a workspace's marts is published as files, all of it as it was at one moment."
  reads    = ["data-changed"]
  settings = { TRIBUTARY_PUBLISH_MINUTES = tostring(var.publish_minutes) }
  size     = { memory = "1Gi" } # files are looked at in memory, one by one
  place    = local.place
}

module "open_workspace" {
  source   = "./modules/function"
  function = "open_workspace"
  does     = "What is wished of a workspace is made to stand in BigQuery: datasets, who may look into them, marts."
  reads    = ["workspace-wanted"]
  settings = local.opening
  size     = { instances = 2 } # clients come one by one
  place    = local.place
}

module "load_rates" {
  source   = "./modules/function"
  function = "load_rates"
  does     = "What the European Central Bank has published becomes the exchange rates of all workspaces."
  reads    = ["rates-due"]
  size     = { timeout = 120, instances = 1 }
  place    = local.place
}

module "seal_audit" {
  source   = "./modules/function"
  function = "seal_audit"
  does     = "What people and programs did in this minute is sealed, and the seal told to a log that nobody can change."
  reads    = ["audit-due"]
  tells    = ["letter-wanted"]
  topics   = local.topics
  settings = { TRIBUTARY_PEOPLE_DATABASE = local.people_database }
  size     = { timeout = 120, instances = 1 } # one chain
  delivery = { ack_deadline = 300 }
  place    = local.place
}

module "record_failure" {
  source       = "./modules/function"
  function     = "record_failure"
  does         = "What no function could handle becomes a failed slice or batch, with a sentence a person can read."
  dead_letters = local.dead_letters
  tells        = ["table-ready", "run-changed"]
  topics       = local.topics
  size         = { timeout = 120, instances = 2 }
  delivery     = { ack_deadline = 300 }
  place        = local.place
}

locals {
  topics = merge(
    module.fan_out_sync.topics, module.extract_page.topics, module.load_batch.topics, module.tell_run.topics,
    module.load_rates.topics, module.answer_call.topics, module.send_letter.topics, module.publish_mart.topics,
    module.seal_audit.topics, module.keep_access.topics, module.open_workspace.topics,
  )
  dead_letters = merge(
    module.fan_out_sync.dead_letters, module.extract_page.dead_letters, module.load_batch.dead_letters,
    module.tell_run.dead_letters, module.load_rates.dead_letters,
    module.answer_call.dead_letters, module.send_letter.dead_letters, module.publish_mart.dead_letters,
    module.seal_audit.dead_letters, module.keep_access.dead_letters, module.open_workspace.dead_letters,
  )
}
