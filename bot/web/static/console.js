// Keys of the console: "/" searches, "?" lists the keys; on a phone the menu begins closed. Nothing here is needed.

const keys = document.getElementById("keys");
const places = document.querySelector(".places");
const narrow = matchMedia("(max-width: 56rem)");
const fold = () => { places.open = !narrow.matches; };
fold();
narrow.addEventListener("change", fold);

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
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
