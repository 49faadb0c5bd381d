// Squares over a photo: with a mouse or a pen one drags over them, with the arrow keys one goes from square to square.
// A finger taps, so that it can still move the page. Without JavaScript each square is a checkbox like any other.

const ACROSS = 8; // as in progress/grid.py

function start(place) {
  const squares = [...place.querySelectorAll("input")];
  let isTicking = null; // while the button is down: what the first square became

  place.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch" || event.button !== 0 || !squares.includes(event.target)) return;
    isTicking = !event.target.checked;
    event.target.checked = isTicking;
    event.target.focus();
    event.preventDefault();
  });
  place.addEventListener("pointerover", (event) => {
    if (isTicking !== null && squares.includes(event.target)) event.target.checked = isTicking;
  });
  // The press has done what the click would do.
  place.addEventListener("click", (event) => event.detail && event.pointerType !== "touch" && event.preventDefault());
  window.addEventListener("pointerup", () => (isTicking = null));
  place.addEventListener("dragstart", (event) => event.preventDefault());

  place.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -ACROSS, ArrowDown: ACROSS }[event.key];
    const next = by && squares[squares.indexOf(event.target) + by];
    if (!next) return;
    next.focus();
    event.preventDefault();
  });
}

document.querySelectorAll("[data-cover]").forEach(start);
