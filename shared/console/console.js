// What a link brings behind its “#” is put into the page's form, and taken out of the address. Without script it is
// pasted by hand. A form that says so is sent on at once: one that only looks, and changes nothing.
"use strict";
const found = location.hash.slice(1);
const field = document.getElementById("link");
if (found && field) {
  field.value = found;
  history.replaceState(null, "", location.pathname + location.search);
  const form = field.form;
  form.classList.add("filled");
  if (form.dataset.sends === "at-once") form.requestSubmit();
}
