"""The one style sheet of the connect pages. It goes inline, under its hash, so that no page loads anything."""

from __future__ import annotations

# Of the grounds that links and buttons stand on, those on which they are hardest to read: a colour of the agency's own
# is held against them (`shared/oauth/house.py`).
LIGHT, DARK = "#f4f5f7", "#232831"

CSS = """
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ground: #f4f5f7; --ink: #16191f; --soft: #525a67; --line: #dfe3e8; --tint: #f6f8fa;
  --go: #1f5eff; --go-deep: #1747c4; --on-go: #ffffff; --link: #1747c4;
  --good: #12703f; --good-tint: #e6f5ec; --bad: #a32015; --bad-tint: #fdeeec; --warn: #7a4b00; --warn-tint: #fff5e0;
  --shade: 0 1px 2px rgb(16 24 40 / .05), 0 12px 32px -8px rgb(16 24 40 / .12);
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #1b1f26; --ground: #111419; --ink: #eef1f5; --soft: #aab3c0; --line: #323945; --tint: #232831;
    --go: #7aa2ff; --go-deep: #9dbaff; --on-go: #0c1630; --link: #9dbaff;
    --good: #7fd8a5; --good-tint: #15301f; --bad: #ff9d92; --bad-tint: #3a1b18; --warn: #ffce7a; --warn-tint: #33270f;
    --shade: 0 1px 2px rgb(0 0 0 / .4), 0 12px 32px -8px rgb(0 0 0 / .5);
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; min-height: 100vh; min-height: 100dvh; padding: 2.5rem 1rem 2rem; background: var(--ground);
  color: var(--ink); font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
  display: flex; flex-direction: column; align-items: center;
}
main {
  width: 100%; max-width: 34rem; background: var(--paper); border: 1px solid var(--line); border-radius: 1rem;
  box-shadow: var(--shade); padding: 2rem 2.25rem 2.25rem;
}
footer { width: 100%; max-width: 34rem; padding: 1.25rem .25rem 0; color: var(--soft); font-size: .875rem; }
footer p { margin: 0; }
.who { margin: 0 0 1.5rem; display: flex; align-items: center; gap: .7rem; color: var(--soft); font-size: .9375rem; }
.who b { color: var(--ink); font-weight: 600; }
.mark {
  flex: none; display: grid; place-items: center; width: 2.25rem; height: 2.25rem; border-radius: .6rem;
  background: var(--ink); color: var(--paper); font-size: .875rem; font-weight: 700; letter-spacing: .02em;
}
.plate {
  flex: none; display: grid; place-items: center; height: 2.75rem; max-width: 9rem; padding: .3rem .5rem;
  border: 1px solid var(--line); border-radius: .6rem; background: #ffffff;
}
.plate img { display: block; max-width: 100%; max-height: 2.1rem; object-fit: contain; }
h1 { margin: 0; font-size: 1.625rem; line-height: 1.25; letter-spacing: -.015em; font-weight: 700;
     text-wrap: balance; overflow-wrap: anywhere; }
h2 { margin: 1.75rem 0 .5rem; font-size: 1rem; line-height: 1.4; font-weight: 650; }
p { margin: .75rem 0; overflow-wrap: anywhere; }
main > :last-child { margin-bottom: 0; }
.lead { margin-top: .75rem; color: var(--soft); font-size: 1.0625rem; }
.small { color: var(--soft); font-size: .875rem; }
ul, ol { margin: .5rem 0; padding: 0; list-style: none; overflow-wrap: anywhere; }
.reads { display: flex; flex-wrap: wrap; gap: .4rem; margin: .75rem 0; }
.reads li { padding: .15rem .65rem; border: 1px solid var(--line); border-radius: 99rem; background: var(--tint); }
.points li { position: relative; padding: .3rem 0 .3rem 1.75rem; }
.points li::before { position: absolute; left: .1rem; top: .3rem; font-weight: 700; }
.dots li::before { content: "\\2022"; content: "\\2022" / ""; color: var(--soft); }
.never li::before { content: "\\2713"; content: "\\2713" / ""; color: var(--good); }
.next { counter-reset: step; }
.next li { counter-increment: step; padding-left: 2.1rem; margin: .25rem 0; }
.next li::before {
  content: counter(step); content: counter(step) / "";
  left: 0; top: .4rem; width: 1.4rem; height: 1.4rem; border-radius: 50%;
  display: grid; place-items: center; font-size: .75rem; background: var(--tint); border: 1px solid var(--line);
}
details { margin: .5rem 0 0; font-size: .9375rem; }
summary { cursor: pointer; color: var(--link); width: fit-content; padding: .2rem 0; border-radius: .25rem; }
details li { color: var(--soft); }
.platform { margin: 0; padding: .6rem 0; border-top: 1px solid var(--line); }
.platform summary { font-weight: 600; }
.scopes li { padding: .3rem 0; }
code { font: .875em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
a { color: var(--link); text-underline-offset: .15em; }
form { margin: 0; }
.button {
  display: block; width: 100%; margin-top: 1.75rem; padding: .85rem 1.25rem; border: 0; border-radius: .65rem;
  background: var(--go); color: var(--on-go); font: inherit; font-size: 1.0625rem; font-weight: 650; text-align: center;
  text-decoration: none; cursor: pointer;
}
.button:hover { background: var(--go-deep); }
.quiet {
  display: block; width: 100%; margin-top: .75rem; padding: .6rem 1rem; border: 0; border-radius: .65rem;
  background: none; color: var(--link); font: inherit; font-size: .9375rem; text-decoration: underline;
  text-underline-offset: .15em; cursor: pointer;
}
.quiet:hover { background: var(--tint); }
:focus-visible { outline: 3px solid var(--go); outline-offset: 3px; }
label { display: block; margin: 1.5rem 0 .25rem; font-weight: 650; }
.hint { margin: 0 0 .5rem; color: var(--soft); font-size: .9375rem; }
input, textarea {
  display: block; width: 100%; padding: .75rem .9rem; border: 1px solid var(--soft); border-radius: .65rem;
  background: var(--paper); color: var(--ink); font: 1rem/1.4 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
}
textarea { resize: vertical; font-size: .875rem; }
[aria-invalid=true] { border: 2px solid var(--bad); }
.wrong { margin: 0 0 .5rem; color: var(--bad); font-size: .9375rem; font-weight: 600; }
fieldset { margin: 1.5rem 0 0; padding: 0; border: 0; min-width: 0; }
legend { padding: 0; font-weight: 650; }
.picks { margin: .6rem 0 0; border: 1px solid var(--line); border-radius: .65rem; overflow: hidden; }
.picks li { position: relative; }
.picks li + li { border-top: 1px solid var(--line); }
.picks input {
  position: absolute; left: 1rem; top: .95rem; width: 1.15rem; height: 1.15rem; margin: 0; accent-color: var(--go);
}
.picks label {
  margin: 0; padding: .8rem 1rem .8rem 3.1rem; font-weight: 400; cursor: pointer; overflow-wrap: anywhere;
}
.picks label:hover { background: var(--tint); }
.picks b { font-weight: 600; }
.picks span { display: block; color: var(--soft); font-size: .875rem; line-height: 1.45; }
.picks :checked + label { background: var(--tint); }
.picks :focus-visible { outline-offset: 2px; }
.tools { display: flex; flex-wrap: wrap; align-items: stretch; gap: .5rem; margin: .6rem 0 0; }
.tools:first-child { margin-top: 1.25rem; }
.tools label { flex: 1 1 100%; margin: 0; font-weight: 600; font-size: .9375rem; }
.tools input {
  flex: 1 1 11rem; width: auto; min-width: 0; min-height: 2.75rem; padding: .5rem .75rem; font-family: inherit;
}
.tool {
  max-width: 100%; min-height: 2.75rem; padding: .45rem .9rem; border: 1px solid var(--soft); border-radius: .65rem;
  background: var(--paper); color: var(--ink); font: inherit; font-size: .9375rem; cursor: pointer;
}
.tool:hover { background: var(--tint); }
.first { position: absolute; width: 1px; height: 1px; margin: 0; padding: 0; border: 0; clip-path: inset(50%); }
.count { margin: .6rem 0 0; color: var(--soft); font-size: .875rem; }
.closed { background: var(--ground); }
.closed label, .closed label:hover { background: none; cursor: not-allowed; }
.closed b { color: var(--soft); font-weight: 500; }
.note { margin: 1.25rem 0 0; padding: .8rem 1rem; border-radius: .65rem; background: var(--tint); }
.note p { margin: 0; }
.note.bad { background: var(--bad-tint); color: var(--bad); }
.note.warn { background: var(--warn-tint); color: var(--warn); }
.sign { display: grid; place-items: center; width: 3.25rem; height: 3.25rem; margin: 0 0 1.25rem; border-radius: 50%;
        font-size: 1.5rem; font-weight: 700; line-height: 1; }
.sign.good { background: var(--good-tint); color: var(--good); }
.sign.bad { background: var(--bad-tint); color: var(--bad); }
.sign.note, .sign.on { background: var(--warn-tint); color: var(--warn); }
.facts { margin: 1.25rem 0 0; border: 1px solid var(--line); border-radius: .65rem; padding: .25rem 1rem; }
.facts div { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .1rem 1rem; padding: .6rem 0; }
.facts div + div { border-top: 1px solid var(--line); }
dt { color: var(--soft); } dd { margin: 0; font-weight: 600; text-align: end; overflow-wrap: anywhere; }
@media (max-width: 30rem) {
  body { padding: 0 0 1.5rem; background: var(--paper); }
  main { border: 0; border-radius: 0; box-shadow: none; padding: 1.5rem 1.25rem 1rem; }
  footer { padding: .5rem 1.25rem 0; }
  h1 { font-size: 1.4375rem; }
}
@media (forced-colors: active) { .button { border: 1px solid; } }
"""
