"use strict";
/* 附件: each chosen file is sent at once, one after the other, and photos are made smaller first where the browser can.
   Without this script the file field goes with its form. */
{
  const LARGEST = 20 * 1024 * 1024;
  const LONG_EDGE = 2560;
  const SMALL = 1024 * 1024; // a photo below this and within the edge is sent as it is
  const SHRINKABLE = /^image\/(jpeg|png|webp|heic|heif)$/; // the last two where the browser itself can open them
  const TOO_LARGE = "超过 20 MB，没有收下。照片请先缩小，文件请压缩里面的图片或分成几个。";

  const root = document.querySelector("[data-attach]");
  const input = root.querySelector("[type=file]");
  const queue = root.querySelector(".attach__queue");
  const state = root.querySelector("[data-attach-state]");
  const sheet = document.getElementById("log");
  const waiting = [];
  let busy = false;
  let submitter = null;

  function address() {
    return root.dataset.attach || `${sheet.dataset.draft}attachments/`;
  }

  function token() {
    const cookie = document.cookie.split("; ").find((part) => part.startsWith("csrftoken="));
    return cookie ? cookie.slice("csrftoken=".length) : root.closest("form").elements.csrfmiddlewaretoken.value;
  }

  function headers() {
    return { "X-Requested-With": "XMLHttpRequest", "X-CSRFToken": token() };
  }

  function say(text) {
    state.textContent = text;
  }

  /* ---- The queue. */

  function take(files) {
    for (const file of files) waiting.push({ file, row: addRow(file) });
    run();
  }

  function addRow(file) {
    const row = document.createElement("li");
    row.className = "attach__item";
    const name = document.createElement("span");
    name.className = "attached__name";
    name.textContent = file.name;
    const bar = document.createElement("progress");
    bar.max = 1;
    bar.setAttribute("aria-label", `${file.name}的进度`);
    row.append(name, bar);
    queue.append(row);
    return row;
  }

  async function run() {
    if (busy) return;
    busy = true;
    while (waiting.length) await send(waiting.shift());
    busy = false;
    if (submitter) submitter.form.requestSubmit(submitter);
    submitter = null;
  }

  async function send(item) {
    item.row.classList.remove("is-refused");
    const body = await shrunk(item.file);
    if (body.size > LARGEST) {
      refuse(item, [`“${item.file.name}”${TOO_LARGE}`]);
      return;
    }
    const answer = await post(body, item.row.querySelector("progress"));
    if (answer.status === 200 || answer.status === 422) settle(item, answer.text);
    else if (answer.status === 401 || answer.status === 409) refuseWith(item, answer.text);
    else if (answer.status === 413) refuse(item, [`“${item.file.name}”${TOO_LARGE}`]);
    else refuse(item, [`“${item.file.name}”没有传上。`], true);
  }

  /* XMLHttpRequest, because fetch does not say how far it is. */
  function post(file, bar) {
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      const data = new FormData();
      data.append("attachments", file);
      request.open("POST", address());
      for (const [name, value] of Object.entries(headers())) request.setRequestHeader(name, value);
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) bar.value = event.loaded / event.total;
      });
      request.addEventListener("loadend", () => resolve({ status: request.status, text: request.responseText }));
      request.send(data);
    });
  }

  function settle(item, html) {
    const answer = show(html);
    const said = (name) => [...answer.querySelectorAll(`[data-${name}]`)].map((line) => line.textContent);
    if (said("refused").length) {
      refuse(item, said("refused"));
      return;
    }
    item.row.remove();
    say(said("repeated").join("") || `已添加“${item.file.name}”。`);
    if (sheet) sheet.dispatchEvent(new Event("attached"));
  }

  /* Each part of the answer takes the place of the one with the same id; a caption half written stays. */
  function show(html) {
    const answer = new DOMParser().parseFromString(html, "text/html").body;
    const typed = new Map([...document.querySelectorAll("input[id^=caption-]")].map((field) => [field.id, field.value]));
    const focused = document.activeElement && document.activeElement.id;
    for (const part of [...answer.children]) {
      const old = part.id && document.getElementById(part.id);
      if (old) old.replaceWith(part);
    }
    for (const [id, value] of typed) {
      const field = document.getElementById(id);
      if (field) field.value = value;
    }
    if (focused && focused.startsWith("caption-")) document.getElementById(focused)?.focus();
    return answer;
  }

  /* ---- What is refused stays in the queue with its reason until it is put away. */

  function refuse(item, sentences, again = false) {
    const why = document.createElement("p");
    why.textContent = sentences.join("");
    refuseWith(item, why.outerHTML);
    if (again) item.row.append(button("再试一次", "btn btn-link btn-sm", () => retry(item)));
  }

  function refuseWith(item, html) {
    item.row.replaceChildren();
    item.row.classList.add("is-refused");
    const why = document.createElement("div");
    why.setAttribute("role", "alert");
    item.row.append(why);
    why.innerHTML = html;
    item.row.append(button("知道了", "btn btn-link btn-sm", () => putAway(item)));
  }

  function button(text, css, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = css;
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  }

  function retry(item) {
    item.row.remove();
    take([item.file]);
  }

  function putAway(item) {
    item.row.remove();
    input.focus();
  }

  /* ---- Photos: upright, at most 2560 px, without anything but pixels; whatever fails here is sent as it is. */

  async function shrunk(file) {
    if (!SHRINKABLE.test(file.type)) return file;
    try {
      const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
      const scale = Math.min(1, LONG_EDGE / Math.max(bitmap.width, bitmap.height));
      const fits = scale === 1 && (file.size <= SMALL || file.type === "image/png") && !/hei/.test(file.type);
      const small = fits ? null : await drawn(bitmap, scale);
      bitmap.close();
      if (!small || (small.size >= file.size && scale === 1)) return file;
      return new File([small], `${file.name.replace(/\.[^.]*$/, "")}.jpg`, { type: "image/jpeg" });
    } catch {
      return file;
    }
  }

  function drawn(bitmap, scale) {
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    const pen = canvas.getContext("2d");
    pen.fillStyle = "white";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
  }

  /* ---- Events. */

  input.removeAttribute("name"); // sent here, not with the form
  input.addEventListener("change", (event) => {
    event.stopPropagation();
    take([...input.files]);
    input.value = "";
  });

  const drop = root.querySelector(".attach__drop");
  for (const name of ["dragenter", "dragover"]) {
    drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.add("is-over");
    });
  }
  for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("is-over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    take([...event.dataTransfer.files]);
  });

  root.addEventListener("click", async (event) => {
    const remove = event.target.closest("[data-remove]");
    if (!remove) return;
    event.preventDefault();
    const answer = await fetch(remove.dataset.remove, { method: "POST", headers: headers() }).catch(() => null);
    if (!answer || answer.status !== 204) {
      say("没有移除，稍后再试。");
      return;
    }
    say(remove.getAttribute("aria-label").replace("移除", "已移除"));
    remove.closest("li").remove();
    input.focus();
  });

  /* Saving waits for what is on its way. */
  if (sheet) {
    sheet.addEventListener(
      "submit",
      (event) => {
        if (!busy) return;
        event.preventDefault();
        event.stopImmediatePropagation();
        submitter = event.submitter;
        say("附件传完就保存。");
      },
      true,
    );
    sheet.addEventListener("draftmoved", async () => {
      const answer = await fetch(address(), { headers: headers() }).catch(() => null);
      if (answer && answer.ok) show(await answer.text());
    });
  }
}
