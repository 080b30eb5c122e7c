// The explorer's front end, for anywidget in a notebook and for page.js in a browser. Text from
// outside only ever becomes textContent.
const DEBOUNCE = 120;
const FIGURES = ["curves", "cascade_a", "cascade_b", "race"];
const CONFIG = { displaylogo: false, responsive: true, displayModeBar: false };
// on whatever takes the focus: JupyterLab would take arrows and letters for its commands
const OWN_KEYS = { "data-lm-suppress-shortcuts": "true" };
const WIDTH = 1100; // pixels of a picture that is saved
const FIRST_CHANGE = 30; // day on which a later change begins when it is switched on
const STATED = "as-stated";
// figures are made for paper; on a dark page their ink and paper change places, colours grow lighter
const DARK = {
  "#1f2430": "#e6e9ef", "#6b7280": "#a5aebc", "#e5e7eb": "#39414f", white: "#14181f",
  "rgba(255,255,255,0.8)": "rgba(20,24,31,0.8)", "#6c48d8": "#a992ff", "#a84818": "#f0915f",
};
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

// A and B in their colours, wherever a sentence names them
function lettered(element, text) {
  element.replaceChildren(...text.split(/\b([AB])\b/).map((part, at) => (at % 2 ? make("strong", { class: `lz-${part}`, text: part }) : part)));
  return element;
}

function darker(thing) {
  if (typeof thing === "string") {
    const seen = thing.replace("rgba(108,72,216,", "rgba(169,146,255,").replace("rgba(168,72,24,", "rgba(240,145,95,");
    return DARK[seen] ?? seen;
  }
  if (Array.isArray(thing)) return thing.map(darker);
  if (thing && typeof thing === "object") return Object.fromEntries(Object.entries(thing).map(([k, v]) => [k, darker(v)]));
  return thing;
}

