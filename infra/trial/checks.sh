# shellcheck shell=bash
# The ten checks of a trial, in the order in which one rests on the other. Each says what it saw and what that means, and
# returns 0 where all is well, 1 where it is not, 2 where it could not be looked at.

# -- 1: the push tokens, the address, the caller, the audience -----------------------------------------------------

worker_statuses() {
    logged 'resource.labels.service_name="fan-out-sync" AND logName:"run.googleapis.com%2Frequests"' \
        'value(httpRequest.status)' | sort -u | tr '\n' ' '
}

worker_said_204() { case " $(worker_statuses)" in *" 204 "*) return 0 ;; *) return 1 ;; esac; }

the_worker_answers() {
    local statuses
    until_it 180 15 worker_said_204 || true
    statuses="$(worker_statuses)"
    seen "fan-out-sync answered ${statuses:-nothing}"
    case " $statuses" in
        *" 204 "*) means "Pub/Sub reaches it by the address that follows from its name, its token is taken, and Firestore is read" ;;
        *) means "$(status_means "${statuses%% *}")"; return 1 ;;
    esac
}

status_means() {
    case "$1" in
        401) echo "the token is not what the function expects: look for \"push refused\" in its log, and at the third part of the token (docs/deploy.md, What was not tried)" ;;
        403) echo "Cloud Run lets the caller not in: fan-out-sync-push lacks roles/run.invoker, or the audience is none of the service's" ;;
        404) echo "the address or the ingress is wrong: compare the subscription's endpoint with gcloud run services describe fan-out-sync" ;;
        429) echo "no instance could be had: look at the quota of Cloud Run in $REGION" ;;
        5*) echo "the function itself fails: its lines of severity ERROR say where" ;;
        "") echo "nothing came within three minutes: look whether the job minute-tick runs and the subscription minute-tick delivers" ;;
        *) echo "an answer that no function of ours gives: something else stands at this address" ;;
    esac
}

# -- 2: the conditions of grants -----------------------------------------------------------------------------------

nothing_is_refused() {
    local refused
    refused="$(logged 'resource.type="cloud_run_revision" AND severity>=WARNING AND ("PermissionDenied" OR "PERMISSION_DENIED" OR "Forbidden")' \
        'value(resource.labels.service_name,jsonPayload.at)')"
    if [ -n "$refused" ]; then
        seen "$(printf '%s\n' "$refused" | lines) lines about a refusal, the last from ${refused%%$'\n'*}"
        means "a condition in terraform/permissions.tf does not hold as it is documented; the line names the store"
        return 1
    fi
    seen "no line about a refusal"
    means "the condition on the database (default) binds as it is documented (if check 1 went well: the tick asks Firestore)"
}

# -- 3: the export, and what Google tells of it --------------------------------------------------------------------

export_state() {
    look gcloud firestore operations list --project "$PROJECT" --database '(default)' \
        --filter 'metadata.outputUriPrefix:tributary-exports' --sort-by '~metadata.startTime' --limit 1 \
        --format 'value(metadata.operationState)'
}

export_over() { case "$(export_state)" in SUCCESSFUL | FAILED | CANCELLED) return 0 ;; *) return 1 ;; esac; }

the_export_ends_well() {
    local state files
    change gcloud scheduler jobs run hourly-export --project "$PROJECT" --location "$REGION"
    until_it 600 20 export_over || true
    state="$(export_state)"
    files="$(look gcloud storage ls "gs://$PROJECT-tributary-exports/**overall_export_metadata" | lines)"
    seen "the operation is ${state:-not there}, and $files exports are whole"
    export_is_told
    case "$state $files" in
        "SUCCESSFUL 0") means "Firestore says it is done and there is nothing: look into gs://$PROJECT-tributary-exports"; return 1 ;;
        "SUCCESSFUL "*) means "Firestore takes the call of Cloud Scheduler, and writes where it should" ;;
        "FAILED "* | "CANCELLED "*) means "the call is taken and cannot be carried out: gcloud firestore operations list says why; an alarm should have come"; return 1 ;;
        " "*) means "the call was refused: the log of the job hourly-export says why, most likely state-exporter's condition"; return 1 ;;
        *) means "it is not over after ten minutes, which is long for an empty database"; return 1 ;;
    esac
}

