"""Rules that no meeting can meet, and windows longer than records are kept: one sentence."""

from __future__ import annotations

import warnings

import pandas as pd
import pytest

import lazaretto as lz

OPERATORS = "tracing.instruments.operator-geolocation."
APP = "tracing.instruments.bluetooth-app."


@pytest.fixture(scope="module")
def town():
    scenario = lz.load_scenario("no-measures").replace(
        days=10, people=2000, **{"pathogen.hazard_per_day": 0.1}
    )
    return scenario, lz.build_population(scenario.population, people=2000, seed=1)


def test_a_rule_that_no_meeting_can_meet_is_refused(town):
    scenario, city = town
    hard = scenario.replace(tracing="operator-geolocation").replace(
        **{OPERATORS + "dwell_threshold_minutes": 600}
    )
    said = r"dwell_threshold_minutes: 600 minutes, but no meeting .* longer than 240"
    with pytest.raises(lz.ParameterError, match=said):
        lz.simulate(hard, city, 1)
    lz.simulate(hard.replace(**{OPERATORS + "dwell_threshold_minutes": 240}), city, 1)


def test_an_app_without_false_risks_needs_meetings_as_long_as_its_rule(town):
    scenario, city = town
    app = scenario.replace(tracing="bluetooth-app").replace(**{APP + "risk_minutes": 181})
    lz.simulate(app, city, 1)  # shorter meetings count by mistake
    with pytest.raises(lz.ParameterError, match=r"risk_minutes: 181 .* longer than 180"):
        lz.simulate(app.replace(**{APP + "false_risk_probability": 0}), city, 1)


def test_the_minutes_of_the_users_own_contacts_count(town):
    """Six hours together meet a rule of five hours."""
    scenario, _ = town
    contacts = pd.DataFrame({"one": [0, 1], "other": [1, 2], "start": [0.2, 1.2], "minutes": 360.0})
    people = lz.Population.from_contacts(contacts, "one", "other", "start", "minutes")
    app = scenario.replace(tracing="bluetooth-app", initial_infections=1).replace(
        **{APP + "risk_minutes": 300, APP + "false_risk_probability": 0}
    )
    lz.simulate(app, people, 1)
    with pytest.raises(lz.ParameterError, match="longer than 360"):
        lz.simulate(app.replace(**{APP + "risk_minutes": 361}), people, 1)


def test_a_rule_of_a_later_policy_is_looked_at_too(town):
    scenario, city = town
    level = lz.load_scenario("no-measures").replace(tracing="operator-geolocation").tracing
    operators = level.instruments[0]
    hard = operators.model_copy(
        update={
            "dwell_threshold_minutes": operators.dwell_threshold_minutes.model_copy(
                update={"value": 900.0, "status": "user"}
            )
        }
    )
    later = {"from_day": 5, "tracing": level.model_copy(update={"instruments": (hard,)})}
    with pytest.raises(lz.ParameterError, match="900 minutes"):
        lz.simulate(scenario.replace(timeline=[later]), city, 1)


def test_a_window_longer_than_records_are_kept_is_told_where_the_file_is_read(town, tmp_path):
    file = tmp_path / "short.toml"
    level = ['title = "Short"', 'description = "Kept for three days."']
    level += ['based_on = "operator-geolocation"', "[instruments.operator-geolocation]"]
    keeps = 'retention_days = { value = 3.0, range = [0, 30], source = "test" }'
    file.write_text("\n".join([*level, keeps]))
    with pytest.warns(UserWarning, match="lookback_days is 14, but records are kept for 3"):
        lz.parameters.load_tracing(file)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        lz.parameters.load_tracing("operator-geolocation")
        town[0].replace(tracing="operator-geolocation").replace(
            **{OPERATORS + "retention_days": 3}
        )  # so stated on purpose, as a sweep over retention does


def test_strangers_of_an_app_need_their_minutes(town):
    scenario, _ = town
    with pytest.raises(lz.ParameterError, match="strangers_per_day and colocation_minutes"):
        scenario.replace(tracing="bluetooth-app").replace(**{APP + "strangers_per_day": 3})


def test_a_name_in_place_of_what_it_names_is_told_with_the_way_out(town):
    scenario, people = town
    for begin in (lz.simulate, lz.start):
        with pytest.raises(lz.ParameterError, match=r"lz\.load_scenario\(.*got 'moscow-2020'"):
            begin("moscow-2020", people, seed=1)
        with pytest.raises(lz.ParameterError, match=r"lz\.build_population\(.*got str"):
            begin(scenario, "moscow", seed=1)
    with pytest.raises(lz.ParameterError, match=r"lz\.build_population\(.*got Place"):
        lz.simulate(scenario, scenario.population, seed=1, policy=False)
    with pytest.raises(lz.PopulationError, match=r"lz\.load_population\(.*got 'moscow'"):
        lz.build_population("moscow")
