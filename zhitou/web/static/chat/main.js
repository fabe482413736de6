// The chat page: shows the conversation, sends what the customer says, comes back after a break.
import { card, SAYS_ALL, SHOWS_LIST } from "./cards.js";
import { Client } from "./client.js";
import { element } from "./elements.js";
import { language, setLanguage, t, TEXTS } from "./texts.js";

const RECONNECT_SECONDS = [1, 2, 4, 8, 15];
const client = new Client();
const page = Object.fromEntries(
  ["messages", "composer", "input", "send", "status", "banner", "language", "customer", "restart"].map((id) => [id, document.getElementById(id)]),
);
let waiting = 0;
let queue = Promise.resolve();

// What is taller than the screen is shown from its beginning.
function show(node) {
  page.messages.append(node);
  const tall = node.offsetHeight > page.messages.clientHeight;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  node.scrollIntoView({ block: tall ? "start" : "end", behavior: still ? "auto" : "smooth" });
}

function bubble(from, text) {
  return element("div", { class: `bubble ${from}` }, text.split("\n").map((line) => element("p", {}, line)));
}

function showCustomer(text) {
  retireButtons();
  const row = element("div", { class: "turn customer" }, bubble("customer", text));
  show(row);
  return row;
}

function showBot(message) {
  const drawn = message.custom && card(message.custom, say, client);
  const spoken = drawn ? beside(message) : message.text;
  const row = element(
    "div",
    { class: "turn bot" },
    spoken ? bubble("bot", spoken) : null,
    drawn,
    message.image ? element("img", { class: "picture", src: message.image, alt: "" }) : null,
    buttonsOf(message, drawn),
  );
  show(row);
}

// What is said beside a card: nothing where the card says it all, the sentence before the list
// where the card repeats the list.
function beside({ text, custom }) {
  if (!text || SAYS_ALL.has(custom.type)) return null;
  return SHOWS_LIST.has(custom.type) ? text.split("\n")[0] : text;
}

function buttonsOf(message, drawn) {
  if (!message.buttons || !message.buttons.length) return null;
  if (drawn && message.custom.type === "risk_question") return null;
  return element(
    "div",
    { class: "buttons" },
    message.buttons.map((button) =>
      element("button", { type: "button", onclick: () => say(button.payload, button.title) }, button.title),
    ),
  );
}

function retireButtons() {
  for (const old of page.messages.querySelectorAll(".buttons, .starters")) old.remove();
  for (const old of page.messages.querySelectorAll(".option")) old.disabled = true;
}

function setWaiting(change) {
  waiting += change;
  page.messages.querySelector(".typing")?.remove();
  page.status.textContent = waiting ? t("typing") : t("online");
  if (waiting) {
    show(element("div", { class: "turn bot typing", "aria-hidden": "true" }, element("div", { class: "bubble bot" }, element("i"), element("i"), element("i"))));
  }
}

// Messages are sent one after the other, in the order they were said.
function say(text, shown = text) {
  const row = showCustomer(shown);
  queue = queue.then(() => deliver(text, row));
}

async function deliver(text, row) {
  setWaiting(+1);
  try {
    const messages = await client.send(text, language);
    setWaiting(-1);
    messages.forEach(showBot);
    page.banner.hidden = true;
  } catch {
    setWaiting(-1);
    row.append(unsent(text, row));
    reconnect();
  }
}

function unsent(text, row) {
  const note = element("p", { class: "unsent", role: "alert" }, `${t("not_sent")} `);
  note.append(
    element("button", { type: "button", class: "quiet", onclick: () => { note.remove(); queue = queue.then(() => deliver(text, row)); } }, t("retry")),
  );
  return note;
}

async function reconnect(attempt = 0) {
  page.banner.textContent = t("banner");
  page.banner.hidden = false;
  page.status.textContent = t("offline");
  await new Promise((resolve) => setTimeout(resolve, RECONNECT_SECONDS[Math.min(attempt, RECONNECT_SECONDS.length - 1)] * 1000));
  try {
    const unsentRows = [...page.messages.querySelectorAll(".turn:has(.unsent)")];
    const told = await client.history();
    draw(told);
    for (const row of unsentRows) {
      const text = row.querySelector(".bubble").textContent;
      if (!told.some((message) => message.from === "customer" && message.text === text)) show(row);
    }
    page.banner.hidden = true;
    page.status.textContent = t("online");
  } catch {
    reconnect(attempt + 1);
  }
}

function draw(messages) {
  page.messages.replaceChildren();
  if (!messages.length) {
    welcome();
    return;
  }
  messages.forEach((message) => (message.from === "customer" ? showCustomer(message.text) : showBot(message)));
}

function welcome() {
  show(
    element(
      "div",
      { class: "turn bot" },
      bubble("bot", t("hello")),
      element("div", { class: "buttons starters" }, t("starters").map((text) => element("button", { type: "button", onclick: () => say(text) }, text))),
    ),
  );
}

async function open() {
  try {
    draw(await client.history());
  } catch {
    draw([]);
    reconnect();
  }
}

function translate() {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  for (const node of document.querySelectorAll("[data-text]")) node.textContent = t(node.dataset.text);
  page.input.placeholder = t("placeholder");
  page.messages.setAttribute("aria-label", t("log"));
  page.language.textContent = language === "zh" ? "EN" : "中";
  page.language.setAttribute("aria-label", language === "zh" ? "Switch to English" : TEXTS.zh.to_chinese);
  page.language.lang = language === "zh" ? "en" : "zh-CN";
}

function fit() {
  page.input.style.height = "auto";
  page.input.style.height = `${Math.min(page.input.scrollHeight, 120)}px`;
}

page.composer.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = page.input.value.trim();
  if (!text) return;
  page.input.value = "";
  fit();
  say(text);
  page.input.focus();
});
page.input.addEventListener("input", fit);
page.input.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    page.composer.requestSubmit();
  }
});
page.language.addEventListener("click", () => {
  setLanguage(language === "zh" ? "en" : "zh");
  translate();
  if (page.messages.querySelector(".starters")) draw([]);
});
page.customer?.addEventListener("change", () => {
  client.become(page.customer.value);
  open();
});
page.restart?.addEventListener("click", () => {
  client.forget();
  draw([]);
  page.input.focus();
});

if (page.customer) page.customer.value = client.customer;
translate();
open();
