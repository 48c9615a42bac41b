// Sends the chosen files one after another and shows how far each has come; files can be dropped. Without
// this file the browser sends the form as it is.
"use strict";
(() => {
  const form = document.querySelector("form[data-upload]");
  const files = form.querySelector("input[type=file]");
  const list = document.getElementById(form.dataset.upload);
  let sending = false;

  const send = file => new Promise(done => {
    const row = list.appendChild(document.createElement("li"));
    const end = text => { row.textContent = file.name + ": " + text; done(); };
    if (file.size > form.dataset.max) return end(form.dataset.large);
    const bar = document.createElement("progress");
    bar.setAttribute("aria-label", file.name + " " + form.dataset.sending);
    row.append(file.name + " ", bar);
    const data = new FormData(form);
    data.delete(files.name);
    data.append(files.name, file);          // Last: the server knows who sends it before it reads it.
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("X-Part", form.dataset.upload);
    request.upload.onprogress = event => { bar.max = event.total; bar.value = event.loaded; };
    request.onloadend = () => {
      if (request.status === 403 || request.status && request.responseURL !== form.action) return location.reload();
      if (request.status !== 200) return end(form.dataset.broken);
      row.innerHTML = request.responseText;
      done();
    };
    request.send(data);
  });

  form.addEventListener("submit", async event => {
    event.preventDefault();
    if (sending) return;
    sending = true;
    const chosen = [...files.files];
    list.replaceChildren();
    for (const file of chosen) await send(file);
    files.value = "";
    sending = false;
  });
  const over = on => event => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();                 // Else the browser would leave the page and show the file.
    form.classList.toggle("over", on);
    if (event.type === "drop" && !sending) files.files = event.dataTransfer.files;
  };
  for (const [name, on] of [["dragover", true], ["dragleave", false], ["drop", false]])
    addEventListener(name, over(on));
})();
