"use strict";
/* What every page needs from a script; each page also works without it. */

/* A refused form: the summary of what to change is read first. */
function focusSummary(root) {
  const summary = root.querySelector(".errsum");
  if (summary) summary.focus();
}

/* A text area of class grow follows its text where CSS field-sizing is not known. */
function growAreas(root) {
  if (CSS.supports("field-sizing", "content")) return;
  for (const area of root.querySelectorAll("textarea.grow")) fit(area);
}

function fit(area) {
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight + area.offsetHeight - area.clientHeight}px`;
}

document.addEventListener("DOMContentLoaded", () => {
  focusSummary(document);
  growAreas(document);
});

document.addEventListener("htmx:afterSwap", (event) => {
  focusSummary(event.target);
  growAreas(event.target);
});

document.addEventListener("input", (event) => {
  if (event.target.matches("textarea.grow") && !CSS.supports("field-sizing", "content")) fit(event.target);
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

/* A brief toast leaves by a CSS animation; once gone it is taken off the page. */
document.addEventListener("animationend", (event) => {
  if (event.animationName === "leave") event.target.remove();
});