function download(name, address) {
  const link = make("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
}

function render({ model, el }) {
  const prefix = `lz${instances++}-`;
  const choices = model.get("choices");
  const page = model.place ?? null; // of page.js: the address bar; a notebook has none
  const shade = window.matchMedia("(prefers-color-scheme: dark)");
  const dark = () => page !== null && shade.matches;
  let settings = structuredClone(model.get("settings"));
  let timer = null;
  let moved = null; // the slider that was moved last: its way is one entry of the history
  let address = "";
  let shown = ""; // the settings of the answer that is shown
  const find = (list, name) => list.find((one) => one.name === name);
  const preset = () => find(choices.presets, settings.situation);
  const command = (what) => model.send?.(what);
  const send = (slides = null) => {
    moved = slides;
    refresh();
    clearTimeout(timer);
    timer = setTimeout(() => { model.set("settings", structuredClone(settings)); model.save_changes(); }, DEBOUNCE);
  };

  // controls: each says how it looks when the settings come from elsewhere
  const fillers = [];
  const beside = {}; // where failures and notices of a control are told
  const place = (key) => {
    beside[key] = make("div", { "data-beside": key });
    return beside[key];
  };
  const labelled = (id, text, control, row = control) =>
    make("div", { class: "lz-field" }, make("label", { for: `${prefix}${id}`, text }), row);
  const select = (id, options, get, set) => {
    const control = make("select", { id: `${prefix}${id}`, ...OWN_KEYS });
    let listed = "";
    const draw = () => {
      const there = options();
      const names = there.map((one) => one.name).join();
      if (names === listed) return; // a list that is open or typed into stays as it is
      listed = names;
      control.replaceChildren();
      const groups = new Map();
      for (const one of there) {
        const option = make("option", { value: one.name, text: one.label });
        if (!one.group) control.append(option);
        else groups.set(one.group, [...(groups.get(one.group) ?? []), option]);
      }
      for (const [label, inside] of groups) control.append(make("optgroup", { label }, ...inside));
    };
    fillers.push(() => {
      draw();
      control.value = String(get());
    });
    control.addEventListener("change", () => { set(control.value); send(); });
    return control;
  };
  const slider = (id, range, get, set, say) => {
    const output = make("output", { for: `${prefix}${id}` });
    const control = make("input", { type: "range", id: `${prefix}${id}`, ...OWN_KEYS });
    const tell = () => {
      output.textContent = say(Number(control.value));
      control.setAttribute("aria-valuetext", output.textContent);
    };
    fillers.push(() => {
      const now = range();
      if (!now) return;
      for (const [name, value] of [["min", now.low], ["max", now.high], ["step", now.step]]) control.setAttribute(name, value);
      control.value = get();
      tell();
    });
    control.addEventListener("input", () => { tell(); set(Number(control.value)); send(id); });
    return { control, row: make("div", { class: "lz-slider" }, control, output) };
  };
  const group = (name, attributes, ...fields) => make("fieldset", attributes, make("legend", { text: name }), ...fields);
  const numbers = (key) => () => choices[key].map((n) => ({ name: String(n), label: n.toLocaleString("en") }));
  const offered = (kind) => () => {
    const own = { name: STATED, label: "As the situation states", description: "The situation's own." };
    return preset().stated.includes(kind) ? [own, ...choices[kind]] : choices[kind];
  };
  const described = (id, control, text) => {
    const note = make("small", { id: `${prefix}${id}-note` });
    control.setAttribute("aria-describedby", note.id);
    fillers.push(() => { note.textContent = text(); });
    return note;
  };

  // the situation
  const sentence = make("p", { class: "lz-sentence", id: `${prefix}situation-note` });
  fillers.push(() => { sentence.textContent = [preset().sentence, preset().note].filter(Boolean).join(" "); });
  const situation = select("situation", () => choices.presets, () => settings.situation, (name) => {
    settings = { ...structuredClone(find(choices.presets, name).settings), people: settings.people, seeds: settings.seeds, curve: settings.curve };
  });
  situation.setAttribute("aria-describedby", sentence.id);

  // the outbreak
  const pathogen = select("pathogen", offered("pathogen"), () => settings.pathogen, (v) => { settings.pathogen = v; settings.latent_days = null; });
  const range = () => find(choices.pathogen, settings.pathogen)?.latent ?? null;
  const isStated = (v) => Math.abs(v - range().stated) < 1e-6;
  const latent = slider("latent", range, () => settings.latent_days ?? range().stated,
    (v) => { settings.latent_days = isStated(v) ? null : v; }, (v) => `${v.toFixed(2)} days${isStated(v) ? ", stated" : ""}`);
  const latentField = labelled("latent", "Mean latent period", latent.control, latent.row);
  const noLatent = make("p", { class: "lz-note", text: "There is no latent period of its own to change here." });
  fillers.push(() => { latentField.hidden = !range(); noLatent.hidden = Boolean(range()); });
  const region = select("region", offered("region"), () => settings.region, (v) => { settings.region = v; });
  const kappa = slider("kappa", () => choices.kappa, () => settings.kappa, (v) => { settings.kappa = v; },
    (v) => (v === 0 ? "off" : v === 1 ? "as stated" : `${v.toFixed(2)} x stated`));
  const size = (key, text) => labelled(key, text, select(key, numbers(key), () => settings[key], (v) => { settings[key] = Number(v); }));

  // the policies
  const policy = (letter, key) => {
    const mine = () => settings[key];
    const about = make("details", { class: "lz-about" }, make("summary", { text: "What these are", ...OWN_KEYS }));
    const part = (id, kind, text, of) => {
      const control = select(`${key}-${id}`, offered(kind), () => of()?.[kind], (v) => { of()[kind] = v; });
      about.append(described(`${key}-${id}`, control, () => find(offered(kind)(), of()?.[kind])?.description ?? ""));
      return labelled(`${key}-${id}`, text, control);
    };
    const first = make("div", { class: "lz-pair" }, part("tracing", "tracing", "Tracing level", mine), part("isolation", "isolation", "Isolation regime", mine));
    const check = make("input", { type: "checkbox", id: `${prefix}${key}-later`, ...OWN_KEYS });
    const last = () => preset().days - 1;
    const day = slider(`${key}-day`, () => ({ low: 1, high: last(), step: 1 }), () => mine().then?.from_day ?? FIRST_CHANGE,
      (v) => { mine().then.from_day = v; }, (v) => `from day ${v}`);
    day.row.prepend(make("label", { for: day.control.id, text: "Day" }));
    const second = make("div", { class: "lz-pair" }, part("then-tracing", "tracing", "Tracing from then on", () => mine().then),
      part("then-isolation", "isolation", "Isolation from then on", () => mine().then));
    check.addEventListener("change", () => {
      const { tracing, isolation } = mine();
      mine().then = check.checked ? { from_day: Math.min(FIRST_CHANGE, last()), tracing, isolation } : null;
      send();
      if (check.checked) fill();
    });
    fillers.push(() => {
      check.checked = mine().then !== null;
      day.row.hidden = second.hidden = !check.checked;
    });
    const later = make("div", { class: "lz-later" },
      make("div", { class: "lz-check" }, check, make("label", { for: check.id, text: `${letter} changes on a day` })), day.row, second);
    return group(`Policy ${letter}`, { class: `lz-of-${key}` }, first, later, about, place(key));
  };
  const policies = make("form", { class: "lz-policies", "aria-label": "Policies" }, policy("A", "a"), policy("B", "b"));

  const controls = make("form", { class: "lz-controls", "aria-label": "Other settings" },
    group("Outbreak", {}, labelled("pathogen", "Pathogen", pathogen), place("pathogen"), latentField, noLatent, place("latent_days"),
      labelled("kappa", "Avoidance of tests and tracers (kappa)", kappa.control, kappa.row), place("kappa"),
      described("pathogen", pathogen, () => find(offered("pathogen")(), settings.pathogen).description)),
    group("Under A and B alike", {}, labelled("region", "Region-wide measures", region), place("region"),
      described("region", region, () => find(offered("region")(), settings.region).description)),
    group("Size", {}, make("div", { class: "lz-pair" }, size("people", "People"), size("seeds", "Seeds")), place("people"), place("seeds"),
      make("small", { text: "What comes from outside is in proportion to the people." })));
  for (const form of [controls, policies]) form.addEventListener("submit", (event) => event.preventDefault());

  const wide = window.matchMedia("(min-width: 901px)");
  const drawer = make("details", { class: "lz-drawer" }, make("summary", { text: "Pathogen, measures, size", ...OWN_KEYS }), controls);
  const follow = () => { drawer.open = wide.matches; };
  wide.addEventListener("change", follow);
  follow();

  // what can be taken away
  const button = (text, act, attributes = {}) => {
    const one = make("button", { type: "button", text, ...attributes, ...OWN_KEYS });
    one.addEventListener("click", act);
    return one;
  };
  const said = make("span", { role: "status" });
  const linkOf = () => (page ? page.link(address) : `widget(address="${address}")`);
  const link = make("input", { class: "lz-link", readonly: "", "aria-label": "Link to these settings", ...OWN_KEYS });
  link.hidden = true;
  const copy = button(page ? "Copy link" : "Copy as Python", async () => {
    link.value = linkOf();
    link.hidden = false;
    link.select();
    try {
      await navigator.clipboard.writeText(link.value);
      said.textContent = "Copied.";
    } catch { said.textContent = "Copy it from here:"; }
  }, { class: "lz-copy" });
  const files = [["Scenario of A, for lazaretto run (JSON)", "scenario_a"], ["Scenario of B (JSON)", "scenario_b"], ["Panel (CSV)", "panel"], ["Python that makes both", "python"]];
  const save = make("details", {}, make("summary", { text: "Save …", ...OWN_KEYS }),
    make("div", {}, ...files.map(([text, what]) => button(text, () => command({ export: what }), { "data-export": what }))));
  const changed = make("span", { class: "lz-changed" });
  const restore = button("Restore", () => {
    settings = structuredClone(preset().settings);
    fill();
    send();
  }, { class: "lz-restore" });
  const header = make("header", { class: "lz-head" }, make("h1", { text: "Lazaretto explorer" }), labelled("situation", "Situation", situation), sentence,
    make("div", { class: "lz-tools" }, copy, save), make("div", { class: "lz-state" }, changed, restore, said, link, place("situation")));

  // the answer
  const status = make("p", { class: "lz-status", role: "status", "aria-live": "polite" });
  const alarm = make("div", { class: "lz-alarm", role: "alert" });
  const old = make("p", { class: "lz-old" });
  alarm.hidden = old.hidden = true;
  const lead = make("p", { class: "lz-lead" });
  const curve = labelled("curve", "Curve", select("curve", () => choices.curve, () => settings.curve, (v) => { settings.curve = v; }));
  curve.classList.add("lz-curve");
  const boxes = Object.fromEntries(FIGURES.map((name) => [name, make("div", { class: "lz-figure", role: "img", id: `${prefix}${name}`, "data-figure": name })]));
  const picture = (name, format) => button(format.toUpperCase(), async () => {
    const figure = drawn[name]?.figure;
    if (!figure) return;
    const address_ = await window.Plotly.toImage({ data: figure.data, layout: figure.layout }, { format, width: WIDTH, height: figure.layout.height ?? 400, scale: format === "png" ? 2 : 1 });
    download(`${name.replace("_", "-")}.${format}`, address_);
  }, { "data-picture": `${name}.${format}` });
  const section = (name) => make("section", {}, boxes[name], make("div", { class: "lz-save" }, "Save:", picture(name, "svg"), picture(name, "png"),
    button("CSV", () => command({ export: name }), { "data-export": name })));
  const reading = make("div", { class: "lz-reading" });
  const defined = make("dl", { class: "lz-defined" });
  const table = make("div", { class: "lz-scroll", tabindex: "0", role: "region", "aria-label": "Panel", ...OWN_KEYS });
  const define = make("input", { type: "checkbox", id: `${prefix}define`, ...OWN_KEYS });
  const foot = make("p", { class: "lz-note" });
  const result = make("div", { class: "lz-answer" }, lead,
    make("div", { class: "lz-grid" }, ...FIGURES.map(section), make("section", { class: "lz-words" }, make("h2", { text: "How to read this" }), reading, defined)),
    make("div", { class: "lz-check" }, define, make("label", { for: define.id, text: "Say what each line of the table counts" })), table, foot);
  const results = make("div", { class: "lz-results" }, make("div", { class: "lz-line" }, curve, status, old), alarm, result);
  el.classList.add("lz-explorer");
  el.append(header, policies, make("div", { class: "lz-columns" }, drawer, results));

  const fill = () => { for (const one of fillers) one(); };
  const refresh = () => {
    fill();
    const stale = shown !== "" && shown !== JSON.stringify(settings);
    results.dataset.old = stale ? "yes" : "no";
    old.hidden = !stale;
  };
  const drawn = {};
  const draw = (name) => {
    const { figure } = drawn[name];
    const layout = { ...figure.layout, autosize: true };
    delete layout.width;
    const data = structuredClone(figure.data);
    if (boxes[name].clientWidth < 460) {
      layout.margin = { ...layout.margin, l: name.startsWith("cascade") ? 8 : 52, r: 10 };
      layout.font = { size: 12 };
      layout.title = { ...layout.title, font: { size: 15 } };
      for (const trace of data) if (name === "curves" && trace.mode === "lines+text") trace.mode = "lines"; // told above
    }
    window.Plotly.react(boxes[name], dark() ? darker(data) : data, dark() ? darker(layout) : layout, CONFIG);
  };
  shade.addEventListener("change", () => { for (const name of FIGURES) if (drawn[name]) draw(name); });
  const cell = (entry) => make("td", {}, make("span", { text: entry.mean }), make("small", { text: entry.interval }));
  let panel = null;
  const drawPanel = () => {
    const told = panel;
    const head = make("tr", {}, make("th", { scope: "col", text: "Per 100,000 people" }),
      ...["A", "B"].map((letter, at) => make("th", { scope: "col", class: `lz-${letter}`, text: `${letter}: ${told.names[at]}` })),
      make("th", { scope: "col", text: "A less B, same luck" }), make("th", { scope: "col", text: "Better" }));
    const body = make("tbody");
    for (const block of told.panel) {
      body.append(make("tr", { class: "lz-block" }, make("th", { scope: "colgroup", colspan: "5", text: block.title })));
      for (const line of block.lines) {
        const meaning = define.checked ? [make("small", { class: "lz-definition", text: line.definition })] : [];
        body.append(make("tr", {}, make("th", { scope: "row", title: line.definition }, make("span", { text: line.label }), make("small", { text: line.unit }), ...meaning),
          cell(line.a), cell(line.b), cell(line.difference), make("td", { class: `lz-better lz-${line.difference.better || "none"}`, text: line.difference.better })));
      }
    }
    const caption = make("caption", { text: "Means over seeds with 95 % intervals (chance between seeds only). Empty under “Better”: the interval of the difference holds 0, or neither direction is better. Components that are 0 under both are left out." });
    table.replaceChildren(make("table", {}, caption, make("thead", {}, head), body));
  };
  define.addEventListener("change", () => { if (panel) drawPanel(); });

  const goTo = (key) => {
    drawer.open = true;
    (beside[key].parentElement.querySelector("select, input") ?? situation).focus();
    beside[key].scrollIntoView({ block: "nearest" });
  };
  const tellBeside = (kind, told) => {
    for (const one of el.querySelectorAll(`.lz-${kind}`)) one.remove();
    if (!told) return;
    const key = beside[told.control] ? told.control : "situation";
    const again = told.again ? [" ", button("Go on", () => command({ again: true }), { class: "lz-again" })] : [];
    beside[key].append(make("p", { class: `lz-${kind}`, role: kind === "failure" ? "alert" : "status" }, make("span", { text: told.text }), ...again));
  };
  const alarms = (texts, failure) => {
    const lines = texts.map((text) => make("p", { text }));
    if (failure) lines.push(make("p", {}, "What was chosen last could not be answered; why is told beside it. ", button("Show me", () => goTo(beside[failure.control] ? failure.control : "situation"))));
    alarm.replaceChildren(...lines);
    alarm.hidden = lines.length === 0;
  };
  const keepAddress = (told) => {
    if (told.address === undefined || JSON.stringify(told.settings) !== JSON.stringify(settings)) return;
    address = told.address;
    copy.dataset.link = linkOf();
    link.hidden = true;
    said.textContent = "";
    changed.textContent = told.changed.length ? `Changed from the situation: ${told.changed.join(", ")}.` : "As the situation states.";
    restore.hidden = told.changed.length === 0;
    page?.keep(address, moved);
  };
  const hear = (told) => {
    if (told.file) return download(told.file.name, URL.createObjectURL(new Blob([told.file.text], { type: "text/plain" })));
    if (told.refused || told.fill) page?.opened();
    if (told.refused) {
      page?.keep(address, null, true);
      return alarms([told.refused], null);
    }
    if (told.fill) {
      settings = structuredClone(told.settings);
      moved = null;
      refresh();
    }
    keepAddress(told);
    if (told.done !== undefined) {
      results.setAttribute("aria-busy", told.done ? "false" : "true");
      results.dataset.done = told.done ? "yes" : "no";
    }
    if (told.seeds) results.dataset.answers = Number(results.dataset.answers ?? 0) + 1;
    if (told.status) status.textContent = told.status;
    if (told.notice !== undefined) tellBeside("notice", told.notice);
    if (told.done) tellBeside("notice", null);
    if (told.failure !== undefined) tellBeside("failure", told.failure);
    if (told.error) status.textContent = "not computed";
    if (told.error !== undefined) alarms([...(told.error ? [told.error] : []), ...(told.warnings ?? [])], told.figures ? null : told.failure);
    if (!told.figures) return refresh();
    shown = JSON.stringify(told.settings ?? settings);
    refresh();
    old.textContent = `Old: this is the answer to A: ${told.names[0]}, B: ${told.names[1]}, ${find(choices.pathogen, told.settings?.pathogen)?.label ?? "as stated"}.`;
    for (const name of FIGURES) {
      boxes[name].setAttribute("aria-label", told.alts?.[name] ?? name);
      const text = JSON.stringify(told.figures[name]);
      if (drawn[name]?.text === text) continue;
      drawn[name] = { text, figure: told.figures[name] };
      draw(name);
    }
    panel = told;
    drawPanel();
    lettered(lead, told.lead);
    reading.replaceChildren(...(told.reading ?? []).map((text) => lettered(make("p"), text)));
    defined.replaceChildren(...(told.definitions ?? []).flatMap(([term, text]) => [make("dt", { text: term }), make("dd", { text })]));
    foot.textContent = told.provenance;
  };
  model.on("change:answer", () => hear(model.get("answer") ?? {}));
  model.on("msg:custom", hear);
  page?.onMove((text) => command({ open: text }));
  fill();
  restore.hidden = true;
  hear(model.get("answer") ?? {});
}

export default { render };
