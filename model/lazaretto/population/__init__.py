"""Populations: people, households, groups and areas, by three doors (synthetic, observed,
idealised), one type behind them."""
