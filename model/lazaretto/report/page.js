// Figures are drawn when they come into view, and all of them before the page is printed.
const PAPER = 690; // pixels that an A4 sheet is wide between its margins
const drawn = new Set();
if (window.innerWidth < 600) config.displayModeBar = false; // it would lie on the titles

function draw(plot) {
  if (drawn.has(plot.id)) return Promise.resolve();
  drawn.add(plot.id);
  const told = JSON.parse(document.querySelector(`script[data-of="${plot.id}"]`).textContent);
  return Plotly.newPlot(plot, told.data, told.layout, config).then(() =>
    told.frames && told.frames.length ? Plotly.addFrames(plot, told.frames) : undefined
  );
}

const plots = [...document.querySelectorAll(".plot")];
const watch = new IntersectionObserver(
  (seen) => seen.filter((one) => one.isIntersecting).forEach((one) => draw(one.target)),
  { rootMargin: "600px" }
);

function paper(on) {
  document.documentElement.classList.toggle("paper", on);
  plots.forEach((plot) => {
    draw(plot);
    Plotly.relayout(plot, on ? { width: PAPER, autosize: false } : { width: null, autosize: true });
  });
}

if (new URLSearchParams(location.search).has("print")) {
  document.documentElement.classList.add("paper");
  Promise.all(plots.map(draw)).then(() => paper(true));
} else {
  plots.forEach((plot) => watch.observe(plot));
  window.addEventListener("beforeprint", () => paper(true));
  window.addEventListener("afterprint", () => paper(false));
}
