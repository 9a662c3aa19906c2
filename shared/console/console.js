// All of it is help on top of pages that work without it.
"use strict";

// What a link brings behind its “#” is put into the page's form, and taken out of the address. Without script it is
// pasted by hand. A form that says so is sent on at once: one that only looks, and changes nothing.
const found = location.hash.slice(1);
const field = document.getElementById("link");
if (found && field) {
  field.value = found;
  history.replaceState(null, "", location.pathname + location.search);
  const form = field.form;
  form.classList.add("filled");
  if (form.dataset.sends === "at-once") form.requestSubmit();
}

// A button beside something that is shown once copies it.
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
    button.textContent = button.dataset.done;
  });
}

// A form that makes a link copies it as well, and shows the page that holds it where that does not work.
for (const form of document.querySelectorAll("form[data-copies]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button:not([type=button])");
    button.disabled = true;
    const made = fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) }).then(async (answer) => {
      const link = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("made");
      if (!answer.ok || !link) throw new Error("no link");
      return link.value;
    });
    try {
      // Some browsers only copy what was promised while the button was pressed.
      const kept = new ClipboardItem({ "text/plain": made.then((text) => new Blob([text], { type: "text/plain" })) });
      await Promise.all([navigator.clipboard.write([kept]), made]);
      button.textContent = form.dataset.done;
    } catch {
      const link = await made.catch(() => "");
      if (!link) return void location.reload();
      const shown = Object.assign(document.createElement("input"), { readOnly: true, value: link });
      shown.setAttribute("aria-label", form.dataset.label);
      form.replaceChildren(shown);
      shown.select();
    }
  });
}

// A page that waits asks how far it is. Only numbers and words change; where the page itself is another, it is loaded anew.
for (const waiting of document.querySelectorAll("[data-polls]")) {
  const look = async () => {
    let again = Number(waiting.dataset.again);
    try {
      const answer = await fetch(waiting.dataset.polls, { headers: { Accept: "application/json" } });
      if (answer.redirected || answer.status === 404) return void location.reload(); // the session has ended, or a role
      if (answer.ok) {
        const said = await answer.json();
        if (!said.again) return void location.reload();
        again = said.again;
        for (const [id, text] of Object.entries(said.texts)) set(id, (there) => (there.textContent = text));
        for (const [id, [look, words]] of Object.entries(said.cells ?? {})) set(id, (there) => {
          there.className = `cell ${look}`;
          there.firstElementChild.textContent = "";
          there.lastElementChild.textContent = words;
        });
        for (const [id, value] of Object.entries(said.meters)) set(id, (there) => {
          there.value = value;
          there.classList.toggle("done", value === 100);
        });
        for (const [id, look] of Object.entries(said.looks ?? {})) set(id, (there) => {
          const shape = document.getElementById(`shape-${look}`);
          if (!shape || there.parentElement.classList.contains(look)) return;
          there.parentElement.className = `st ${look}`;
          there.previousElementSibling.replaceWith(shape.content.cloneNode(true));
        });
      }
    } catch {} // nothing answers just now: asked again
    setTimeout(look, again * 1000);
  };
  const set = (id, change) => {
    const there = document.getElementById(id);
    if (there) change(there);
  };
  setTimeout(look, Number(waiting.dataset.again) * 1000);
}
