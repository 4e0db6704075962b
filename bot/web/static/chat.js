// The chat page comes alive: new messages appear, what is sent is kept until it has arrived. Without this script every
// button and the form still work. It holds no words: they are in the page's data attributes.

const page = document.body;
const home = page.dataset.home;
const log = document.getElementById("log");
const form = document.getElementById("say");
const text = document.getElementById("text");
const status = document.getElementById("status");
const unsent = document.getElementById("unsent");
const refresh = document.getElementById("newest");
// On a device that is not the person's own nothing is written down, not even for this tab.
const lent = Boolean(page.dataset.lent);
const kept = lent ? { getItem: () => null, setItem: () => {}, removeItem: () => {} } : sessionStorage;
const draftKey = `draft ${home}`;
const queueKey = `queue ${home}`;

let newest = page.dataset.newest;
let queue = JSON.parse(kept.getItem(queueKey) || "[]");
let sending = false;
let source = null;
let pause = 1000;
let asking = 0;
let leaving = 0;

const comesAfter = (a, b) => a.length > b.length || (a.length === b.length && a > b);
const say = (words) => { if (status.textContent !== words) status.textContent = words; };
const atEnd = () => scrollY + innerHeight > document.documentElement.scrollHeight - 160;
const toEnd = () => scrollTo(0, document.documentElement.scrollHeight);

function once() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function parsed(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

// What arrives

function add(entries) {
  const fresh = entries.filter((entry) => !isShown(entry.id));
  if (!fresh.length) return;
  const follow = atEnd();
  for (const entry of fresh) {
    const piece = parsed(entry.html);
    if (comesAfter(entry.id, newest)) append(entry, piece); else insert(entry, piece);
  }
  form.elements.after.value = newest;
  document.querySelector(".empty")?.remove();
  offerVoices();
  askForOpenAnswers();
  if (follow) toEnd(); else refresh.classList.add("waiting");
}

// Shown already, or among the earlier messages that this page leaves out.
function isShown(id) {
  const first = log.querySelector("article");
  const hidden = document.querySelector(".earlier") && first && comesAfter(first.dataset.id, id);
  return hidden || log.querySelector(`article[data-id="${id}"]`) !== null;
}

function append(entry, piece) {
  const last = log.querySelector("article:last-of-type");
  if (!last || last.dataset.day !== entry.day) log.append(parsed(entry.divider));
  if (piece.querySelector(".answers")) fold(log.querySelectorAll(".answers"));
  log.append(piece);
  newest = entry.id;
}

// One process may be slower than another: what was said earlier arrives late and goes where it belongs.
function insert(entry, piece) {
  const next = [...log.querySelectorAll("article")].find((shown) => comesAfter(shown.dataset.id, entry.id));
  fold(piece.querySelectorAll(".answers"));
  if (next) next.before(piece); else log.append(piece);
}

// Only the newest question shows its answers; staff see those of every alert until it is done.
function fold(groups) {
  if (!page.dataset.staff) for (const group of groups) group.open = false;
}

function askForOpenAnswers() {
  clearTimeout(asking);
  asking = setTimeout(async () => {
    const buttons = [...log.querySelectorAll(".answers button")];
    if (!buttons.length) return;
    try {
      const answer = await post("answers", { handles: buttons.map((button) => button.value).join(" ") });
      if (!answer.ok) return;
      const open = new Set((await answer.json()).open);
      for (const button of buttons) if (open.has(button.value)) button.disabled = false; else drop(button);
    } catch {
      // The next message asks again.
    }
  }, 200);
}

function drop(button) {
  const group = button.closest(".answers");
  const article = button.closest("article");
  if (button === document.activeElement) {
    article.tabIndex = -1;
    article.focus({ preventScroll: true });
  }
  button.remove();
  group.querySelectorAll("details:not(:has(button))").forEach((more) => more.remove());
  if (!group.querySelector("button")) group.remove();
}

function connect() {
  source?.close();
  source = new EventSource(`${home}/stream?after=${newest}`);
  source.onopen = () => {
    pause = 1000;
    page.classList.add("live");
    say("");
    flush();
  };
  source.addEventListener("entry", (event) => add([JSON.parse(event.data)]));
  source.addEventListener("gone", () => {
    source.close();
    if (lent) leave(); else say(page.dataset.signedOut);
  });
  source.addEventListener("locked", () => location.reload());
  source.onerror = () => {
    say(navigator.onLine ? page.dataset.reconnecting : page.dataset.offline);
    if (source.readyState !== EventSource.CLOSED || document.hidden) return;
    setTimeout(reconnect, pause);
    pause = Math.min(pause * 2, 30000);
  };
}

// Whoever sits down next sees nothing of what was here.
function leave() {
  text.value = "";
  location.replace("/");
}

async function reconnect() {
  try {
    const answer = await fetch(home, { cache: "no-store" });
    if (answer.status === 404) {
      if (lent) leave(); else say(page.dataset.signedOut);
      return;
    }
  } catch {
    // Still offline: the stream finds out by itself.
  }
  connect();
}

// What is sent

function post(path, fields) {
  return fetch(`${home}/${path}`, {
    method: "POST",
    headers: { Accept: "application/json" },
    body: new URLSearchParams({ csrf: form.elements.csrf.value, after: newest, ...fields }),
    redirect: "error",
    signal: AbortSignal.timeout(15000),
  });
}

function keep() {
  kept.setItem(queueKey, JSON.stringify(queue));
  unsent.replaceChildren(...queue.map(waiting));
}

function waiting(item) {
  const article = document.createElement("article");
  const words = document.createElement("p");
  const state = document.createElement("p");
  article.className = "entry own";
  words.className = "text";
  words.dir = "auto";
  words.textContent = item.label;
  state.className = "meta";
  state.textContent = item.late ? page.dataset.unsent : "";
  article.append(words, state);
  return article;
}

function enqueue(item) {
  queue.push({ once: once(), ...item });
  keep();
  toEnd();
  flush();
}

async function flush() {
  if (sending || !queue.length) return;
  sending = true;
  while (queue.length && (await send(queue[0])));
  sending = false;
}

async function send(item) {
  const fields = item.tap ? { tap: item.tap } : { text: item.text };
  let answer;
  try {
    answer = await post("send", { once: item.once, ...fields });
  } catch {
    return postpone(item, navigator.onLine ? page.dataset.reconnecting : page.dataset.offline, 3000);
  }
  if (answer.ok) {
    const { entries, locked } = await answer.json();
    queue.shift();
    keep();
    if (locked) location.reload();
    say("");
    add(entries);
    askForOpenAnswers();
    return true;
  }
  const words = await answer.json().then((body) => body.error, () => page.dataset.reconnecting);
  if (answer.status === 429 || answer.status >= 500) return postpone(item, words, 15000);
  queue.shift();
  keep();
  askForOpenAnswers();
  if (item.text) write([item.text, text.value].filter(Boolean).join("\n"));
  say(answer.status === 404 ? page.dataset.signedOut : words);
  return false;
}

function postpone(item, words, milliseconds) {
  item.late = true;
  keep();
  say(words);
  setTimeout(flush, milliseconds);
  return false;
}

function write(words) {
  text.value = words;
  kept.setItem(draftKey, words);
  grow();
}

function grow() {
  if (CSS.supports("field-sizing", "content")) return;
  text.style.blockSize = "auto";
  text.style.blockSize = `${text.scrollHeight + 2}px`;
}

form.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (button && "reload" in button.dataset) return;
  event.preventDefault();
  if (button?.name === "tap") {
    button.closest(".answers")?.querySelectorAll("button").forEach((other) => { other.disabled = other !== button; });
    enqueue({ tap: button.value, label: button.textContent.trim() });
    return;
  }
  const words = text.value;
  if (!words.trim()) {
    text.focus();
    return;
  }
  write("");
  enqueue({ text: words, label: words });
  text.focus();
});

