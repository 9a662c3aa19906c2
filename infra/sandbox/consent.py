"""The page on which a person allows or denies access. The same for every platform, plainly marked as a sandbox."""

from collections.abc import Mapping
from html import escape

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} (sandbox)</title>
<style>
  :root {{ color-scheme: light; --ink: #1c2430; --soft: #5b6776; --line: #d9dfe7; --go: #14532d; }}
  * {{ box-sizing: border-box; }}
  body {{ margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem;
         background: #f3f5f8; color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }}
  main {{ width: 100%; max-width: 29rem; background: #fff; border: 1px solid var(--line);
          border-radius: 14px; overflow: hidden; box-shadow: 0 8px 30px rgb(28 36 48 / .08); }}
  .note {{ margin: 0; padding: .6rem 1.75rem; background: #fff4d6; color: #6b4e00; font-size: .875rem;
           border-bottom: 1px solid #f0dfae; }}
  .body {{ padding: 1.5rem 1.75rem 1.75rem; }}
  h1 {{ margin: 0 0 .5rem; font-size: 1.35rem; line-height: 1.3; }}
  p {{ margin: .5rem 0; color: var(--soft); }}
  b {{ color: var(--ink); }}
  ul {{ margin: 1rem 0; padding: 0; list-style: none; border-top: 1px solid var(--line); }}
  li {{ padding: .6rem 0; border-bottom: 1px solid var(--line); }}
  code {{ font-size: .85em; color: var(--soft); }}
  form {{ display: flex; gap: .75rem; margin-top: 1.5rem; }}
  button {{ flex: 1; padding: .75rem 1rem; border-radius: 9px; border: 1px solid var(--line); font: inherit;
            font-weight: 600; background: #fff; color: var(--ink); cursor: pointer; }}
  button[value=allow] {{ background: var(--go); border-color: var(--go); color: #fff; }}
  button:focus-visible {{ outline: 3px solid #86b7fe; outline-offset: 2px; }}
</style>
</head>
<body>
<main>
<p class="note">Sandbox of {platform}. Nothing here is real, and no real account is touched.</p>
<div class="body">
{body}
</div>
</main>
</body>
</html>
"""


def ask(
    platform: str, app: str, account: str, scopes: Mapping[str, str], action: str, fields: Mapping[str, str]
) -> str:
    """`fields`: everything the request said, carried through the form."""
    wishes = "".join(f"<li>{escape(text)} <code>{escape(name)}</code></li>" for name, text in scopes.items())
    wishes = wishes or "<li>Everything your own login may read and change (this platform has no scopes)</li>"
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in fields.items()
    )
    body = f"""<h1>{escape(app)} would like to read your {escape(platform)} account</h1>
<p>You are signed in as <b>{escape(account)}</b>.</p>
<ul>{wishes}</ul>
<form method="post" action="{escape(action)}">{hidden}
<button type="submit" name="decision" value="deny">Deny</button>
<button type="submit" name="decision" value="allow">Allow</button>
</form>"""
    return PAGE.format(title=f"Allow {escape(app)}?", platform=escape(platform), body=body)


def refuse(platform: str, reason: str) -> str:
    """The request is wrong in a way that must not be sent back to the address it names."""
    body = f"<h1>This request cannot be used</h1><p>{escape(reason)}</p>"
    return PAGE.format(title="Not allowed", platform=escape(platform), body=body)
