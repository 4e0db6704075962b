// What a phone does when something comes for it: it shows what it was told, and a tap opens the page. Nothing is kept.

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("push", (event) => event.waitUntil(show(event.data)));
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open());
});

function read(data) {
  try {
    return data.json();
  } catch {
    return {};
  }
}

async function show(data) {
  const said = read(data);
  const shown = said.tag ? await self.registration.getNotifications({ tag: said.tag }) : [];
  const repeated = shown.some((notification) => notification.data === said.once);
  await self.registration.showNotification(said.title || "…", {
    body: said.body || "",
    lang: said.lang || "",
    dir: said.dir || "auto",
    tag: said.tag || "",
    renotify: Boolean(said.tag) && !repeated,
    data: said.once,
  });
}

async function open() {
  const home = new URL(self.registration.scope).pathname;
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const here = pages.find((page) => new URL(page.url).pathname === home);
  return here ? here.focus() : self.clients.openWindow(`${home}#newest`);
}
