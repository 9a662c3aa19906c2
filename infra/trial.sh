#!/usr/bin/env bash
# A trial: everything is made in a throw-away project, looked at in ten checks, and destroyed, also after a failure.
#
#   infra/trial.sh --billing 0A1B2C-3D4E5F-6A7B8C --mail you@example.com [--region europe-west1]
#                  [--key-file FILE] [--check NUMBER]... [--project tributary-trial-…] [--keep] [--dry-run]
#
# --key-file holds the API key of an EmailOctopus account (a free one will do); without it nothing can be connected, and
# three checks look at less. --check does only that one; it may be repeated. --keep leaves the project; with --project
# one that was kept is looked at again. --dry-run prints what would be changed and asked, and does neither.
set -euo pipefail

PROJECT="" REGION=europe-west1 BILLING="" MAIL="" KEY_FILE="" KEEP="" DRY="" ONLY=" "
TRIAL=tributary-trial- # what is destroyed at the end is called so, and nothing else is ever destroyed

usage() { sed -n '2,9s/^# \{0,1\}//p' "$0"; }

while [ $# -gt 0 ]; do
    case "$1" in
        --billing) BILLING="${2:?}"; shift 2 ;;
        --mail) MAIL="${2:?}"; shift 2 ;;
        --region) REGION="${2:?}"; shift 2 ;;
        --key-file) KEY_FILE="${2:?}"; shift 2 ;;
        --check) ONLY="$ONLY${2:?} "; shift 2 ;;
        --project) PROJECT="${2:?}"; shift 2 ;;
        --keep) KEEP=yes; shift ;;
        --dry-run) DRY=yes; shift ;;
        -h | --help) usage; exit 0 ;;
        *) echo "This is not understood: $1" >&2; usage >&2; exit 2 ;;
    esac
done

ROOT="$(cd "$(dirname "$0")/.." && pwd)"
cd "$ROOT"
PYTHON="${PYTHON:-.venv/bin/python}"

wrong() { echo "$*" >&2; exit 2; }

MADE="" # whether there is a project to destroy
if [ -n "$PROJECT" ]; then
    case "$PROJECT" in "$TRIAL"*) ;; *) wrong "Only a project of an earlier trial can be given, because it is destroyed: $TRIAL…" ;; esac
    MADE=yes
else
    [ -n "$BILLING" ] || wrong "Which billing account? Say --billing; \`gcloud billing accounts list\` shows them."
    PROJECT="$TRIAL$(printf '%04x%04x' "$RANDOM" "$RANDOM")"
fi
[ -n "$MAIL" ] || wrong "Who is told when something is wrong? Say --mail, because two checks ask whether a mail came."
[ -z "$KEY_FILE" ] || [ -s "$KEY_FILE" ] || wrong "There is no key in $KEY_FILE."
for program in gcloud terraform bq curl; do
    command -v "$program" >/dev/null || wrong "This needs $program. Google's Cloud Shell has it."
done
[ -x "$PYTHON" ] || command -v "$PYTHON" >/dev/null || wrong "There is no $PYTHON yet: make lint makes it."

WORK="${TRIBUTARY_TRIALS:-build/trial}/$PROJECT" # what the trial needs again when it was kept
LOG="$WORK/log"
[ -n "$DRY" ] || mkdir -p "$WORK"
TERRAFORM=(terraform "-chdir=$WORK/terraform")
export GOOGLE_CLOUD_QUOTA_PROJECT="$PROJECT"

# shellcheck source=infra/trial/talk.sh
. infra/trial/talk.sh
# shellcheck source=infra/trial/project.sh
. infra/trial/project.sh
# shellcheck source=infra/trial/checks.sh
. infra/trial/checks.sh

trap destroy EXIT
if [ -z "$MADE" ]; then
    make_everything || { say "The trial ends here: nothing can be looked at. All that was said is in $LOG."; exit 1; }
fi

check 1 "The worker answers Pub/Sub" the_worker_answers
check 2 "Nothing is refused under conditions with (default)" nothing_is_refused
check 3 "The hourly export ends well" the_export_ends_well
check 4 "A second plan finds nothing to change" the_plan_says_nothing
check 5 "A link opens, and is written down nowhere" a_link_opens
check 6 "The first load arrives in BigQuery" the_first_load_arrives
check 7 "A message that nobody understands is told" nonsense_is_told
check 8 "Somebody is told when no push is accepted" silence_is_told
check 9 "Thirty connections at once" thirty_at_once
check 10 "The pipeline plans, waits, and applies what was read" the_pipeline_applies
verdict
