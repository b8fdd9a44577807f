"use strict";
(() => {
  const STEP = 200;
  const form = document.querySelector("form.filter");
  if (!form) return;

  const status = document.querySelector(".shown");
  const more = document.querySelector(".more");
  const rows = Array.from(document.querySelectorAll(".findings > tbody > tr"), (row) => ({
    row,
    text: row.textContent.replace(/\s+/g, " ").toLowerCase(),
  }));
  let limit = STEP;

  function show() {
    const sought = form.text.value.trim().replace(/\s+/g, " ");
    const chosen = [form.kind.value, form.state.value, sought].filter(Boolean);
    let found = 0;
    for (const { row, text } of rows) {
      row.hidden = !(
        (!form.kind.value || row.dataset.kind === form.kind.value) &&
        (!form.state.value || row.dataset.state === form.state.value) &&
        text.includes(sought.toLowerCase())
      );
      if (!row.hidden) found += 1;
      // What is put off on the screen is printed all the same.
      row.classList.toggle("later", !row.hidden && found > limit);
    }
    say(found, chosen);
  }

  function say(found, chosen) {
    const put = (part, text) => (status.querySelector(part).textContent = text);
    const number = (n) => n.toLocaleString("en");
    put(".found", chosen.length ? `${number(found)} of ${number(rows.length)}: ${chosen.join(", ")}` : `All ${number(found)}`);
    put(".first", found > limit ? `; the first ${number(limit)} are shown` : "");
    more.hidden = found <= limit;
    more.textContent = `Show ${number(Math.min(STEP, found - limit))} more`;
  }

  function begin() {
    limit = STEP;
    show();
  }

  more.addEventListener("click", () => {
    limit += STEP;
    show();
  });
  form.addEventListener("input", begin);
  form.addEventListener("submit", (event) => event.preventDefault());
  // The fields are empty only after the event.
  form.addEventListener("reset", () => setTimeout(begin));
  for (const link of document.querySelectorAll(".kinds a")) {
    link.addEventListener("click", () => {
      form.reset();
      form.kind.value = link.dataset.kind;
      begin();
    });
  }

  if (navigator.clipboard) {
    for (const code of document.querySelectorAll(".next code")) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "copy";
      button.textContent = "Copy";
      button.setAttribute("aria-live", "polite");
      code.after(button);
    }
    document.addEventListener("click", async ({ target }) => {
      if (!target.matches(".copy")) return;
      for (const other of document.querySelectorAll(".copy")) other.textContent = "Copy";
      const code = target.previousElementSibling;
      try {
        await navigator.clipboard.writeText(code.textContent);
        target.textContent = "Copied";
      } catch {
        window.getSelection().selectAllChildren(code);
        target.textContent = "Not allowed: selected instead";
      }
    });
  }

  form.hidden = false;
  status.hidden = false;
  show();
})();
