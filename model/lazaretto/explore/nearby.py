"""Where one move of one control leads: what is computed before it is asked for."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from ..parameters import list_names
from .settings import (
    DAY_STEP,
    KAPPA_STEP,
    KINDS,
    LATENT_STEP,
    MOST_FROM_DAY,
    MOST_KAPPA,
    Policy,
    Settings,
    latent_range,
)


def nearby(settings: Settings, preset: Settings) -> list[Settings]:
    """Settings that one move of one control leads to, the nearest of every control first, and the
    preset."""
    moves = [*_of_policies(settings), _of_latent(settings)]
    kappas = (settings.kappa + KAPPA_STEP, settings.kappa - KAPPA_STEP)
    moves.append([settings._replace(kappa=k) for k in kappas if 0 <= k <= MOST_KAPPA])
    regions = _by_distance(list_names("region"), settings.region)
    moves.append([settings._replace(region=name) for name in regions])
    names = _by_distance(list_names("pathogens"), settings.pathogen)
    moves.append([settings._replace(pathogen=name, latent_days=None) for name in names])
    moves.append([preset])
    found = dict.fromkeys(one for step in itertools.zip_longest(*moves) for one in step if one)
    found.pop(settings, None)
    return list(found)


def _of_policies(settings: Settings) -> Iterator[list[Settings]]:
    for side in ("a", "b"):
        policy: Policy = getattr(settings, side)
        for kind in ("tracing", "isolation"):
            names = _by_distance(list_names(KINDS[kind]), getattr(policy, kind))
            moved = (Policy(**{**policy._asdict(), kind: name}) for name in names)
            yield [_with(settings, side, one) for one in moved]
        if policy.then is not None:
            days = (policy.then.from_day + DAY_STEP, policy.then.from_day - DAY_STEP)
            yield [
                _with(settings, side, policy._replace(then=policy.then._replace(from_day=day)))
                for day in days
                if 1 <= day <= MOST_FROM_DAY
            ]


def _with(settings: Settings, side: str, policy: Policy) -> Settings:
    return settings._replace(a=policy) if side == "a" else settings._replace(b=policy)


def _of_latent(settings: Settings) -> list[Settings]:
    latent = latent_range(settings.pathogen)
    if latent is None:
        return []
    now = settings.latent_days or latent["stated"]
    days = [
        d for d in (now + LATENT_STEP, now - LATENT_STEP) if latent["low"] <= d <= latent["high"]
    ]
    return [settings._replace(latent_days=None if d == latent["stated"] else d) for d in days]


def _by_distance(names: list[str], now: str) -> list[str]:
    at = names.index(now) if now in names else 0
    return sorted(
        (name for name in names if name != now), key=lambda name: abs(names.index(name) - at)
    )
