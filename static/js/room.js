// The separate room. Everything works without this file; it takes the ballot out of the address and keeps what was chosen
// on this device alone, until it is handed in or cleared. Nothing is sent from here.
(() => {
  "use strict";
  const form = document.querySelector("form[data-room]");
  const place = `sanli-room-${document.body.dataset.code || ""}`;
  const store = {
    read() {
      try { return JSON.parse(localStorage.getItem(place) || "[]"); } catch { return []; }
    },
    write(pairs) {
      try { localStorage.setItem(place, JSON.stringify(pairs)); } catch { /* a private window may have no storage */ }
    },
    clear() {
      try { localStorage.removeItem(place); } catch { /* as above */ }
    },
  };
  const answers = () => [...new FormData(form)].filter(([name]) => name.startsWith("a."));

  if (document.body.dataset.step === "thanks") store.clear();

  for (const button of document.querySelectorAll("[data-clear]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      store.clear();
      location.replace(button.dataset.clear);
    });
  }

  if (!form) return;

  // The ballot stands behind # in the square's address: no browser sends that part anywhere.
  const field = form.querySelector("#ballot");
  if (field && location.hash.length > 1) {
    field.value = decodeURIComponent(location.hash.slice(1)).replace(/(.{4})(?=.)/g, "$1 ");
    history.replaceState(null, "", location.pathname);
  }

  if (document.body.dataset.step === "intro") {
    const draft = store.read();
    const offer = document.querySelector("[data-draft]");
    if (draft.length && offer) {
      offer.hidden = false;
      offer.querySelector("[data-resume]").addEventListener("click", () => {
        for (const [name, value] of draft) {
          const input = Object.assign(document.createElement("input"), { type: "hidden", name, value });
          form.append(input);
        }
        form.requestSubmit();
      });
    }
    return;
  }

  form.addEventListener("change", () => store.write(answers()));
  form.addEventListener("submit", () => store.write(answers()));

  // Words beside 其他: writing them chooses it.
  for (const words of document.querySelectorAll("[data-other]")) {
    words.addEventListener("input", () => {
      const option = document.getElementById(words.dataset.other);
      if (option && words.value) option.checked = true;
    });
  }
  document.querySelector("[data-errors]")?.focus();
})();