export_is_told() { # what two alarms rest on, and no documentation says
    local ends
    ends="$(logged 'protoPayload.methodName:"ExportDocuments" AND operation.last=true' 'value(severity)' | lines)"
    seen "of its end the log has $ends lines"
    if [ "$ends" -eq 0 ]; then means "a failure at the end is not logged: only the alarm on an empty bucket tells it"; fi
}

# -- 4: Terraform --------------------------------------------------------------------------------------------------

the_plan_says_nothing() {
    local told code=0
    told="$(look "${TERRAFORM[@]}" plan -input=false -no-color -detailed-exitcode -var-file=../trial.tfvars)" || code=$?
    case "$code" in
        0) seen "No changes"; means "what Google hands back is what Terraform asked for" ;;
        2)
            seen "$(printf '%s\n' "$told" | grep -E '^  # ' | head -5 | tr '\n' ';')"
            means "a plan would find something to change for ever: the lines above name the resources"
            return 1
            ;;
        *) seen "the plan failed: $(last_error)"; means "see $LOG"; return 1 ;;
    esac
}

# -- 5: the connect pages ------------------------------------------------------------------------------------------

link_for() { admin connect-link create "$1" --platform emailoctopus --days 1; }

connected_by() { # a link; what the last page came to
    if [ -n "$DRY" ]; then say "  asks: opens the link and pastes the key" >&2; return 0; fi
    { if [ -n "$KEY_FILE" ]; then cat "$KEY_FILE"; else echo "00000000-0000-0000-0000-000000000000"; fi; } \
        | "$PYTHON" -m infra.demo.visit "$1" 2>>"$LOG" || true
}

a_link_opens() {
    local link said well=0
    link="$(link_for "$(client 1)")"
    said="$(connected_by "$link")"
    seen "the pages ended with: ${said:-nothing}"
    pages_mean "$said" || well=1
    secrets_are_made || well=1
    nothing_is_written_down "${link##*#}" || well=1
    return "$well"
}

pages_mean() {
    case "$1" in
        connected) means "the page opens, the cookie is kept over both functions, and the key was taken" ;;
        *" 422"*) [ -z "$KEY_FILE" ] || { means "the platform does not take the key in $KEY_FILE"; return 1; }
            means "the page opens, the cookie is kept over both functions, and a made-up key is refused, as it should be" ;;
        *" 403"*) means "the cookie of oauth-start does not come to oauth-callback, or neither is public: see the organisation's policies in docs/deploy.md"; return 1 ;;
        *" 404"*) means "the link is not known, or nothing stands at this address: compare it with terraform output connect_url"; return 1 ;;
        *" 5"*) means "a connect page failed: the lines of severity ERROR of oauth-start and oauth-callback say where"; return 1 ;;
        *) means "the pages lead somewhere else; look at them in a browser"; return 1 ;;
    esac
}

secrets_are_made() {
    local made
    made="$(look gcloud secrets versions list connect-signing-key --project "$PROJECT" --filter 'state=ENABLED' --format 'value(name)' | lines)"
    seen "the key that signs attempts has $made versions"
    if [ "$made" -eq 0 ]; then means "the first attempt could not make it: oauth-start may not add a version"; return 1; fi
    [ -n "$KEY_FILE" ] || return 0
    made="$(look gcloud secrets list --project "$PROJECT" --filter 'name:user-' --format 'value(name)' | lines)"
    seen "$made secrets of connections"
    if [ "$made" -eq 0 ]; then means "oauth-callback could not make the secret of a connection: tributarySecretMaker does not do"; return 1; fi
}

nothing_is_written_down() { # what opens the link, which must stand nowhere
    local token="$1" requests traces
    change sleep 120 # until traces can be read
    requests="$(logged 'resource.labels.service_name=("oauth-start" OR "oauth-callback") AND logName:"run.googleapis.com%2Frequests"' 'value(timestamp)' | lines)"
    traces="$(traces_of_an_hour)" || { seen "traces could not be read"; means "look into Trace Explorer for ${token:0:4}…"; return 1; }
    if [ "$requests" -gt 0 ]; then
        seen "$requests requests of the connect pages are in the log"
        means "the exclusion in terraform/logs.tf does not hold"
        return 1
    fi
    case "$traces" in
        *"${token:-nothing to look for}"*) seen "the link's token stands in a trace"; means "it went to a server in an address: it must stand behind the #"; return 1 ;;
    esac
    seen "the token stands in no trace, and no request in the log"
}

