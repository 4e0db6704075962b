// Leaving: the words that wait on this page go with it.

document.querySelector("form").addEventListener("submit", () => sessionStorage.clear());
