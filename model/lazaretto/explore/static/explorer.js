// The explorer's front end, for anywidget in a notebook and for page.js in a browser. Text from outside only ever becomes textContent.
const DEBOUNCE = 120;
const FIGURES = ["curves", "race", "cascade_a", "cascade_b"];
const CONFIG = { displaylogo: false, responsive: true, displayModeBar: false };
const OWN_KEYS = { "data-lm-suppress-shortcuts": "true" }; // on whatever takes the focus: JupyterLab would take arrows and letters for its commands
let instances = 0;

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") element.textContent = value;
    else if (value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

function render({ model, el }) {
  const prefix = `lz${instances++}-`;
  const choices = model.get("choices");
  const settings = structuredClone(model.get("settings"));
  let timer = null;
  const send = () => {
    clearTimeout(timer);
    timer = setTimeout(() => { model.set("settings", structuredClone(settings)); model.save_changes(); }, DEBOUNCE);
  };

  const labelled = (id, text, control, note) => {
    const hint = note === undefined ? null : make("small", { id: `${prefix}${id}-note`, text: note });
    if (hint) control.setAttribute("aria-describedby", hint.id);
    return make("div", { class: "lz-field" }, make("label", { for: `${prefix}${id}`, text }), control, ...(hint ? [hint] : []));
  };
  const select = (id, options, value, change) => {
    const control = make("select", { id: `${prefix}${id}`, ...OWN_KEYS });
    for (const option of options) control.append(make("option", { value: option.name, text: option.label }));
    control.value = String(value);
    control.addEventListener("change", () => { change(control.value); send(); });
    return control;
  };
  const slider = (id, range, value, change, say) => {
    const shown = make("output", { for: `${prefix}${id}`, text: say(value) });
    const control = make("input", { type: "range", id: `${prefix}${id}`, min: range.low, max: range.high, step: range.step, ...OWN_KEYS });
    control.value = value;
    control.setAttribute("aria-valuetext", say(value));
    control.addEventListener("input", () => {
      shown.textContent = say(Number(control.value));
      control.setAttribute("aria-valuetext", shown.textContent);
      change(Number(control.value));
      send();
    });
    return { control, shown, row: make("div", { class: "lz-slider" }, control, shown) };
  };
  const group = (name, ...fields) => make("fieldset", {}, make("legend", { text: name }), ...fields);
  const numbers = (list) => list.map((n) => ({ name: String(n), label: n.toLocaleString("en") }));
  const find = (list, name) => list.find((one) => one.name === name);

  // the outbreak
  const latentBox = make("div");
  const drawLatent = () => {
    const range = find(choices.pathogen, settings.pathogen).latent;
    latentBox.replaceChildren();
    if (!range) {
      latentBox.append(make("p", { class: "lz-note", text: "Infectiousness follows onset here: there is no latent period of its own to change." }));
      return;
    }
    const say = (v) => `${v.toFixed(2)} days${Math.abs(v - range.stated) < 1e-6 ? ", stated" : ""}`;
    const set = (v) => { settings.latent_days = Math.abs(v - range.stated) < 1e-6 ? null : v; };
    const one = slider("latent", range, settings.latent_days ?? range.stated, set, say);
    latentBox.append(labelled("latent", "Mean latent period", one.row));
  };
  const pathogenNote = make("small", { id: `${prefix}pathogen-note` });
  const drawPathogen = () => { pathogenNote.textContent = find(choices.pathogen, settings.pathogen).description; };
  const pathogen = select("pathogen", choices.pathogen, settings.pathogen, (v) => {
    settings.pathogen = v; settings.latent_days = null; drawLatent(); drawPathogen();
  });
  pathogen.setAttribute("aria-describedby", pathogenNote.id);
  const regionNote = make("small", { id: `${prefix}region-note` });
  const drawRegion = () => { regionNote.textContent = find(choices.region, settings.region).description; };
  const region = select("region", choices.region, settings.region, (v) => { settings.region = v; drawRegion(); });
  region.setAttribute("aria-describedby", regionNote.id);
  const kappaSay = (v) => (v === 0 ? "off" : v === 1 ? "as stated" : `${v.toFixed(2)} x stated`);
  const daySay = (v) => (v === 0 ? "from the start" : `day ${v}; before, no tracing and advice`);
  const fromDay = slider("from_day", choices.from_day, settings.from_day, (v) => { settings.from_day = v; }, daySay);
  const kappa = slider("kappa", choices.kappa, settings.kappa, (v) => { settings.kappa = v; }, kappaSay);
  drawLatent(); drawPathogen(); drawRegion();

  const policy = (letter, key) => {
    const note = make("small", { id: `${prefix}${key}-note` });
    const tell = () => {
      note.textContent = `${find(choices.tracing, settings[key].tracing).description} ${find(choices.isolation, settings[key].isolation).description}`;
    };
    const part = (kind, text) => {
      const control = select(`${key}-${kind}`, choices[kind], settings[key][kind], (v) => { settings[key][kind] = v; tell(); });
      control.setAttribute("aria-describedby", note.id);
      return labelled(`${key}-${kind}`, text, control);
    };
    tell();
    return group(`Policy ${letter}`, part("tracing", "Tracing level"), part("isolation", "Isolation regime"), note);
  };

  const controls = make("form", { class: "lz-controls", "aria-label": "Settings" },
    group("Outbreak", labelled("pathogen", "Pathogen", pathogen), pathogenNote, latentBox,
      labelled("kappa", "Avoidance of tests and tracers (kappa)", kappa.row)),
    group("For everybody, under A and B", labelled("region", "Region-wide measures", region), regionNote,
      labelled("from_day", "Day on which A and B begin", fromDay.row)),
    policy("A", "a"), policy("B", "b"),
    group("Size", make("div", { class: "lz-pair" },
      labelled("people", "People", select("people", numbers(choices.people), settings.people, (v) => { settings.people = Number(v); })),
      labelled("seeds", "Seeds", select("seeds", numbers(choices.seeds), settings.seeds, (v) => { settings.seeds = Number(v); })))));
  controls.addEventListener("submit", (event) => event.preventDefault());

  const wide = window.matchMedia("(min-width: 901px)");
  const drawer = make("details", { class: "lz-drawer" }, make("summary", { text: "Settings", ...OWN_KEYS }), controls);
  const follow = () => { drawer.open = wide.matches; };
  wide.addEventListener("change", follow);
  follow();

  // the answer
  const status = make("p", { class: "lz-status", role: "status", "aria-live": "polite" });
  const alarm = make("div", { class: "lz-alarm", role: "alert" });
  alarm.hidden = true;
  const lead = make("p", { class: "lz-lead" });
  const curve = labelled("curve", "Curve", select("curve", choices.curve, settings.curve, (v) => { settings.curve = v; }));
  curve.classList.add("lz-curve");
  const boxes = Object.fromEntries(FIGURES.map((name) => [name, make("div", { class: "lz-figure", id: `${prefix}${name}`, "data-figure": name })]));
  const table = make("div", { class: "lz-scroll", tabindex: "0", role: "region", "aria-label": "Panel", ...OWN_KEYS });
  const foot = make("p", { class: "lz-note" });
  const results = make("div", { class: "lz-results" }, status, alarm, lead, curve,
    make("div", { class: "lz-grid" }, ...FIGURES.map((name) => make("section", {}, boxes[name]))), table, foot);
  el.classList.add("lz-explorer");
  el.append(make("header", {}, make("h1", { text: "Lazaretto explorer" }), make("p", { class: "lz-note", text: `${choices.title}. The same simulated people with the same luck under two policies.` })),
    make("div", { class: "lz-columns" }, drawer, results));

  const drawn = {};
  const draw = (told) => {
    for (const name of FIGURES) {
      const figure = told.figures[name];
      const text = JSON.stringify(figure);
      if (drawn[name] === text) continue;
      drawn[name] = text;
      const layout = { ...figure.layout, autosize: true };
      delete layout.width;
      if (boxes[name].clientWidth < 460) {
        layout.margin = { ...layout.margin, l: name.startsWith("cascade") ? 8 : 52, r: 10 };
        layout.font = { size: 12 };
        layout.title = { ...layout.title, font: { size: 15 } };
      }
      window.Plotly.react(boxes[name], figure.data, layout, CONFIG);
    }
  };
  const cell = (entry) => make("td", {}, make("span", { text: entry.mean }), make("small", { text: entry.interval }));
  const drawPanel = (told) => {
    const head = make("tr", {}, make("th", { scope: "col", text: "Per 100,000 people" }),
      make("th", { scope: "col", text: `A: ${told.names[0]}` }), make("th", { scope: "col", text: `B: ${told.names[1]}` }),
      make("th", { scope: "col", text: "A less B, same luck" }), make("th", { scope: "col", text: "Better" }));
    const body = make("tbody");
    for (const block of told.panel) {
      body.append(make("tr", { class: "lz-block" }, make("th", { scope: "colgroup", colspan: "5", text: block.title })));
      for (const line of block.lines) {
        body.append(make("tr", {}, make("th", { scope: "row", title: line.definition }, make("span", { text: line.label }), make("small", { text: line.unit })),
          cell(line.a), cell(line.b), cell(line.difference), make("td", { class: `lz-better lz-${line.difference.better || "none"}`, text: line.difference.better })));
      }
    }
    const caption = make("caption", { text: "Means over seeds with 95 % intervals (chance between seeds only). Empty under “Better”: the interval of the difference holds 0, or neither direction is better. Components that are 0 under both are left out." });
    table.replaceChildren(make("table", {}, caption, make("thead", {}, head), body));
  };
  const show = () => {
    const told = model.get("answer") ?? {};
    results.setAttribute("aria-busy", told.done ? "false" : "true");
    results.dataset.done = told.done ? "yes" : "no";
    if (told.seeds) results.dataset.answers = Number(results.dataset.answers ?? 0) + 1;
    if (told.status) status.textContent = told.status;
    const said = [...(told.error ? [told.error] : []), ...(told.warnings ?? [])];
    if (told.error) status.textContent = "not computed";
    if (told.error !== undefined) {
      alarm.replaceChildren(...said.map((text) => make("p", { text })));
      alarm.hidden = said.length === 0;
    }
    if (!told.figures) return;
    draw(told);
    drawPanel(told);
    lead.textContent = told.lead;
    foot.textContent = told.provenance;
  };
  model.on("change:answer", show);
  show();
}

export default { render };
