/* A form to which the Back button leads keeps its name, also where the browser asks for the page anew and puts what was
   typed into it: saved a second time, it must be known as the same form. */
const name = document.querySelector("input[name=_form]");
const [navigation] = performance.getEntriesByType("navigation");

if (name && navigation?.type === "back_forward" && history.state?.form) {
  name.value = history.state.form;
} else if (name) {
  history.replaceState({ ...history.state, form: name.value }, "");
}
