"""Judges: explore.

What the explorer's page remembers: situations, addresses, files, failures told beside their
control, and an old answer that is called old.
"""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import pytest
from test_explorer import answers, control, next_answer, settled, size, until

LAPTOP = (1366, 768)
# what is saved is kept by the page in place of a folder of downloads
CATCH = """
window.saved = [];
HTMLAnchorElement.prototype.click = function () {
    window.saved.push({ name: this.download, address: this.href }); };
const made = URL.createObjectURL;
URL.createObjectURL = (blob) => {
    blob.text().then((text) => window.saved.push({ name: "text", text }));
    return made.call(URL, blob); };
"""


@pytest.fixture
def page(app, driver):
    """The page with its first answer, on a laptop."""
    size(driver, *LAPTOP)
    driver.get("about:blank")
    driver.get_log("browser")
    driver.get(app.address)
    settled(driver)
    return driver


def choose(driver, name, value):
    from selenium.webdriver.support.ui import Select

    Select(control(driver, name)).select_by_value(value)


def chosen(driver, name):
    return control(driver, name).get_attribute("value")


def text_of(driver, selector):
    """What is written there now: asked at once, since the page replaces its parts."""
    script = "return document.querySelector(arguments[0]).innerText.trim()"
    return driver.execute_script(script, selector)


def opacity(driver):
    script = "return getComputedStyle(document.querySelector('.lz-answer')).opacity"
    return float(driver.execute_script(script))


def at_address(driver, text):
    until(driver, lambda d: urlsplit(d.current_url).fragment == text)


def test_a_situation_is_chosen_first_and_a_changed_one_says_so_and_comes_back(page):
    count = answers(page)
    assert text_of(page, ".lz-changed") == "As the situation states."
    choose(page, "situation", "managed")
    next_answer(page, count)
    assert "about 1.1 people at first" in text_of(page, ".lz-sentence")
    assert chosen(page, "region") == "fewer-contacts" and chosen(page, "people") == "2000"
    count = answers(page)
    choose(page, "a-tracing", "household")
    next_answer(page, count)
    assert "tracing of A" in text_of(page, ".lz-changed")
    count = answers(page)
    page.find_element("css selector", ".lz-restore").click()
    next_answer(page, count)
    assert chosen(page, "a-tracing") == "interview"
    assert text_of(page, ".lz-changed") == "As the situation states."
    assert not page.find_element("css selector", ".lz-restore").is_displayed()


def test_the_address_holds_what_differs_and_no_token_and_opens_again(app, page):
    count = answers(page)
    choose(page, "situation", "tracing-begins")
    next_answer(page, count)
    count = answers(page)
    choose(page, "b-isolation", "facility")
    next_answer(page, count)
    text = "situation=tracing-begins&people=2000&seeds=3&b.isolation=facility"
    at_address(page, text)
    link = page.execute_script("return document.querySelector('.lz-copy').dataset.link")
    assert link == f"http://127.0.0.1:{app.port}/#{text}"
    for where in (link, page.current_url):
        assert app.token not in where and "token" not in where
    page.get("about:blank")
    page.get(link)  # by the cookie
    until(page, lambda d: d.find_elements("css selector", "[id$='-b-isolation']"))
    until(page, lambda d: chosen(d, "b-isolation") == "facility")
    settled(page)
    assert chosen(page, "situation") == "tracing-begins"
    assert chosen(page, "a-then-tracing") == "interview-resourced"
    assert chosen(page, "a-day") == "30"
    at_address(page, text)


def test_back_and_forward_move_between_settings(page):
    begins = urlsplit(page.current_url).fragment
    places = [begins]
    for level in ("household", "call-list"):
        count = answers(page)
        choose(page, "a-tracing", level)
        next_answer(page, count)
        until(page, lambda d: urlsplit(d.current_url).fragment != places[-1])
        places.append(urlsplit(page.current_url).fragment)
    page.back()
    until(page, lambda d: chosen(d, "a-tracing") == "household")
    at_address(page, places[1])
    page.back()
    until(page, lambda d: chosen(d, "a-tracing") == "interview")
    page.forward()
    until(page, lambda d: chosen(d, "a-tracing") == "household")
    until(page, lambda d: "A: household" in text_of(d, ".lz-scroll thead"))
    settled(page)
    at_address(page, places[1])


