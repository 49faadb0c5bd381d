// Moves focus to what has to be read next: the summary of errors, or the feedback
// to an answer. Loaded only by the components that need it.

function isWanted(element) {
  // An activity answered some other day does not draw a reader away from the top of the step.
  const activity = element.closest(".activity");
  return !activity || location.hash === `#${activity.id}`;
}

function focusFirst(root) {
  [...root.querySelectorAll("[data-focus]")].find(isWanted)?.focus();
}

function followError(event) {
  const link = event.target.closest(".govuk-error-summary a[href^='#']");
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  const words = field.closest("fieldset")?.querySelector("legend") || document.querySelector(`label[for="${field.id}"]`);
  (words || field).scrollIntoView();
  field.focus({ preventScroll: true });
}

focusFirst(document);
document.addEventListener("click", followError);
document.addEventListener("htmx:load", (event) => focusFirst(event.detail.elt));
