"""The explorer in a real browser: move a slider, see the figure change; by keyboard; on a phone;
nothing of a file's name is run."""

from __future__ import annotations

import pytest

WAIT = 120
VALUES = """
const drawn = document.querySelector('[data-figure=curves]').calcdata;
const t = drawn.find(c => (c[0].trace.name || '').startsWith('A:'));
return t.map(p => p.y);
"""


@pytest.fixture
def page(app, driver):
    """The page with its first answer, on a laptop."""
    size(driver, 1366, 900)
    driver.get("about:blank")
    driver.get_log("browser")  # what other pages have said is not ours
    driver.get(app.address)
    settled(driver)
    return driver


def size(driver, width, height):
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


def until(driver, condition):
    from selenium.webdriver.support.ui import WebDriverWait

    return WebDriverWait(driver, WAIT).until(condition)


def settled(driver):
    """Wait until all seeds are shown."""
    until(
        driver,
        lambda d: d.execute_script("""
        const r = document.querySelector('.lz-results');
        return r && r.dataset.done === 'yes' &&
            document.querySelector('[data-figure=curves] .main-svg') !== null"""),
    )


def answers(driver):
    return int(
        driver.execute_script("return document.querySelector('.lz-results').dataset.answers ?? 0")
    )


def next_answer(driver, before):
    until(driver, lambda d: answers(d) > before)
    settled(driver)


def control(driver, name):
    return driver.find_element("css selector", f"[id$='-{name}']")


def test_a_slider_moved_by_keyboard_changes_the_figure(page):
    from selenium.webdriver.common.keys import Keys

    before, count, title = page.execute_script(VALUES), answers(page), page.title
    picture = page.find_element("css selector", "[data-figure=curves]").screenshot_as_png
    slider = control(page, "latent")
    said = slider.get_attribute("aria-valuetext")
    slider.send_keys(*[Keys.ARROW_RIGHT] * 6)
    next_answer(page, count)
    assert slider.get_attribute("aria-valuetext") != said
    after = page.execute_script(VALUES)
    assert len(after) == len(before) > 30
    assert after != before
    assert max(range(len(after)), key=after.__getitem__) > max(
        range(len(before)), key=before.__getitem__
    )  # a later peak
    assert page.find_element("css selector", "[data-figure=curves]").screenshot_as_png != picture
    assert page.title == title == "Lazaretto explorer"


def test_another_level_changes_figures_panel_and_sentence(page):
    from selenium.webdriver.support.ui import Select

    count = answers(page)
    lead = page.find_element("css selector", ".lz-lead").text
    Select(control(page, "a-tracing")).select_by_value("operator-geolocation")
    next_answer(page, count)
    assert page.find_element("css selector", ".lz-lead").text != lead
    heads = [th.text for th in page.find_elements("css selector", ".lz-scroll thead th")]
    assert heads[1] == "A: operator geolocation, advice" and heads[2] == "B: no tracing, advice"
    rows = page.find_elements("css selector", ".lz-scroll tbody tr")
    assert len(rows) > 20
    assert (
        "to" in rows[1].find_elements("css selector", "td")[2].text
    )  # an interval of the difference
    assert (
        page.execute_script("return document.querySelector('[data-figure=cascade_a]').data.length")
        > 2
    )


def test_avoidance_switched_off_warns(page):
    from selenium.webdriver.common.keys import Keys

    assert not page.find_element("css selector", ".lz-alarm").is_displayed()
    count = answers(page)
    control(page, "kappa").send_keys(Keys.HOME)
    next_answer(page, count)
    alarm = page.find_element("css selector", ".lz-alarm")
    assert alarm.is_displayed() and "coercion wins by construction" in alarm.text
    assert control(page, "kappa").get_attribute("aria-valuetext") == "off"


def test_closing_schools_and_work_flattens_both_curves_and_is_chosen_by_keyboard(page):
    from selenium.webdriver.common.keys import Keys

    control_, before, count = control(page, "region"), page.execute_script(VALUES), answers(page)
    assert control_.get_attribute("value") == "none"
    control_.send_keys("Moscow")
    next_answer(page, count)
    assert control_.get_attribute("value") == "moscow-spring-2020"
    assert max(page.execute_script(VALUES)) < 0.8 * max(before)
    note = page.find_element("id", control_.get_attribute("aria-describedby"))
    assert note.text
    control_.send_keys(Keys.HOME)


def test_every_control_has_a_label_and_is_reached_by_the_tab_key(page):
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys

    named = page.find_elements(By.CSS_SELECTOR, ".lz-explorer :is(select, input[id])")
    controls = [one for one in named if one.is_displayed()]
    assert len(named) == 21 and len(controls) == 15
    for one in controls:
        name = one.get_attribute("id")
        assert page.find_element(By.CSS_SELECTOR, f"label[for='{name}']").text, name
    buttons = page.find_elements(By.CSS_SELECTOR, ".lz-explorer button")
    assert all(one.get_attribute("textContent") for one in buttons)
    reached = set()
    body = page.find_element(By.TAG_NAME, "body")
    body.click()
    for _ in range(40):
        page.switch_to.active_element.send_keys(Keys.TAB)
        reached.add(page.execute_script("return document.activeElement.id"))
    assert {one.get_attribute("id") for one in controls} <= reached


