"""Theory that the engine is held to: closed forms and small integrals, none of them simulated.

`networks` final size, threshold, probability of a major outbreak, growth and isolation on
configuration graphs; `edge_based` the whole curve; `growth` Euler-Lotka and generation intervals;
`branching` extinction and chain sizes; `households` attack rates in closed groups; `control` the
thresholds of isolation and tracing; `trees` the graphs without depletion on which the engine meets
the last three.
"""