def test_moving_fast_loses_nothing_of_what_lies_ahead(page):
    """Back twice and forward twice, without waiting for the answers in between."""
    begins = urlsplit(page.current_url).fragment
    places = [begins]
    for level in ("household", "call-list"):
        choose(page, "a-tracing", level)
        until(page, lambda d: urlsplit(d.current_url).fragment != places[-1])
        settled(page)
        places.append(urlsplit(page.current_url).fragment)
    page.execute_script("history.back(); setTimeout(() => history.back(), 30)")
    until(page, lambda d: chosen(d, "a-tracing") == "interview")
    at_address(page, places[0])
    page.execute_script("history.forward(); setTimeout(() => history.forward(), 30)")
    until(page, lambda d: chosen(d, "a-tracing") == "call-list")
    at_address(page, places[2])


def test_a_bad_address_is_refused_in_a_sentence_and_loses_nothing(page):
    choose(page, "a-tracing", "household")
    until(page, lambda d: "household" in urlsplit(d.current_url).fragment)
    settled(page)
    before = urlsplit(page.current_url).fragment
    page.execute_script("location.hash = '#situation=managed&a.tracing=of-yesterday'")
    until(page, lambda d: d.find_element("css selector", ".lz-alarm").is_displayed())
    assert "there is no 'of-yesterday'" in text_of(page, ".lz-alarm")
    assert "settings stay as they are" in text_of(page, ".lz-alarm")
    assert chosen(page, "a-tracing") == "household"
    at_address(page, before)


def test_a_policy_changes_on_a_day_and_the_strip_shows_it_on_the_axis_of_the_curves(page):
    count = answers(page)
    page.find_element("css selector", "[id$='-a-later']").click()
    choose(page, "a-then-tracing", "operator-geolocation")
    next_answer(page, count)
    assert "a.then.from_day=30" in page.current_url
    told = page.execute_script("""
        const f = document.querySelector('[data-figure=curves]');
        return [f.layout.xaxis.range, f.layout.xaxis2.range, f.layout.shapes.map(s => s.x0),
                f.data.filter(t => t.name.startsWith('A: ') && t.x.length === 2)
                    .map(t => [t.name, ...t.x])]""")
    across, below, lines, strip = told
    assert across == below and lines == [30]
    assert strip[0] == ["A: interviews, advice", 0, 30]
    assert strip[1][:2] == ["A: operator geolocation, advice", 30]
    page.find_element("css selector", "[id$='-a-later']").click()
    until(page, lambda d: "a.then" not in d.current_url)


def test_figures_numbers_scenarios_and_python_can_be_saved(page):
    page.execute_script(CATCH)

    def saved(selector, *kinds):
        """What the page saves at a click: something of each kind ("address", "text")."""
        page.execute_script("window.saved.length = 0")
        page.find_element("css selector", selector).click()

        def found(driver):
            made = driver.execute_script("return Object.assign({}, ...window.saved)")
            return made if all(kind in made for kind in kinds) else None

        return until(page, found)

    for kind, begins in (("svg", "data:image/svg+xml"), ("png", "data:image/png;base64,iVBOR")):
        made = saved(f"[data-picture='curves.{kind}']", "address")
        assert made["address"].startswith(begins) and len(made["address"]) > 10_000
    for what, inside in (
        ("curves", "panel,series,kind,x,y"),
        ("panel", "infections,Infections"),
        ("scenario_a", '"pathogen"'),
        ("python", "lz.load_scenario"),
    ):
        if what != "curves":
            page.execute_script("document.querySelector('.lz-tools details').open = true")
        made = saved(f"[data-export={what}]", "address", "text")
        assert made["address"].startswith("blob:") and inside in made["text"]
        if what == "scenario_a":
            assert json.loads(made["text"])["people"]["value"] == 2000


