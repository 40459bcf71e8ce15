"use strict";
/* 现场督查: what is typed on the spot is kept on this device and offered again. Everything works without it. */

const form = document.getElementById("ins");
const state = document.querySelector("#kept [data-says]");
const KEY = form.dataset.keep;

function fields() {
  const data = new FormData(form);
  for (const name of ["csrfmiddlewaretoken", "revision"]) data.delete(name);
  return [...data.entries()];
}

function left() {
  const groups = new Set([...form.querySelectorAll("input[type=radio]")].map((radio) => radio.name));
  const done = new Set([...form.querySelectorAll("input[type=radio]:checked")].map((radio) => radio.name));
  const number = groups.size - done.size;
  return number ? `剩 ${number} 条没看` : "都看过了";
}

function clock(moment) {
  return new Date(moment).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });
}

/* ---- This device. A browser that keeps nothing (private window, full) is no reason to stop. */

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEY));
  } catch {
    return null;
  }
}

function keep(sent = false) {
  const kept = { at: Date.now(), revision: form.elements.revision.value, fields: fields(), sent };
  try {
    localStorage.setItem(KEY, JSON.stringify(kept));
    if (!sent) state.textContent = `已存在本机，${clock(kept.at)}，${left()}`;
  } catch {
    state.textContent = `这台设备不能存，请“先存着”，${left()}`;
  }
}

function forget() {
  try {
    localStorage.removeItem(KEY);
  } catch {
    /* nothing was kept either */
  }
}

function fill(entries) {
  for (const radio of form.querySelectorAll("input[type=radio]")) radio.checked = false;
  for (const [name, value] of entries) {
    const field = form.elements[name];
    if (field) field.value = value;
  }
  for (const details of form.querySelectorAll("details")) details.open = true;
  keep();
}

/* ---- What was kept and has not arrived is offered; what has arrived is gone. */

function offer() {
  const kept = read();
  if (!kept) return;
  const arrived = kept.sent && Number(form.elements.revision.value) > Number(kept.revision);
  if (arrived || JSON.stringify(kept.fields) === JSON.stringify(fields())) {
    forget();
    return;
  }
  if ("unsaved" in form.dataset) return; // what was refused stands in the page, newer than what was kept
  const box = document.getElementById("found-here");
  box.querySelector("[data-when]").textContent = clock(kept.at);
  box.hidden = false;
  box.querySelector("[data-use]").addEventListener("click", () => {
    box.hidden = true;
    fill(kept.fields);
  });
  box.querySelector("[data-drop]").addEventListener("click", () => {
    box.hidden = true;
    forget();
  });
}

form.addEventListener("input", () => keep());

form.addEventListener("submit", (event) => {
  if (navigator.onLine) {
    keep(true);
    return;
  }
  event.preventDefault();
  keep();
  state.textContent = `没有网络，填的存在本机（${clock(Date.now())}），连上以后再点一次`;
});

/* Enter in a field is not “submit”: it is too easily pressed half-way. */
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("input") && !event.isComposing) event.preventDefault();
});

for (const link of document.querySelectorAll("[data-forget]")) link.addEventListener("click", forget);

document.getElementById("offline").hidden = false;
offer();
