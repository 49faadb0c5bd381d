// Filters the outcomes an author ticks, by code or words. What is ticked always stays in sight.

function filter(box) {
  const wanted = box.value.trim().toLowerCase();
  box.closest("[data-filtered]").querySelectorAll("fieldset > div").forEach((row) => {
    row.hidden = !row.querySelector("input").checked && !row.textContent.toLowerCase().includes(wanted);
  });
}

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-filter]")) filter(event.target);
});