def test_a_failure_is_told_beside_its_control_and_the_old_answer_is_called_old(refusing, driver):
    size(driver, *LAPTOP)
    driver.get(refusing.address)
    settled(driver)
    lead = text_of(driver, ".lz-lead")
    assert not driver.find_element("css selector", ".lz-old").is_displayed()
    choose(driver, "pathogen", "measles")
    until(driver, lambda d: d.find_elements("css selector", ".lz-failure"))
    beside = driver.find_element("css selector", "[data-beside=pathogen] .lz-failure")
    assert "found 1 times" in beside.text and beside.get_attribute("role") == "alert"
    assert text_of(driver, ".lz-old").startswith("Old: this is the answer to A: interviews")
    assert "SARS-CoV-2" in text_of(driver, ".lz-old") and text_of(driver, ".lz-lead") == lead
    until(driver, lambda d: opacity(d) < 0.6)
    choose(driver, "b-tracing", "household")
    until(driver, lambda d: "b.tracing=household" in d.current_url)
    until(driver, lambda d: d.find_elements("css selector", ".lz-failure"))
    assert "found 1 times" in text_of(driver, ".lz-failure")  # it was not tried again
    driver.find_element("css selector", ".lz-alarm button").click()
    assert driver.execute_script("return document.activeElement.id").endswith("-pathogen")
    choose(driver, "pathogen", "sars-cov-2-ancestral")
    until(driver, lambda d: not d.find_elements("css selector", ".lz-failure"))
    settled(driver)
    until(driver, lambda d: opacity(d) == 1)
    assert not driver.find_element("css selector", ".lz-old").is_displayed()


@pytest.mark.parametrize("situation", ["managed", "moscow-2020"])
def test_both_policies_and_the_answer_are_on_a_laptop_s_screen(page, situation):
    count = answers(page)
    choose(page, "situation", situation)
    next_answer(page, count)
    bottoms = page.execute_script("""
        const bottom = (one) => one.getBoundingClientRect().bottom;
        window.scrollTo(0, 0);
        const seen = ['.lz-policies fieldset', '.lz-lead', '[data-figure=curves] .x2title'];
        return [...document.querySelectorAll(seen.join())].map(bottom)""")
    assert len(bottoms) >= 4 and max(bottoms) <= LAPTOP[1], bottoms
    a, b = page.find_elements("css selector", ".lz-policies fieldset")
    assert a.rect["y"] == b.rect["y"] and a.rect["x"] + a.rect["width"] <= b.rect["x"]


def test_a_dark_page_has_dark_figures_and_lighter_colours_of_a_and_b(page):
    features = [{"name": "prefers-color-scheme", "value": "dark"}]
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    try:
        told = """
            const f = document.querySelector('[data-figure=curves]');
            const line = f.data.find(t => t.mode === 'lines' && t.name.startsWith('A:'));
            const legend = document.querySelector('.lz-of-a legend');
            return [f._fullLayout.paper_bgcolor, line.line.color, getComputedStyle(legend).color,
                getComputedStyle(document.querySelector('.lz-explorer')).backgroundColor]"""
        until(page, lambda d: d.execute_script(told)[1] == "#a992ff")
        paper, _, legend, behind = page.execute_script(told)
        assert (paper, legend, behind) == ("#14181f", "rgb(169, 146, 255)", "rgb(20, 24, 31)")
    finally:
        page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_each_line_of_the_table_can_say_what_it_counts(page):
    box = page.find_element("css selector", "[id$='-define']")
    assert not page.find_elements("css selector", ".lz-definition")
    box.click()
    lines = page.find_elements("css selector", ".lz-scroll tbody th[scope=row]")
    told = page.find_elements("css selector", ".lz-definition")
    assert len(told) == len(lines) > 20 and all(one.text for one in told)
    assert "Still latent when reached" in text_of(page, ".lz-defined")
