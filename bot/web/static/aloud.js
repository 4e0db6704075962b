// Reading aloud on pages beside the chat, by voices of this device only

const speech = globalThis.speechSynthesis;
const buttons = document.querySelectorAll(".decision .aloud");

function textOf(button) {
  return button.closest(".decision").querySelector(".text");
}

function voiceFor(language) {
  const root = language.split("-")[0];
  return speech?.getVoices().find((voice) => voice.localService && voice.lang.toLowerCase().split(/[-_]/)[0] === root);
}

function offerVoices() {
  for (const button of buttons) button.hidden = !voiceFor(textOf(button).lang);
}

for (const button of buttons) {
  button.addEventListener("click", () => {
    const words = textOf(button);
    const speaking = speech.speaking;
    speech.cancel();
    if (speaking) return;
    const utterance = new SpeechSynthesisUtterance(words.textContent);
    utterance.voice = voiceFor(words.lang);
    utterance.lang = utterance.voice.lang;
    speech.speak(utterance);
  });
}

speech?.addEventListener("voiceschanged", offerVoices);
offerVoices();