def test_jupyterlab_leaves_the_keys_to_whatever_has_the_focus(page):
    """In JupyterLab's command mode arrows and letters are commands (dd deletes a cell), unless the
    element itself says otherwise."""
    takes = page.find_elements(
        "css selector", ".lz-explorer :is(select, input, button, summary, [tabindex='0'])"
    )
    assert len(takes) > 40
    assert all(one.get_attribute("data-lm-suppress-shortcuts") == "true" for one in takes)


def test_a_title_from_a_file_is_text_and_nothing_else(page):
    text = page.find_element("css selector", "header").text
    assert "<img src=x" in text
    assert not page.find_elements("css selector", "img")
    assert page.title == "Lazaretto explorer"


def test_figures_have_axis_titles_with_units(page):
    titles = page.execute_script("""
        const named = '.xtitle, .x2title, .ytitle';
        const titles = (f) => [...f.querySelectorAll(named)].map(t => t.textContent);
        return [...document.querySelectorAll('.lz-figure')].map(
            f => [f.dataset.figure, ...titles(f)])""")
    told = {name: rest for name, *rest in titles}
    assert sorted(told["curves"]) == ["day", "per 100,000 people"]
    assert told["race"] == ["days from the case's onset to the contact", "share of transmissions"]
    assert told["cascade_a"] == ["per 100 cases found"]


def test_figures_say_what_they_show_to_whoever_cannot_see_them(page):
    told = page.execute_script("""
        return [...document.querySelectorAll('.lz-figure')].map(
            f => [f.dataset.figure, f.getAttribute('role'), f.getAttribute('aria-label')])""")
    assert [name for name, *_ in told] == ["curves", "cascade_a", "cascade_b", "race"]
    assert all(role == "img" and len(text) > 60 for _, role, text in told)
    assert "A: interviews, advice" in told[0][2] and "numbers" in told[0][2]


@pytest.mark.parametrize("width", [390, 768, 1000, 1366])
def test_nothing_sticks_out_at_any_width(app, driver, width):
    size(driver, width, 844)
    driver.get(app.address)
    settled(driver)
    assert driver.execute_script("return document.documentElement.scrollWidth") <= width
    drawn = driver.execute_script(
        "return [...document.querySelectorAll('.lz-figure .main-svg')].map(s => "
        "s.getBoundingClientRect().right)"
    )
    assert drawn and max(drawn) <= width
    titles = driver.execute_script("""
        return [...document.querySelectorAll('.lz-figure :is(.xtitle, .x2title)')].map(t => {
            const own = t.getBoundingClientRect();
            const box = t.closest('.lz-figure').getBoundingClientRect();
            return own.left >= box.left && own.right <= box.right; })""")
    assert titles and all(titles), "the title of an axis is cut off"


def test_the_browser_has_nothing_to_complain_about(page):
    wrong = [line for line in page.get_log("browser") if line["level"] in ("SEVERE", "WARNING")]
    assert not wrong


def test_the_notebook_s_front_end_draws_without_a_server(driver, tmp_path):
    """As anywidget does it: the module from a string, a model with get, set, save_changes and on.
    Nothing is loaded from anywhere."""
    import json
    from queue import Queue

    from lazaretto.explore.start import start
    from lazaretto.explore.widget import notebook_source

    begun = start(people=2000, seeds=2, threads=2)
    told = Queue()
    session = begun.session(told.put)
    session.ask(begun.first)
    while not (answer := told.get(timeout=WAIT))["done"]:
        pass
    assert begun.end()
    state = {"choices": begun.offered, "settings": begun.first, "answer": answer}
    values = json.dumps([notebook_source(), state]).replace("</", "<\\/")
    page = tmp_path / "notebook.html"
    page.write_text(
        f"""<!DOCTYPE html><meta charset=utf-8><div id=place></div><script type=module>
        const [source, state] = {values};
        const blob = new Blob([source], {{ type: "text/javascript" }});
        const module = await import(URL.createObjectURL(blob));
        window.saved = [];
        const save_changes = () => window.saved.push(state.settings);
        const set = (k, v) => {{ state[k] = v; }};
        window.told = [];
        const send = (what) => window.told.push(what);
        const model = {{ get: (k) => state[k], set, save_changes, send, on: () => {{}} }};
        module.default.render({{ model, el: document.getElementById("place") }});</script>""",
        encoding="utf-8",
    )
    size(driver, 1366, 900)
    driver.get(page.as_uri())
    settled(driver)
    from selenium.webdriver.support.ui import Select

    Select(control(driver, "a-tracing")).select_by_value("household")
    until(driver, lambda d: d.execute_script("return window.saved.length"))
    assert driver.execute_script("return window.saved.at(-1).a.tracing") == "household"
    driver.find_element("css selector", "[data-export=curves]").click()
    assert driver.execute_script("return window.told.at(-1)") == {"export": "curves"}
    assert "widget(address=" in driver.execute_script(
        "return document.querySelector('.lz-copy').dataset.link"
    )
    assert driver.current_url.endswith("notebook.html")  # the address bar is not the widget's
    assert not [line for line in driver.get_log("browser") if line["level"] == "SEVERE"]
