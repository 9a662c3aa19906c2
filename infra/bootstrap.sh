#!/usr/bin/env bash
# What must be there before Terraform can run: APIs and Google's own accounts, the bucket of its state, the account that
# deploys with what it may do, and the build trigger. Everything is looked for before it is made, so it may be run any number of times.
#
#   infra/bootstrap.sh --project ID --region europe-west1 --environment prod [--billing 0A1B2C-3D4E5F-6A7B8C]
#                      [--connection NAME --repository NAME] [--dry-run]
#
# --connection and --repository name a repository that Cloud Build is connected to (docs/deploy.md); without them no
# trigger is made. --dry-run prints every command that would change something, and runs none of them.
set -euo pipefail

PROJECT="" REGION=europe-west1 ENVIRONMENT=dev BILLING="" CONNECTION="" REPOSITORY="" DRY=""

usage() { sed -n '2,10s/^# \{0,1\}//p' "$0"; }

# shellcheck disable=SC1111 # typographic quotes, for people to read
while [ $# -gt 0 ]; do
    case "$1" in
        --project) PROJECT="${2:?}"; shift 2 ;;
        --region) REGION="${2:?}"; shift 2 ;;
        --environment) ENVIRONMENT="${2:?}"; shift 2 ;;
        --billing) BILLING="${2:?}"; shift 2 ;;
        --connection) CONNECTION="${2:?}"; shift 2 ;;
        --repository) REPOSITORY="${2:?}"; shift 2 ;;
        --dry-run) DRY=yes; shift ;;
        -h | --help) usage; exit 0 ;;
        *) echo "“$1” is not understood." >&2; usage >&2; exit 2 ;;
    esac
done
[ -n "$PROJECT" ] || { echo "Which project? Say --project ID." >&2; exit 2; }
case "$ENVIRONMENT" in dev | prod) ;; *) echo "The environment is dev or prod." >&2; exit 2 ;; esac
command -v gcloud >/dev/null || { echo "This needs gcloud: https://cloud.google.com/sdk/docs/install" >&2; exit 3; }

STATE="$PROJECT-tributary-state"
DEPLOYER="tributary-deployer@$PROJECT.iam.gserviceaccount.com"

# What the account that deploys needs in order to make everything and to grant what terraform/permissions.tf grants.
# Whoever may grant could grant more, so treat it as an owner: it has no key, and only the triggers below act as it.
ROLES=(
    roles/artifactregistry.admin
    roles/bigquery.user
    roles/cloudfunctions.admin
    roles/cloudscheduler.admin
    roles/datastore.owner
    roles/iam.roleAdmin
    roles/iam.serviceAccountAdmin
    roles/iam.serviceAccountUser
    roles/logging.admin
    roles/monitoring.admin
    roles/pubsub.admin
    roles/resourcemanager.projectIamAdmin
    roles/run.admin
    roles/secretmanager.admin
    roles/serviceusage.serviceUsageAdmin
    roles/storage.admin
)

say() { printf '%s\n' "$*" >&2; }

change() { # a command that changes something
    if [ -n "$DRY" ]; then printf '%s\n' "$*"; else "$@" >/dev/null; fi
}

there() { "$@" >/dev/null 2>&1; }

again() { # the same where Google may not yet know everywhere what was made a moment ago
    local pause
    for pause in 5 10 20 40; do
        if change "$@"; then return; fi
        say "Once more in $pause seconds: what was just made may not be known everywhere yet."
        sleep "$pause"
    done
    change "$@"
}

# All that terraform/services.tf switches on, so that minutes pass between that and the first apply.
APIS=(
    artifactregistry bigquery cloudbuild cloudfunctions cloudresourcemanager cloudscheduler firestore iam
    iamcredentials logging monitoring pubsub run secretmanager serviceusage storage
)
[ -z "$BILLING" ] || APIS+=(billingbudgets)

# Services whose own accounts are granted something (terraform/identities.tf): such an account appears with the first use
# of its service, and a grant that comes before it is refused.
IDENTITIES=(artifactregistry cloudfunctions firestore pubsub run secretmanager)

say "APIs"
change gcloud services enable --project "$PROJECT" "${APIS[@]/%/.googleapis.com}"

say "Google's own accounts"
for service in "${IDENTITIES[@]}"; do
    again gcloud beta services identity create --project "$PROJECT" --service "$service.googleapis.com"
done

say "Bucket of the state: gs://$STATE"
if ! there gcloud storage buckets describe "gs://$STATE" --project "$PROJECT"; then
    change gcloud storage buckets create "gs://$STATE" --project "$PROJECT" --location "$REGION" \
        --uniform-bucket-level-access --public-access-prevention
fi
change gcloud storage buckets update "gs://$STATE" --versioning --public-access-prevention

say "Account that deploys: $DEPLOYER"
if ! there gcloud iam service-accounts describe "$DEPLOYER" --project "$PROJECT"; then
    change gcloud iam service-accounts create tributary-deployer --project "$PROJECT" \
        --display-name "Deploys Tributary"
fi
for role in "${ROLES[@]}"; do
    again gcloud projects add-iam-policy-binding "$PROJECT" --member "serviceAccount:$DEPLOYER" --role "$role" \
        --condition None
done
again gcloud storage buckets add-iam-policy-binding "gs://$STATE" --member "serviceAccount:$DEPLOYER" \
    --role roles/storage.objectAdmin
if [ -n "$BILLING" ]; then
    again gcloud billing accounts add-iam-policy-binding "$BILLING" --member "serviceAccount:$DEPLOYER" \
        --role roles/billing.costsManager
fi

if [ -z "$CONNECTION" ] || [ -z "$REPOSITORY" ]; then
    say "No trigger: name a connected repository with --connection and --repository."
    exit 0
fi

trigger() { # name, whether to apply, further flags
    local name="$1" apply="$2"
    shift 2
    say "Trigger: $name"
    if there gcloud builds triggers describe "$name" --project "$PROJECT" --region "$REGION"; then return; fi
    change gcloud builds triggers create github --project "$PROJECT" --region "$REGION" --name "$name" \
        --repository "projects/$PROJECT/locations/$REGION/connections/$CONNECTION/repositories/$REPOSITORY" \
        --branch-pattern '^main$' --build-config cloudbuild.yaml \
        --service-account "projects/$PROJECT/serviceAccounts/$DEPLOYER" \
        --substitutions "_ENVIRONMENT=$ENVIRONMENT,_STATE=$STATE,_APPLY=$apply" "$@"
}

if [ "$ENVIRONMENT" = prod ]; then
    trigger tributary-prod-plan no # shows the plan at once, and keeps it
    trigger tributary-prod approved --require-approval # waits for somebody who has read it, and applies it
else
    trigger tributary-dev yes
fi
say "Done. Next: terraform -chdir=terraform init -backend-config=bucket=$STATE"
