/* A form to which Back leads keeps its name, also where the browser asks for it anew and puts back what was typed. */
const name = document.querySelector("input[name=_form]");

if (name && performance.getEntriesByType("navigation")[0]?.type === "back_forward" && history.state?.form) {
  name.value = history.state.form;
} else if (name) {
  history.replaceState({ ...history.state, form: name.value }, "");
}
