// Lets somebody see the password they type. Before the form is sent it is hidden again,
// so that the browser does not remember it as ordinary text.

function show(button, visible) {
  const field = document.getElementById(button.dataset.shows);
  field.type = visible ? "text" : "password";
  button.textContent = visible ? button.dataset.hide : button.dataset.show;
}

document.querySelectorAll("[data-shows]").forEach((button) => {
  const field = document.getElementById(button.dataset.shows);
  button.hidden = false;
  button.addEventListener("click", () => show(button, field.type === "password"));
  field.form.addEventListener("submit", () => show(button, false));
});
