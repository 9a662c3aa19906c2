"""What a plan of the whole installation holds: who may do what, what is open, and what one more client changes."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Any

import orjson
import pytest

from infra.apps.words import words_of
from infra.cost.extras import BALANCER_RULES
from infra.cost.installation import FUNCTIONS, Installation
from shared.messages import FLOW, SyncRequested, Tick, decode
from shared.oauth import accounts
from shared.oauth.exchange import CALL_SECONDS, LARGEST
from shared.opening import access
from shared.platforms import PLATFORMS
from shared.settings import load
from shared.warehouse import names
from tests.terraform import drawing, offline

pytestmark = pytest.mark.slow

PROJECT = "north-tributary"
BASE: dict[str, Any] = {
    "project": PROJECT,
    "agency": "North Agency",
    "agency_readers": ["group:team@example.com"],
    "askers": ["group:clients@example.com"],
    "deployer": f"tributary-deployer@{PROJECT}.iam.gserviceaccount.com",
}
MANY = {
    **BASE,
    "alert_emails": [f"ops{number}@example.com" for number in range(7)],
    "budget": {"billing_account": "0A1B2C-3D4E5F-6A7B8C"},
    "platforms": ["google_analytics", "mailchimp"],
}
RULES_AT_ONE_PRICE = 5  # of all load balancers of a project, as infra/cost/prices.py has it
DOMAIN = {**BASE, "connect_domain": "connect.example.com", "connect_host": "connect.example.com"}
MAIL = re.compile(r"serviceAccount:([a-z-]+)@north-tributary\.iam\.gserviceaccount\.com")
Resources = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Resources]:
    offline.required()
    examples = {name: drawing.TERRAFORM / "environments" / f"{name}.tfvars.example" for name in ("dev", "prod")}
    variants: dict[str, Any] = {"base": BASE, "many": MANY, "domain": DOMAIN, **examples}
    made = offline.plans(tmp_path_factory.mktemp("plans"), variants)
    return {name: offline.resources(plan) for name, plan in made.items()}


@pytest.fixture
def plan(plans: dict[str, Resources]) -> Resources:
    return plans["base"]


def of(plan: Resources, kind: str) -> Resources:
    return {address: each for address, each in plan.items() if each["type"] == kind}


# -- who may do what ------------------------------------------------------------------------------------------

Grant = tuple[str, str, str]  # who, role, on


def who(member: str) -> str:
    """A member as the table calls it."""
    found = MAIL.fullmatch(member)
    if found:
        name = found[1].removesuffix("-push").replace("-", "_")
        name = name.removeprefix("tributary_")
        if name == "deployer":
            return name
        return "builder" if name == "function_builder" else f"`{name}`" + (" messages" if "-push" in found[1] else "")
    if "gcp-sa-pubsub" in member:
        return "Pub/Sub"
    return {"allUsers": "everybody"}.get(member, "readers of the agency" if "team@" in member else "readers")


def opened(plan: Resources) -> set[Grant]:
    """What whoever opens a workspace gives on its datasets, by what the plan tells it (shared/opening/access.py)."""
    settings = plan["module.open_workspace.google_cloudfunctions2_function.this"]["service_config"][0]
    accounts = load(env={"TRIBUTARY_BUCKET": "pages", **settings["environment_variables"]}).accounts
    found: set[Grant] = {("readers", access.of_reader("user:ann@example.com").role, "dataset of the workspace")}
    for dataset in names.of_workspace("acme"):
        for entry in (access.first(), *access.of_functions(PROJECT, accounts, dataset, "acme")):
            told = {"role": entry.role, "special_group": None, "user_by_email": None, "group_by_email": None}
            kind = "special_group" if entry.entity_type == "specialGroup" else "user_by_email"
            found.add(on_dataset(dataset, {**told, kind: entry.entity_id}))
    return found


def place(each: Mapping[str, Any]) -> str:
    """Where a grant holds, in the words of the table."""
    if each["type"] == "google_project_iam_member":
        return str(each["condition"][0]["title"]) if each["condition"] else "project"
    if each["type"] == "google_secret_manager_secret_iam_member":
        return "secret " + re.sub(r"^client-.*", "client-*", each["secret_id"])
    if each["type"] == "google_storage_bucket_iam_member":
        return "bucket " + str(each["bucket"]).rpartition("-")[2]
    if each["type"] == "google_pubsub_topic_iam_member":
        return "topic " + re.sub(r".*-dead$", "*-dead", each["topic"])
    named = {
        "google_pubsub_subscription_iam_member": "subscription of each reader",
        "google_service_account_iam_member": "accounts of messages",
        "google_artifact_registry_repository_iam_member": "repository functions",
    }
    return named.get(each["type"]) or f"function {each['name']}"


def grants(plan: Resources) -> set[Grant]:
    found: set[Grant] = set()
    for each in plan.values():
        if each["type"].endswith("_iam_member"):
            role = each["role"].rpartition("/")[2] if each["role"].startswith("projects/") else each["role"]
            called = who(each["member"])
            if each["type"] == "google_project_iam_member" and called == "readers of the agency":
                called = "readers"
            found.add((called, role if role.startswith("tributary") else f"{role}", place(each)))
        if each["type"] == "google_bigquery_dataset":
            found |= {on_dataset(each["dataset_id"], entry) for entry in each["access"] if entry["role"]}
        if each["type"] == "google_bigquery_dataset_access":
            found.add(on_dataset(each["dataset_id"], each))
    return found


def on_dataset(dataset: str, entry: Mapping[str, Any]) -> Grant:
    if entry["special_group"]:
        assert entry["special_group"] == "projectOwners"
        return ("owners of the project", entry["role"], "every dataset")
    member = (
        f"serviceAccount:{entry['user_by_email']}" if entry["user_by_email"] else f"group:{entry['group_by_email']}"
    )
    name, role = re.sub(r"^acme_", "*_", dataset), str(entry["role"])
    role = role.rpartition("/")[2] if role.startswith("projects/") else role
    return (who(member), role, f"dataset {'of the workspace' if name == 'acme' else name}")


def table() -> set[Grant]:
    rows = [line.strip("| ").split(" | ") for line in drawing.read("README.md").splitlines() if line.startswith("| ")]
    found = [(row[0], row[1].strip("`"), row[2]) for row in rows if len(row) == 4 and row[0] != "who"]
    assert len(found) == len(set(found))
    return set(found)


def test_the_table_of_permissions_is_what_is_planned(plan: Resources) -> None:
    assert {each for each in grants(plan) | opened(plan) if each[0] != "deployer"} == table()


def test_every_row_of_the_table_says_why() -> None:
    rows = [line.strip("| ").split(" | ") for line in drawing.read("README.md").splitlines() if line.startswith("| `")]
    assert all(len(row[3]) > 5 for row in rows if len(row) == 4)


def test_nobody_has_a_basic_role_or_more_than_was_meant(plan: Resources) -> None:
    roles = {each["role"] for each in plan.values() if each["type"].endswith("_iam_member")}
    assert not roles & {"roles/owner", "roles/editor", "roles/viewer"}
    assert not [role for role in roles if role.endswith((".admin", "Admin"))]
    assert not [address for address, each in plan.items() if each["type"].endswith(("_iam_policy", "_iam_binding"))]


def test_who_stages_cannot_read_the_warehouse_and_load_batch_opens_nothing(plan: Resources) -> None:
    held = {
        name: {(role, on) for each, role, on in grants(plan) | opened(plan) if each == f"`{name}`"}
        for name in drawing.functions()
    }
    for name in ("extract_page", "tell_run"):
        assert not [role for role, on in held[name] if "bigquery" in role or on.startswith("dataset")]
    assert {on for _, on in held["load_rates"] if on.startswith(("dataset", "bucket"))} == {"dataset tributary"}
    assert not [
        role
        for name in ("load_batch", "tell_run", "load_rates", "fan_out_sync", "record_failure")
        for role, _ in held[name]
        if "ecret" in role
    ]
    roles = {each["role_id"]: each["permissions"] for each in of(plan, "google_project_iam_custom_role").values()}
    assert "storage.objects.get" not in roles["tributaryPageWriter"]


# -- what is open, and what is kept -------------------------------------------------------------------------------


def test_only_the_connect_functions_and_what_platforms_call_are_public(plan: Resources) -> None:
    public = {each["name"] for each in plan.values() if each.get("member") in {"allUsers", "allAuthenticatedUsers"}}
    assert public == {"oauth-start", "oauth-callback", "platform-calls", "console", "feed", "api"}
    assert all(each["public_access_prevention"] == "enforced" for each in of(plan, "google_storage_bucket").values())
    functions = of(plan, "google_cloudfunctions2_function").values()
    internal = {
        each["name"] for each in functions if each["service_config"][0]["ingress_settings"] == "ALLOW_INTERNAL_ONLY"
    }
    called = {"look-up"}  # by another function, which Cloud Run takes for a stranger where no network leads to it
    assert internal | public | called == {each["name"] for each in functions}


def test_console_and_api_name_the_same_address_for_agents(plan: Resources) -> None:
    """Tokens are bound to the address at which the API asks for them, and agents are sent to where people are."""
    functions = {each["name"]: each for each in of(plan, "google_cloudfunctions2_function").values()}
    told = [functions[name]["service_config"][0]["environment_variables"] for name in ("api", "console")]
    for name in ("TRIBUTARY_API_URL", "TRIBUTARY_CONSOLE_URL"):
        assert len({each[name] for each in told}) == 1
        assert told[0][name].startswith("https://")


def test_look_up_is_called_by_the_console_alone(plan: Resources) -> None:
    invokers = of(plan, "google_cloud_run_v2_service_iam_member").values()
    assert {(each["role"], each["member"]) for each in invokers if each["name"] == "look-up"} == {
        ("roles/run.invoker", f"serviceAccount:console@{PROJECT}.iam.gserviceaccount.com")
    }
    (function,) = (each for each in of(plan, "google_cloudfunctions2_function").values() if each["name"] == "look-up")
    told = function["service_config"][0]["environment_variables"]
    assert told["TRIBUTARY_LOOK_UP_CALLERS"] == f"console@{PROJECT}.iam.gserviceaccount.com"
    (console,) = (each for each in of(plan, "google_cloudfunctions2_function").values() if each["name"] == "console")
    asked = console["service_config"][0]["environment_variables"]["TRIBUTARY_LOOK_UP_URL"]
    assert asked == told["TRIBUTARY_LOOK_UP_URL"]
    assert re.fullmatch(r"https://look-up-\d+\.[a-z0-9-]+\.run\.app", asked)


def test_look_up_reads_people_and_rows_and_changes_nothing(plan: Resources) -> None:
    roles = {role for who, role, _ in grants(plan) | opened(plan) if who == "`look_up`"}
    assert roles == {
        "tributaryLooker",
        "tributaryPageReader",
        "roles/datastore.viewer",
        "roles/bigquery.jobUser",
        "READER",
    }
    held = {each["role_id"]: each["permissions"] for each in of(plan, "google_project_iam_custom_role").values()}
    words = {
        permission.rpartition(".")[2]
        for name in ("tributaryLooker", "tributaryPageReader")
        for permission in held[name]
    }
    assert words == {"create", "get", "list"}


def members_of(plan: Resources, *roles: str) -> set[str]:
    grants = of(plan, "google_project_iam_member").values()
    return {who(each["member"]) for each in grants if each["role"].rpartition("/")[2] in roles}


def test_credentials_of_connections_are_opened_by_four_accounts(plan: Resources) -> None:
    opening = {
        each["role_id"]
        for each in of(plan, "google_project_iam_custom_role").values()
        if "secretmanager.versions.access" in each["permissions"]
    }
    webhooks = {"tributaryWebhookSigner"}
    assert opening == {"tributarySecretKeeper", "tributarySecretRenewer", "tributarySecretEraser"} | webhooks
    assert members_of(plan, *webhooks) == {"`send_letter`"}
    assert members_of(plan, *(opening - webhooks)) == {
        "`oauth_callback`",
        "`extract_page`",
        "`answer_call`",
        "`keep_access`",
    }
    assert members_of(plan, "tributarySecretRenewer") == {"`extract_page`", "`keep_access`"}


def test_who_tells_the_audit_log_reads_nothing_of_people(plan: Resources) -> None:
    found = {each["role_id"]: each["permissions"] for each in of(plan, "google_project_iam_custom_role").values()}
    assert found["tributaryAuditWriter"] == ["datastore.entities.create"]
    people = [
        each
        for each in of(plan, "google_project_iam_member").values()
        if each["condition"] and "/databases/people" in each["condition"][0]["expression"]
    ]
    told = {each["role"].rpartition("/")[2] for each in people if who(each["member"]) == "`keep_access`"}
    assert told == {"tributaryAuditWriter"}


def test_every_function_has_an_identity_of_its_own(plan: Resources) -> None:
    functions = of(plan, "google_cloudfunctions2_function").values()
    accounts = [each["service_config"][0]["service_account_email"] for each in functions]
    assert accounts == [f"{each['name']}@{PROJECT}.iam.gserviceaccount.com" for each in functions]
    assert len(accounts) == 19


def test_every_subscription_leads_somewhere_when_it_fails(plan: Resources) -> None:
    read = set(FLOW)
    subscriptions = {each["name"]: each for each in of(plan, "google_pubsub_subscription").values()}
    assert set(subscriptions) == read | {f"{topic}-dead" for topic in read}
    agent = re.compile(r"serviceAccount:service-\d+@gcp-sa-pubsub\.iam\.gserviceaccount\.com")
    buries = {
        each["topic"]
        for each in plan.values()
        if each.get("role") == "roles/pubsub.publisher" and agent.fullmatch(each["member"])
    }
    takes = {
        each["subscription"]
        for each in plan.values()
        if each.get("role") == "roles/pubsub.subscriber" and agent.fullmatch(each["member"])
    }
    for topic in read:
        dead = subscriptions[topic]["dead_letter_policy"][0]["dead_letter_topic"].rpartition("/")[2]
        assert dead == f"{topic}-dead"
        assert subscriptions[dead]["topic"] == subscriptions[topic]["dead_letter_policy"][0]["dead_letter_topic"]
        assert dead in buries
        assert topic in takes


def test_each_push_goes_to_the_function_that_reads_the_topic(plan: Resources) -> None:
    for each in of(plan, "google_pubsub_subscription").values():
        topic, dead = each["name"].removesuffix("-dead"), each["name"].endswith("-dead")
        reader = "record_failure" if dead else FLOW[topic][1]
        push = each["push_config"][0]
        assert re.fullmatch(
            rf"https://{str(reader).replace('_', '-')}-\d+\.europe-west1\.run\.app/{topic}", push["push_endpoint"]
        )
        assert push["push_endpoint"] == f"{push['oidc_token'][0]['audience']}/{topic}"
        assert push["oidc_token"][0]["service_account_email"].startswith(str(reader).replace("_", "-") + "-push@")


def test_there_is_a_thread_for_every_request_that_an_instance_takes_at_once(plan: Resources) -> None:
    for each in of(plan, "google_cloudfunctions2_function").values():
        size = each["service_config"][0]
        assert int(size["environment_variables"]["THREADS"]) >= size["max_instance_request_concurrency"]


def test_a_few_slow_requests_do_not_close_the_connect_pages(plan: Resources) -> None:
    """Whoever waits for a slow platform leaves room for others, and is sent away before the function is stopped."""
    sizes = {each["name"]: each["service_config"][0] for each in of(plan, "google_cloudfunctions2_function").values()}
    for name in ("oauth-start", "oauth-callback"):
        assert sizes[name]["max_instance_request_concurrency"] >= 10
        assert sizes[name]["max_instance_request_concurrency"] * sizes[name]["max_instance_count"] >= 50
    # What happens besides the discovery: the code, access that lasts, and the call under way when its time is up.
    assert accounts.MOST_TIME.total_seconds() + 3 * CALL_SECONDS <= sizes["oauth-callback"]["timeout_seconds"]
    held = sizes["oauth-callback"]["max_instance_request_concurrency"] * LARGEST
    assert held < 512 * 2**20 / 4, "their answers fit beside everything else"


def test_no_secret_has_a_value_in_a_plan(plan: Resources) -> None:
    kinds = {each["type"] for each in plan.values()}
    assert not [kind for kind in kinds if "secret" in kind and "version" in kind]
    assert not {"google_service_account_key", "google_storage_hmac_key"} & kinds
    settings = [
        each["service_config"][0]["environment_variables"]
        for each in of(plan, "google_cloudfunctions2_function").values()
    ]
    assert not [name for given in settings for name in given if re.search("TOKEN|PASSWORD|CLIENT_SECRET", name)]


def test_what_would_be_missed_is_protected(plan: Resources) -> None:
    databases = of(plan, "google_firestore_database").values()
    assert {each["name"] for each in databases} == {"people", "(default)", "feeds"}
    assert {each["delete_protection_state"] for each in databases} == {"DELETE_PROTECTION_ENABLED"}
    kept = [each for each in databases if each["name"] != "feeds"]  # that one is made anew out of people's
    assert {each["point_in_time_recovery_enablement"] for each in kept} == {"POINT_IN_TIME_RECOVERY_ENABLED"}
    backed = {each["database"]: each["retention"] for each in of(plan, "google_firestore_backup_schedule").values()}
    assert set(backed) == {"people", "(default)"}
    assert len(set(backed.values())) == 1
    assert all(each["deletion_protection"] for each in of(plan, "google_secret_manager_secret").values())
    assert not [
        each["dataset_id"] for each in of(plan, "google_bigquery_dataset").values() if "workspace" in each["labels"]
    ]


def test_what_the_scheduler_says_is_understood(plan: Resources) -> None:
    jobs = {
        each["name"]: base64.b64decode(each["pubsub_target"][0]["data"])
        for each in of(plan, "google_cloud_scheduler_job").values()
        if each["pubsub_target"]
    }
    assert set(jobs) == {"standard-syncs", "minute-tick"}
    (export,) = [each for each in of(plan, "google_cloud_scheduler_job").values() if each["http_target"]]
    assert set(orjson.loads(base64.b64decode(export["http_target"][0]["body"]))) == {"outputUriPrefix", "collectionIds"}
    assert decode(jobs["standard-syncs"], SyncRequested) == SyncRequested(reason="schedule")
    assert decode(jobs["minute-tick"], Tick) == Tick()


def test_only_one_may_make_datasets_and_it_owns_none(plan: Resources) -> None:
    roles = {each["role_id"]: set(each["permissions"]) for each in of(plan, "google_project_iam_custom_role").values()}
    makers = {role for role, allowed in roles.items() if "bigquery.datasets.create" in allowed}
    assert makers == {"tributaryWorkspaceMaker"}
    assert {who for who, role, _ in grants(plan) if role in makers} == {"`open_workspace`"}
    assert roles["tributaryWorkspaceMaker"] == {"bigquery.datasets.create"}
    kept = roles[access.KEEPER]
    assert not [each for each in kept if each.endswith(("datasets.delete", "tables.updateData", "datasets.create"))]
    mine = {(role, on) for who, role, on in grants(plan) | opened(plan) if who == "`open_workspace`"}
    assert not [role for role, _ in mine if role in {"OWNER", "WRITER"} or "Secret" in role]
    assert (access.KEEPER, "project") not in mine


def test_whom_a_workspace_is_given_to_is_told_to_who_opens_it_and_to_the_operator(plan: Resources) -> None:
    told = plan["module.open_workspace.google_cloudfunctions2_function.this"]["service_config"][0][
        "environment_variables"
    ]
    accounts = orjson.loads(told["TRIBUTARY_ACCOUNTS"])
    assert set(accounts) == {*access.ROWS, access.LOOKER, access.OPENER, access.DEPLOYER}
    assert accounts[access.OPENER] == f"open-workspace@{PROJECT}.iam.gserviceaccount.com"
    assert "local.opening" in drawing.read("outputs.tf").partition('"admin_environment"')[2].partition("\n}")[0]


def test_a_second_plan_finds_nothing_to_change_in_the_dashboard(plan: Resources) -> None:
    """Monitoring leaves zeros out of what it hands back, and the provider takes that for a change."""
    (dashboard,) = of(plan, "google_monitoring_dashboard").values()
    tiles = orjson.loads(dashboard["dashboard_json"])["mosaicLayout"]["tiles"]
    assert [(tile.get("xPos", 0), tile.get("yPos", 0)) for tile in tiles] == [
        (number % 2 * 24, number // 2 * 14) for number in range(len(tiles))
    ]
    assert not [tile for tile in tiles for at in ("xPos", "yPos") if tile.get(at) == 0]


def test_a_message_is_tried_as_often_as_pubsub_allows(plan: Resources) -> None:
    policies = [each["dead_letter_policy"] for each in of(plan, "google_pubsub_subscription").values()]
    assert {policy[0]["max_delivery_attempts"] for policy in policies if policy} == {100}


def test_a_budget_tells_no_more_than_google_lets_it(plans: dict[str, Resources]) -> None:
    """The addresses of channels are made up only by the apply, so they are counted where they are told."""
    (budget,) = of(plans["many"], "google_billing_budget").values()
    assert len(of(plans["many"], "google_monitoring_notification_channel")) == 7
    assert budget["all_updates_rule"], "somebody is told"
    told = re.search(r"slice\(local\.channels, 0, min\((\d+), length\(local\.channels\)\)\)", drawing.read("budget.tf"))
    assert told
    assert told[1] == "5"


# -- what else may be chosen ------------------------------------------------------------------------------------------


def _comparable(each: Mapping[str, Any]) -> bytes:
    return orjson.dumps(each, option=orjson.OPT_SORT_KEYS)


def test_the_bill_reckons_with_what_is_planned(plan: Resources) -> None:
    for each in of(plan, "google_cloudfunctions2_function").values():
        size, reckoned = each["service_config"][0], FUNCTIONS.get(each["name"].replace("-", "_"))
        if reckoned is not None:
            memory = {"512Mi": 0.5, "1Gi": 1.0}[size["available_memory"]]
            assert (float(size["available_cpu"]), memory) == (reckoned.vcpu, reckoned.gib)
            assert size["max_instance_request_concurrency"] == reckoned.full
    policies = of(plan, "google_monitoring_alert_policy").values()
    assert sum(len(each["conditions"]) for each in policies) == Installation().conditions


def test_apis_are_switched_on_by_which_platforms_are_read(plans: dict[str, Resources]) -> None:
    def on(plan: Resources) -> set[str]:
        platform = "google_project_service.platform"
        return {each["service"] for address, each in plan.items() if address.startswith(platform)}

    assert on(plans["base"]) == {api for platform in PLATFORMS.values() for api in words_of(platform).apis}
    assert on(plans["many"]) == set(words_of(PLATFORMS["google_analytics"]).apis)


# -- a domain of one's own ---------------------------------------------------------------------------------------------


def test_a_domain_of_ones_own_adds_a_balancer_and_changes_nothing_but_the_addresses(
    plans: dict[str, Resources],
) -> None:
    base, domain = plans["base"], plans["domain"]
    more = set(domain) - set(base)
    api = 'google_project_service.needed["compute.googleapis.com"]'
    assert api in more
    assert all(address.startswith("module.domain[0].") for address in more - {api})
    assert len(more) == 17  # as docs/apps/README.md tells
    assert not set(base) - set(domain)
    changed = {address for address in base if _comparable(base[address]) != _comparable(domain[address])}
    told = {"oauth_start": "START", "oauth_callback": "CALLBACK", "platform_calls": "CALLS"}
    makers = ("api", "console", "send_letter")  # of connect links
    links = {f"module.{name}.google_cloudfunctions2_function.this" for name in makers}
    assert changed == {f"module.{name}.google_cloudfunctions2_function.this" for name in told} | links
    for name, setting in told.items():
        each = domain[f"module.{name}.google_cloudfunctions2_function.this"]["service_config"][0]
        said = each["environment_variables"][f"TRIBUTARY_{setting}_URL"]
        assert said == f"https://connect.example.com/{name.replace('_', '-')}"
        assert each["ingress_settings"] == "ALLOW_ALL", "links that were sent before still open the page"


def test_the_bill_reckons_with_the_rules_of_the_balancer(plans: dict[str, Resources]) -> None:
    rules = of(plans["domain"], "google_compute_global_forwarding_rule")
    assert len(rules) == BALANCER_RULES <= RULES_AT_ONE_PRICE


# -- the examples ----------------------------------------------------------------------------------------------------


def test_the_examples_are_as_the_documentation_says(plans: dict[str, Resources]) -> None:
    page = (drawing.ROOT / "docs" / "deploy.md").read_text()
    told = re.search(r"Plan: (\d+) to add, 0 to change, 0 to destroy.` \(with the one of dev: (\d+)\)", page)
    assert told
    assert [int(count) for count in told.groups()] == [len(plans["prod"]), len(plans["dev"])]
    assert f"Resources: {told[1]} added" in page


def test_the_deployer_owns_the_datasets_and_opens_no_client_to_others(plans: dict[str, Resources]) -> None:
    for each in of(plans["prod"], "google_bigquery_dataset").values():
        owners = {
            entry["user_by_email"] or entry["special_group"] for entry in each["access"] if entry["role"] == "OWNER"
        }
        assert owners == {"projectOwners", f"tributary-deployer@{PROJECT}.iam.gserviceaccount.com"}
    assert ("deployer", "OWNER", "dataset of the workspace") in opened(plans["base"])


def test_the_example_of_dev_can_be_taken_down_whole(plans: dict[str, Resources]) -> None:
    kept = [address for address, each in plans["dev"].items() if each.get("deletion_policy") in {"PREVENT", "ABANDON"}]
    assert kept == []
    assert not [address for address, each in plans["dev"].items() if each.get("deletion_protection")]
    assert all(each["force_destroy"] for each in of(plans["dev"], "google_storage_bucket").values())
