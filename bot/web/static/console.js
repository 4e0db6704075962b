// Keys of the console: "/" searches, "?" lists the keys; on a phone the menu begins closed. Nothing here is needed.

const keys = document.getElementById("keys");
const places = document.querySelector(".places");
const narrow = matchMedia("(max-width: 56rem)");
const fold = () => { places.open = !narrow.matches; };
fold();
narrow.addEventListener("change", fold);

// Single keys get in the way of speech input: whoever does not want them switches them off, on this device.
const wanted = keys.querySelector("input[type=checkbox]");
wanted.checked = localStorage.getItem("keys") !== "off";
wanted.addEventListener("change", () => localStorage.setItem("keys", wanted.checked ? "on" : "off"));
const opener = document.getElementById("keys-open");
opener.hidden = false;
opener.addEventListener("click", () => keys.showModal());

document.addEventListener("keydown", (event) => {
  if (!wanted.checked || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const search = document.querySelector("input[type=search]");
  if (event.key === "/" && search) {
    event.preventDefault();
    search.focus();
  } else if (event.key === "?") {
    event.preventDefault();
    keys.showModal();
  }
});
