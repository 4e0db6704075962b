// "Tell me on this phone": asks only after a tap, and only where the browser can do it. It holds no words.

const page = document.body;
const home = page.dataset.home;
const form = document.getElementById("say");
const log = document.getElementById("log");
const panel = document.getElementById("notify");
const said = document.getElementById("notify-said");
const choices = document.getElementById("notify-choices");
const begin = document.getElementById("notify-open");
const end = document.getElementById("notify-end");
const able = isSecureContext && "serviceWorker" in navigator && "PushManager" in globalThis && "Notification" in globalThis;

let asking = 0;

function post(path, fields = {}) {
  return fetch(`${home}/push/${path}`, {
    method: "POST",
    body: new URLSearchParams({ csrf: form.elements.csrf.value, ...fields }),
    redirect: "error",
    signal: AbortSignal.timeout(15000),
  });
}

// Each person on this browser has a worker of their own: its scope is their page.
const worker = async () => (await navigator.serviceWorker.getRegistrations()).find((one) => new URL(one.scope).pathname === home);

async function subscription() {
  return (await worker())?.pushManager.getSubscription();
}

function written(found) {
  const { endpoint, keys } = found.toJSON();
  return JSON.stringify({ endpoint, p256dh: keys.p256dh, auth: keys.auth });
}

const keyOf = (found) => btoa(String.fromCharCode(...new Uint8Array(found.options.applicationServerKey ?? []))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

function show(words, withChoices = false) {
  panel.hidden = false;
  choices.hidden = !withChoices;
  said.textContent = words;
}

async function look() {
  const on = Boolean(await subscription());
  begin.hidden = on;
  end.hidden = !on;
}

async function subscribe() {
  const registration = await navigator.serviceWorker.register("/notifications.js", { scope: home });
  await active(registration);
  const old = await registration.pushManager.getSubscription();
  if (old && keyOf(old) !== page.dataset.pushKey) await old.unsubscribe();
  const found = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: page.dataset.pushKey });
  const answer = await post("subscribe", { subscription: written(found) });
  if (answer.ok) return found;
  await found.unsubscribe();
  throw new Error("refused");
}

function active(registration) {
  const coming = registration.installing || registration.waiting;
  if (!coming) return Promise.resolve();
  return new Promise((done) => coming.addEventListener("statechange", () => { if (coming.state === "activated") done(); }));
}

async function accept() {
  const permission = await Notification.requestPermission();
  if (permission !== "granted") {
    show(panel.dataset.blocked);
    await post("decline");
    return;
  }
  try {
    const found = await subscribe();
    show(panel.dataset.done);
    await post("try", { subscription: written(found) });
  } catch {
    show(panel.dataset.failed);
  }
  await look();
}

async function decline() {
  panel.hidden = true;
  await post("decline");
}

async function stop() {
  const registration = await worker();
  const found = await registration?.pushManager.getSubscription();
  if (found) {
    await post("unsubscribe", { subscriptions: `[${written(found)}]` });
    await found.unsubscribe();
  }
  await registration?.unregister();
  show(panel.dataset.ended);
  await look();
}

// After something new has come, never when the page opens: the server knows whether this is a moment to offer it.
function offer() {
  clearTimeout(asking);
  asking = setTimeout(async () => {
    if (!panel.hidden || Notification.permission === "denied" || (await subscription())) return;
    try {
      const answer = await fetch(`${home}/push`, { cache: "no-store" });
      if (answer.ok && (await answer.json()).offer) show(panel.dataset.offer, true);
    } catch {
      // The next message asks again.
    }
  }, 500);
}

// A browser may lose a subscription that was wished for: it is renewed without a question.
async function renew() {
  const registration = await worker();
  if (!registration || Notification.permission !== "granted") return;
  const found = await registration.pushManager.getSubscription();
  if (!found || keyOf(found) !== page.dataset.pushKey) await subscribe();
}

async function start() {
  document.getElementById("notify-yes").addEventListener("click", accept);
  document.getElementById("notify-no").addEventListener("click", decline);
  begin.addEventListener("click", () => { show(panel.dataset.offer, true); panel.scrollIntoView({ block: "nearest" }); });
  end.addEventListener("click", stop);
  new MutationObserver(offer).observe(log, { childList: true });
  await renew().catch(() => {});
  await look();
}

if (able) start();
