// The page's side of the socket: what anywidget's model is in a notebook.
import explorer from "./explorer.js";

const host = document.getElementById("explorer");
const state = {};
const listeners = {};
let drawn = false;
const socket = new WebSocket(`ws://${location.host}/socket${location.search}`);
const model = {
  get: (name) => state[name],
  set: (name, value) => { state[name] = value; },
  save_changes: () => { if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(state.settings)); },
  on: (event, call) => { (listeners[event] ??= []).push(call); },
};
socket.addEventListener("message", (event) => {
  const told = JSON.parse(event.data);
  for (const [name, value] of Object.entries(told)) state[name] = value;
  if (!drawn && state.choices) {
    host.replaceChildren();
    explorer.render({ model, el: host });
    drawn = true;
  }
  for (const name of Object.keys(told)) for (const call of listeners[`change:${name}`] ?? []) call();
});
socket.addEventListener("close", () => {
  state.answer = { error: "The explorer has stopped. Start it again with: lazaretto explore", done: true };
  if (drawn) for (const call of listeners["change:answer"] ?? []) call();
  else host.textContent = state.answer.error;
});