traces_of_an_hour() {
    [ -z "$DRY" ] || { say "  asks: curl https://cloudtrace.googleapis.com/v1/projects/$PROJECT/traces" >&2; return 0; }
    gcloud auth print-access-token 2>>"$LOG" | sed 's/^/Authorization: Bearer /' \
        | curl -sSf -H @- "https://cloudtrace.googleapis.com/v1/projects/$PROJECT/traces?view=COMPLETE&pageSize=1000" 2>>"$LOG"
}

# -- 6: BigQuery ---------------------------------------------------------------------------------------------------

with_a_key() { # what only a connected account can show
    [ -z "$KEY_FILE" ] || return 0
    seen "nothing is connected"
    means "give an API key of EmailOctopus with --key-file; an account there is free"
    return 1
}

status_of() { admin status "$1" --streams; }

first_run_over() { status_of "$(client 1)" | grep -Eq 'run .* (completed|partly|failed): '; }

rows_in() { # a workspace's tables
    look bq query --project_id="$PROJECT" --use_legacy_sql=false --format=csv \
        "SELECT IFNULL(SUM(row_count), 0) FROM \`$1_raw.__TABLES__\`" | tail -1
}

the_first_load_arrives() {
    local status rows
    with_a_key || return 2
    until_it 1200 30 first_run_over || true
    status="$(status_of "$(client 1)")"
    rows="$(rows_in "$(client 1)")"
    seen "$(printf '%s\n' "$status" | grep -E 'run .*: ' | head -1); ${rows:-no} rows in BigQuery"
    case "$status" in
        *bigquery-denied*) means "load_batch may not ask for its own jobs, or not write: see its grants in terraform/README.md"; return 1 ;;
        *" completed: "*) ;;
        *) means "the run did not become completed within twenty minutes: the status says what it waits for"; return 1 ;;
    esac
    if [ "${rows:-0}" -eq 0 ]; then means "the run says completed and there are no rows: is the account empty?"; return 1; fi
    means "pages were staged, loaded by a job and merged"
}

# -- 7 and 8: whether anybody is told ------------------------------------------------------------------------------

kept_aside() { [ "$(logged 'jsonPayload.message="message kept aside"' 'value(timestamp)' | lines)" -gt 0 ]; }

nonsense_is_told() {
    local told=0
    change gcloud pubsub topics publish slice-ready --project "$PROJECT" --message '{"v": 1}'
    if ! until_it 300 15 kept_aside && [ -z "$DRY" ]; then
        seen "no line says that a message was kept aside"
        means "extract_page was not reached: look at its requests as in check 1"
        return 1
    fi
    change sleep 300
    somebody_saw "Has a mail come to $MAIL, \"a message was given up, or the audit log is in doubt\"?" || told=$?
    mail_means "$told"
}

silence_is_told() {
    local told=0 number
    take_the_caller_away || { seen "the caller could not be taken away"; return 1; }
    for ((number = 0; number < 6; number++)); do
        change gcloud pubsub topics publish run-changed --project "$PROJECT" --message '{"v": 1}'
    done
    say "  Nobody may call tell-run now; half an hour"
    change sleep 1800
    somebody_saw "Has a mail come to $MAIL that names the subscription run-changed?" || told=$?
    give_the_caller_back || seen "the caller could not be given back"
    mail_means "$told"
}

PUSHER="serviceAccount:tell-run-push@$PROJECT.iam.gserviceaccount.com"

take_the_caller_away() {
    change gcloud run services remove-iam-policy-binding tell-run --project "$PROJECT" --region "$REGION" \
        --role roles/run.invoker --member "$PUSHER"
}

