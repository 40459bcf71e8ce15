"use strict";
/* 记一次活动: what a script adds to a form that works without one. Figures of the roll, rows of the agenda,
   autosave every 10 s and on leaving a field, and nothing typed is ever swapped away. */

const SAVE_EVERY = 10000;
const SAYS_SO = [200, 401, 409, 422]; // answers written for the save bar; anything else is a page of its own
const form = document.getElementById("log");
const state = document.getElementById("savestate");

/* ---- The roll: 应到, 实到, 未到, and those with a vote while nobody has typed that figure. */

function count() {
  const people = [...form.querySelectorAll('input[name="absent"]')];
  const absent = people.filter((box) => box.checked).length;
  write("expected", people.length);
  write("present", people.length - absent);
  write("absent", absent);
  for (const figure of form.querySelectorAll('[data-tally="absent"]')) figure.classList.toggle("is-late", absent > 0);
  countVoters(people);
}

function write(name, number) {
  for (const figure of form.querySelectorAll(`[data-tally="${name}"]`)) figure.textContent = number;
}

function countVoters(people) {
  const field = form.elements.voters_present;
  const mark = form.elements["prefilled-voters_present"];
  if (!field || !mark || field.value !== mark.value || !people.length) return;
  field.value = mark.value = people.filter((box) => "votes" in box.dataset && !box.checked).length;
}

/* ---- The agenda: a row more, a row less. */

let rows = 1000; // beyond any number that the server gives

function addRow() {
  const list = document.getElementById("id_agenda");
  const row = document.getElementById("agenda-row").content.firstElementChild.cloneNode(true);
  const number = rows++;
  for (const field of row.querySelectorAll("[name*='-new-']")) field.name = field.name.replace("-new-", `-${number}-`);
  row.querySelector("[name=drop_agenda]").value = number;
  list.append(row);
  row.querySelector("textarea").focus();
}

function dropRow(button) {
  const row = button.closest("li");
  const next = row.nextElementSibling || row.previousElementSibling;
  row.remove();
  (next ? next.querySelector("textarea") : document.querySelector("[data-add-agenda]")).focus();
  changed();
}

/* ---- The draft. */

let typed = "";
let saving = false;
let submitting = false;

function sheet() {
  const data = new FormData(form);
  for (const name of ["csrfmiddlewaretoken", "version", "token"]) data.delete(name);
  return new URLSearchParams(data).toString();
}

/* A log-in in another tab changes the token against forgery: the cookie knows the present one. */
function csrf() {
  const cookie = document.cookie.split("; ").find((part) => part.startsWith("csrftoken="));
  const field = form.elements.csrfmiddlewaretoken;
  if (cookie) field.value = cookie.slice("csrftoken=".length);
  return field.value;
}

async function save(leaving = false) {
  const now = sheet();
  if (!form.dataset.draft || saving || submitting || now === typed) return;
  saving = true;
  try {
    csrf();
    const headers = { "X-Requested-With": "XMLHttpRequest" };
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.dataset.draft, { method: "POST", headers, body, keepalive: leaving });
    await kept(answer, now);
  } catch {
    say("没有连上，刚才写的还在这一页；连上以后会自动再存。");
  } finally {
    saving = false;
  }
}

async function kept(answer, now) {
  if (!SAYS_SO.includes(answer.status)) {
    say("草稿没有存上，写的还在这一页；稍后会自动再存。");
    return;
  }
  state.innerHTML = await answer.text();
  const news = state.querySelector("[data-token]");
  if (news) {
    const moved = form.elements.token.value !== news.dataset.token;
    form.elements.token.value = news.dataset.token;
    form.elements.version.value = news.dataset.version;
    form.dataset.draft = news.dataset.url;
    if (moved) form.dispatchEvent(new Event("draftmoved")); // its attachments have other numbers
  }
  if (answer.status !== 401) typed = now; // a refused one is not sent again until something changes
}

function say(text) {
  state.textContent = text;
}

/* ---- Events. */

function changed() {
  form.dispatchEvent(new Event("change", { bubbles: true }));
}

/* Counted before htmx reads the form, so that what it sends is what stands there. */
form.addEventListener("change", count, true);
form.addEventListener("change", () => save());

form.addEventListener("click", (event) => {
  const drop = event.target.closest("[name=drop_agenda]");
  if (drop) {
    event.preventDefault();
    dropRow(drop);
  } else if (event.target.closest("[data-add-agenda]")) addRow();
});

/* Enter in a field is not “save”: it is too easily pressed half-way. */
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("input, .agendaedit textarea") && !event.isComposing) event.preventDefault();
});

form.addEventListener("submit", () => {
  submitting = true;
  csrf();
});

/* A file has made the draft: what is typed goes with it, even if that is only what was prefilled. */
form.addEventListener("attached", () => {
  typed = "";
  save();
});

/* Back from the record: the page is alive again. */
window.addEventListener("pageshow", () => {
  submitting = false;
  count();
});

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") save(true);
});

window.setInterval(save, SAVE_EVERY);

/* ---- htmx: a refill replaces the sheet only if nothing was typed while it was on its way. */

let asked = "";

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = event.detail.parameters.csrfmiddlewaretoken = csrf();
  if (event.detail.target && event.detail.target.id === "sheet") asked = sheet();
});

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id !== "sheet") return;
  if (event.detail.xhr.status === 401) {
    event.detail.shouldSwap = false;
    state.innerHTML = event.detail.xhr.responseText;
  } else if (sheet() !== asked) {
    event.detail.shouldSwap = false;
    htmx.trigger(event.detail.requestConfig.elt, "change");
  }
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target && event.detail.target.id === "sheet") count();
});

document.addEventListener("htmx:sendError", () => say("没有连上，写的还在这一页。"));

typed = "unsaved" in form.dataset ? "" : sheet();
count();
