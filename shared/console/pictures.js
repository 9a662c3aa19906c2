// Reads a picture by keyboard: the arrows lead from day to day, and what a day says is read out and shown beneath.
"use strict";
for (const frame of document.querySelectorAll(".frame")) {
  const said = document.createElement("p");
  said.className = "fignote";
  said.setAttribute("aria-live", "polite");
  frame.after(said);
  frame.tabIndex = 0;
  frame.setAttribute("role", "group");
  frame.setAttribute("aria-label", frame.dataset.label || "");
  let at = -1;
  const places = () => {
    const shown = [...frame.querySelectorAll(".pic")].find((each) => getComputedStyle(each).display !== "none");
    const found = shown ? [...shown.querySelectorAll(".hit")] : [];
    return found.length || !shown ? found : [...shown.querySelectorAll(".bar, .q")];
  };
  const show = (found) => {
    for (const each of frame.querySelectorAll(".at")) each.classList.remove("at");
    found[at].classList.add("at");
    said.textContent = (found[at].querySelector("title") || {}).textContent || "";
  };
  frame.addEventListener("keydown", (event) => {
    const found = places();
    const steps = { ArrowRight: 1, ArrowLeft: -1, Home: -found.length, End: found.length };
    if (!found.length || !(event.key in steps)) return;
    event.preventDefault();
    at = Math.min(Math.max((at < 0 && steps[event.key] < 0 ? found.length : at) + steps[event.key], 0), found.length - 1);
    show(found);
  });
  frame.addEventListener("blur", () => {
    for (const each of frame.querySelectorAll(".at")) each.classList.remove("at");
  });
}