text.addEventListener("input", () => {
  kept.setItem(draftKey, text.value);
  grow();
});

text.addEventListener("keydown", (event) => {
  const plain = !event.shiftKey && matchMedia("(pointer: fine)").matches;
  if (event.key !== "Enter" || event.isComposing || !(plain || event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector(".send"));
});

// Reading aloud, by voices of this device only

const speech = globalThis.speechSynthesis;

function voiceFor(language) {
  const root = language.split("-")[0];
  return speech?.getVoices().find((voice) => voice.localService && voice.lang.toLowerCase().split(/[-_]/)[0] === root);
}

function offerVoices() {
  for (const button of log.querySelectorAll(".aloud")) {
    button.hidden = !voiceFor(button.closest("article").querySelector(".text").lang);
  }
}

log.addEventListener("click", (event) => {
  const button = event.target.closest(".aloud");
  if (!button) return;
  const words = button.closest("article").querySelector(".text");
  const speaking = speech.speaking;
  speech.cancel();
  if (speaking) return;
  const utterance = new SpeechSynthesisUtterance(words.textContent);
  utterance.voice = voiceFor(words.lang);
  utterance.lang = utterance.voice.lang;
  speech.speak(utterance);
});

// Around it

const menu = document.querySelector(".menu");
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !menu.open) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
document.addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
refresh.addEventListener("click", (event) => {
  if (!page.classList.contains("live")) return;
  event.preventDefault();
  refresh.classList.remove("waiting");
  toEnd();
});
addEventListener("scroll", () => { if (atEnd()) refresh.classList.remove("waiting"); }, { passive: true });
addEventListener("offline", () => say(page.dataset.offline));
addEventListener("online", flush);
addEventListener("pagehide", () => source.close());
document.addEventListener("visibilitychange", () => {
  // Nobody looks: the line is let go after a while, because a browser has only a few for each server.
  clearTimeout(leaving);
  if (document.hidden) leaving = setTimeout(() => source.close(), 20000);
  else if (source.readyState === EventSource.CLOSED) reconnect();
});
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
speech?.addEventListener?.("voiceschanged", offerVoices);

if (!text.value) write(kept.getItem(draftKey) || "");
else kept.setItem(draftKey, text.value);
keep();
offerVoices();
toEnd();
connect();
flush();
