// The page's side of the socket: what anywidget's model is in a notebook, and the address bar.
import explorer from "./explorer.js";

const host = document.getElementById("explorer");
const state = {};
const listeners = {};
let drawn = false;
let last = null; // the control whose moves share one entry of the history
let opening = 0; // addresses of the history that are asked for and not answered: news of an answer
// that was under way must not make an entry then, which would throw away those ahead
const token = location.search;
const begins = location.hash;
// the token is in a cookie by now: what is copied from the address bar holds none
history.replaceState(null, "", `${location.pathname}${location.hash}`);
const socket = new WebSocket(`ws://${location.host}/socket${token}`);
const say = (data) => { if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(data)); };
const place = {
  link: (address) => `${location.origin}${location.pathname}#${address}`,
  keep: (address, moved, replace = false) => {
    if (opening > 0 || location.hash.slice(1) === address) return;
    const first = location.hash === "";
    if (first || replace || (moved !== null && moved === last)) history.replaceState(null, "", `#${address}`);
    else history.pushState(null, "", `#${address}`);
    last = moved;
  },
  opened: () => { opening = Math.max(0, opening - 1); },
  onMove: (call) => {
    const open = (address) => { opening += 1; call(address); };
    window.addEventListener("popstate", () => { last = null; open(location.hash.slice(1)); });
    if (begins.length > 1) open(begins.slice(1));
  },
};
const model = {
  place,
  get: (name) => state[name],
  set: (name, value) => { state[name] = value; },
  save_changes: () => say(state.settings),
  send: (command) => say({ command }),
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
