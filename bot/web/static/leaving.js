// Leaving: the words that wait on this page go with it, and what tells this device that there is something new.

const form = document.querySelector("form");
const home = form.getAttribute("action").replace(/\/delete$/, "");
let left = false;

async function forget(everybody) {
  if (everybody && "caches" in globalThis) await Promise.all((await caches.keys()).map((name) => caches.delete(name)));
  const workers = await navigator.serviceWorker.getRegistrations();
  const leaving = workers.filter((worker) => everybody || new URL(worker.scope).pathname === home);
  const found = (await Promise.all(leaving.map((worker) => worker.pushManager.getSubscription()))).filter(Boolean);
  const subscriptions = found.map((one) => one.toJSON()).map(({ endpoint, keys }) => ({ endpoint, p256dh: keys.p256dh, auth: keys.auth }));
  if (found.length) {
    const fields = { csrf: form.elements.csrf.value, subscriptions: JSON.stringify(subscriptions) };
    await fetch(`${home}/push/unsubscribe`, { method: "POST", body: new URLSearchParams(fields) });
  }
  await Promise.all(found.map((one) => one.unsubscribe()));
  await Promise.all(leaving.map((worker) => worker.unregister()));
}

form.addEventListener("submit", async (event) => {
  const { submitter } = event;
  sessionStorage.clear();
  if (submitter?.value !== "me") localStorage.clear();
  if (left || !navigator.serviceWorker) return;
  event.preventDefault();
  const patience = new Promise((done) => setTimeout(done, 3000));
  await Promise.race([forget(submitter?.value !== "me").catch(() => {}), patience]);
  left = true;
  form.requestSubmit(submitter);
});