give_the_caller_back() {
    change gcloud run services add-iam-policy-binding tell-run --project "$PROJECT" --region "$REGION" \
        --role roles/run.invoker --member "$PUSHER"
}

mail_means() {
    case "$1" in
        0) seen "the mail came"; means "the alarm's question finds what it should, and the channel delivers" ;;
        1)
            seen "no mail came"
            means "in the console, under Monitoring, Alerting: is there an incident? Then it is the channel; otherwise the alarm's question"
            ;;
        *) seen "nobody said whether a mail came"; means "look at $MAIL" ;;
    esac
    return "$1"
}

# -- 9: many at once -----------------------------------------------------------------------------------------------

all_over() { # every client has a run, and none is under way
    local status
    status="$(admin status --streams)"
    [ "$(printf '%s\n' "$status" | grep -Ec 'run .* (completed|partly|failed): ')" -ge "$CLIENTS" ] \
        && ! printf '%s\n' "$status" | grep -Eq 'run .* (planned|running|sweeping): '
}

count_of() { logged "$1" 'value(timestamp)' | lines; }

thirty_at_once() {
    local number refused dead memory failed over=yes
    with_a_key || return 2
    for ((number = 2; number <= CLIENTS; number++)); do
        connected_by "$(link_for "$(client "$number")")" >>"$LOG"
    done
    until_it 3600 60 all_over || over=""
    refused="$(count_of 'httpRequest.status=429')"
    dead="$(count_of 'jsonPayload.message="dead letter"')"
    failed="$(count_of 'jsonPayload.message="slice failed"')"
    memory="$(count_of '"Memory limit"')"
    seen "$refused requests refused for want of instances, $dead dead letters, $failed failed slices, $memory times out of memory"
    if [ -z "$over" ] && [ -z "$DRY" ]; then means "they are not over after an hour: infra.admin status says what they wait for"; return 1; fi
    if [ "$dead" -gt 0 ] || [ "$failed" -gt 0 ]; then means "a busy hour fails healthy work: infra.admin failures list says which"; return 1; fi
    if [ "$memory" -gt 0 ]; then means "an instance of extract_page is too small for four slices (memory in terraform/main.tf)"; return 1; fi
    means "refusals are waited out, and nothing is lost"
}

# -- 10: the pipeline ----------------------------------------------------------------------------------------------

build() { # whether to apply
    change gcloud builds submit --config cloudbuild.yaml --project "$PROJECT" --region "$REGION" \
        --service-account "projects/$PROJECT/serviceAccounts/tributary-deployer@$PROJECT.iam.gserviceaccount.com" \
        --substitutions "_ENVIRONMENT=trial,_STATE=$PROJECT-tributary-state,_APPLY=$1,COMMIT_SHA=trial"
}

the_pipeline_applies() {
    change gcloud storage cp "$WORK/trial.tfvars" "gs://$PROJECT-tributary-state/environments/trial.tfvars" || return 1
    say "  The first build tests and plans: half an hour"
    build no || { seen "the build that plans failed: $(tail -1 "$LOG")"; means "$(build_means)"; return 1; }
    if [ -z "$DRY" ]; then grep -E 'Plan: |No changes' "$LOG" | tail -1; fi
    somebody_saw "That is the plan (all of it is in $LOG). May it be applied?" \
        || { seen "nobody approved it, and nothing was applied"; means "that is how it should be"; return 2; }
    build approved || { seen "the build that applies failed: $(tail -1 "$LOG")"; means "$(build_means)"; return 1; }
    seen "what was read was applied"
    means "the deployer's roles suffice, and the kept plan is the one that is applied"
}

build_means() {
    case "$(tail -40 "$LOG")" in
        *"Permission denied"* | *"does not have permission"* | *"Error 403"*) echo "the deployer lacks a role: add it to infra/bootstrap.sh" ;;
        *"No plan of"*) echo "the first build kept no plan beside the state" ;;
        *"Saved plan is stale"*) echo "something was applied in between: then nothing may be, so plan once more" ;;
        *toomanyrequests*) echo "Docker Hub had enough for this hour: run this check again" ;;
        *) echo "docs/deploy.md, step 9, says what may stop a build; the log is in $LOG" ;;
    esac
}
