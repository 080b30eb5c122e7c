"""The animation, saved as a page, in a real browser: a step of the slider shows the colours of that
day."""

from __future__ import annotations

import pandas as pd
from conftest import SURE_TESTS, constant_delays, constant_pathogen

import lazaretto as lz
from lazaretto.analysis.chains import states
from lazaretto.figures.people import STATE_COLOURS

FILLS = """
const gd = document.querySelector('.plotly-graph-div');
const two = (x) => Number(x).toString(16).padStart(2, '0');
const hex = (s) => '#' + s.match(/\\d+/g).slice(0, 3).map(two).join('');
const traces = [...gd.querySelectorAll('.scatterlayer .trace')];
const drawn = traces.map(t => [...t.querySelectorAll('path.point')]).find(p => p.length === 5);
return drawn.map(p => hex(getComputedStyle(p).fill));
"""
STEP = """
const done = arguments[arguments.length - 1];
const gd = document.querySelector('.plotly-graph-div');
const step = gd.layout.sliders[0].steps[arguments[0]].args;
Plotly.animate(gd, ...step).then(() => done(gd.layout.title.text));
"""


def test_a_step_of_the_slider_shows_the_states_of_that_day(driver, moscow, tmp_path):
    population = lz.Population.from_edges(pd.DataFrame({"one": [0] * 4, "other": [1, 2, 3, 4]}))
    scenario = constant_delays(moscow.replace(**SURE_TESTS, days=30))
    scenario = type(scenario).model_validate(
        scenario.model_dump() | {"pathogen": constant_pathogen().model_dump()}
    )
    run = lz.simulate(scenario, population, seed=1, first=[0])
    page = lz.figures.save(lz.figures.animation(run), tmp_path / "outbreak.html")
    driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": 1000, "height": 800, "deviceScaleFactor": 1, "mobile": False},
    )
    driver.get(page.as_uri())
    driver.set_script_timeout(60)
    infection, paints = states(run).infection, list(STATE_COLOURS.values())
    for day in (0, 4, 9, 2):
        heading = driver.execute_async_script(STEP, day)
        assert f"day {day}: " in heading
        assert driver.execute_script(FILLS) == [paints[code] for code in infection[day]]
