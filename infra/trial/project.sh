# shellcheck shell=bash
# The throw-away project of a trial: made with everything in it, and destroyed.

CLIENTS=30 # one connection each, for the check of thirty at once

client() { printf 'trial%02d' "$1"; }

make_everything() {
    say "" "A project for a trial: $PROJECT. It costs well under a dollar, and is deleted at the end."
    make_project && prepare && settings && bundle && apply
}

make_project() {
    say "Project"
    if [ -z "$DRY" ] && ! gcloud auth application-default print-access-token >/dev/null 2>>"$LOG"; then
        say "Terraform could not act as you. Type gcloud auth application-default login first."
        return 1
    fi
    change gcloud projects create "$PROJECT" --name "Tributary trial" || { say "No project could be made."; return 1; }
    MADE=yes
    change gcloud billing projects link "$PROJECT" --billing-account "$BILLING" \
        || { say "The billing account $BILLING could not be linked: you need roles/billing.user on it."; return 1; }
}

prepare() { # as docs/deploy.md does; minutes pass until Google knows everywhere what it was told
    say "APIs, Google's own accounts, the deployer"
    local flags=(--project "$PROJECT" --region "$REGION" --environment dev)
    if [ -n "$DRY" ]; then infra/bootstrap.sh "${flags[@]}" --dry-run 2>/dev/null; else
        infra/bootstrap.sh "${flags[@]}" >>"$LOG" 2>&1 || { say "infra/bootstrap.sh did not come to its end."; return 1; }
    fi
    change gcloud services enable cloudtrace.googleapis.com --project "$PROJECT"
    say "Five minutes for Google"
    change sleep 300
}

settings() { # of Terraform, in a copy of its folder, so that nothing of yours is touched
    [ -z "$DRY" ] || return 0
    rm -rf "$WORK/terraform"
    cp -R terraform "$WORK/terraform"
    rm -rf "$WORK/terraform/.terraform"
    {
        printf 'project = "%s"\nregion = "%s"\nagency = "Trial"\n' "$PROJECT" "$REGION"
        printf 'location = "%s"\n' "$(location)"
        printf 'alert_emails = ["%s"]\n' "$MAIL"
        printf 'deployer = "tributary-deployer@%s.iam.gserviceaccount.com"\n' "$PROJECT"
        printf 'deletion_protection = false\nbackup_days = 1\nworkspaces = {\n'
        local number
        for ((number = 1; number <= $(clients); number++)); do printf '  %s = {}\n' "$(client "$number")"; done
        printf '}\n'
    } >"$WORK/trial.tfvars"
}

clients() { if [ -n "$KEY_FILE" ]; then echo "$CLIENTS"; else echo 1; fi; }

location() { # BigQuery's, near the region; the region itself is always right
    case "$REGION" in
        europe-west2 | europe-west6) echo "$REGION" ;;
        europe-*) echo EU ;;
        us-*) echo US ;;
        *) echo "$REGION" ;;
    esac
}

bundle() {
    say "Archives of the functions"
    change "$PYTHON" -m infra.tools.bundle --out "$WORK/build/functions" || { say "The archives could not be made."; return 1; }
}

apply() {
    say "Terraform: twenty minutes"
    change "${TERRAFORM[@]}" init -input=false "-backend-config=bucket=$PROJECT-tributary-state" \
        || { say "terraform init failed."; return 1; }
    if ! applied; then
        seen "the first apply failed: $(last_error)"
        means "$(apply_means "$(last_error)")"
        say "Once more, in five minutes"
        change sleep 300
        applied || { seen "the second apply failed, too: $(last_error)"; return 1; }
    fi
    seen "everything was applied"
    if [ -z "$DRY" ]; then "${TERRAFORM[@]}" output -raw admin_environment >"$WORK/admin.env"; fi
}

applied() { change "${TERRAFORM[@]}" apply -input=false -no-color -auto-approve -var-file=../trial.tfvars; }

last_error() { grep 'Error' "$LOG" 2>/dev/null | tail -1 | cut -c1-300; }

apply_means() {
    case "$1" in
        *"Storage Object Viewer"* | *"repository metadata"*) echo "the builder's grants were not known after two minutes: say so in an issue, the wait in builds.tf is too short" ;;
        *"has not been used"* | *"is disabled"*) echo "an API that was switched on five minutes ago is not known everywhere" ;;
        *"does not exist"*) echo "one of Google's own accounts was not there after it was made: the wait in identities.tf is too short" ;;
        *"permitted customer"*) echo "your organisation lets no service be public: docs/deploy.md, step 5, says what to do" ;;
        *"cannot run builds in this region"*) echo "new projects may not build in $REGION: take another one with --region" ;;
        *) echo "docs/deploy.md, step 5, has a table of what may stop an apply" ;;
    esac
}

admin() { # the operator's command line, in the trial's project
    (
        # shellcheck source=/dev/null
        [ -n "$DRY" ] || . "$WORK/admin.env"
        look "$PYTHON" -m infra.admin "$@"
    )
}

destroy() { # however it ended
    local code=$?
    trap - EXIT
    if [ -z "$MADE" ]; then exit "$code"; fi
    if [ -n "$KEEP" ]; then
        say "" "Kept: $PROJECT. It costs money until it goes: gcloud projects delete $PROJECT"
        exit "$code"
    fi
    say "" "Destroying $PROJECT"
    change gcloud projects delete "$PROJECT" --quiet \
        || { say "IT COULD NOT BE DELETED, and costs money. Type: gcloud projects delete $PROJECT"; exit 1; }
    exit "$code"
}
