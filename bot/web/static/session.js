// Says in time that a session of staff ends, and stays by one press. Nothing that is typed is touched.

const place = document.getElementById("session");
const EVERY = 30_000;
let shown = place.innerHTML.trim();

function show(html) {
  if (html === shown) return; // the same words are not said twice
  shown = html;
  place.innerHTML = html;
}

function sayOver() {
  clearInterval(asking);
  const note = document.createElement("div");
  note.className = "news";
  const words = document.createElement("p");
  words.textContent = place.dataset.over;
  const way = document.createElement("a");
  way.href = "/login";
  way.target = "_blank";
  way.rel = "noopener";
  way.className = "act";
  way.textContent = place.dataset.login;
  note.append(words, way);
  show("");
  place.replaceChildren(note);
}

async function ask() {
  try {
    const answer = await fetch(place.dataset.left, { cache: "no-store" });
    if (answer.status === 404) sayOver();
    else if (answer.ok) show((await answer.text()).trim());
  } catch {
    // no connection for the moment: asked again
  }
}

place.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-stay]");
  if (!form) return;
  event.preventDefault();
  const sent = new URLSearchParams(new FormData(form));
  sent.set("script", "yes");
  try {
    const answer = await fetch(form.action, { method: "POST", body: sent });
    if (answer.status === 404) sayOver();
    else if (answer.ok) show((await answer.text()).trim());
  } catch {
    // it stays on the page, to be pressed again
  }
});

const asking = setInterval(ask, EVERY);
document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });
