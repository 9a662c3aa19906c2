"""Names as queries write them and as answers do."""


def camel(name: str) -> str:
    """`ad_group_ad` → `adGroupAd`."""
    head, *rest = name.split("_")
    return head + "".join(map(str.capitalize, rest))


def resource_name(account: str, kind: str, *ids: str) -> str:
    """`customers/1112223334/adGroupAds/81~9001`."""
    return f"customers/{account}/{kind}/{'~'.join(ids)}"
