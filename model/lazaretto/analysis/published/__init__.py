"""Published results as parameterisations of this model, one file each.

`generation_time` states a pathogen by its generation interval, `authority` an authority that errs
in nothing but what the published model says; both serve the files beside them. How parameters map,
and the last results, are in docs/verification/published.md.
"""
