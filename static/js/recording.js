// Films and sounds go on where they were left, and play faster or slower.
// Without this file the browser's own player does all the rest.

const SPEEDS = [0.75, 1, 1.25, 1.5];

function remember(player) {
  const key = `at:${new URL(player.currentSrc || player.src).pathname}`;
  player.addEventListener("loadedmetadata", () => {
    const at = Number(localStorage.getItem(key));
    if (at && at < player.duration - 3) player.currentTime = at;
  });
  player.addEventListener("timeupdate", () => localStorage.setItem(key, String(Math.floor(player.currentTime))));
  player.addEventListener("ended", () => localStorage.removeItem(key));
}

function offerSpeeds(player) {
  const words = player.dataset.speed;
  const label = document.createElement("label");
  const list = document.createElement("select");
  label.className = "speed";
  label.append(`${words} `, list);
  list.className = "govuk-select";
  list.append(...SPEEDS.map((speed) => new Option(`${speed} ×`, speed, speed === 1, speed === 1)));
  list.addEventListener("change", () => {
    player.defaultPlaybackRate = player.playbackRate = Number(list.value);
  });
  player.after(label);
}

document.querySelectorAll("[data-resumes]").forEach((player) => {
  remember(player);
  offerSpeeds(player);
});
