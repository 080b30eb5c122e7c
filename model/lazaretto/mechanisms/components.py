"""All components of the panel, block by block, each mechanism's own in its own order."""

from __future__ import annotations

from ..values.component import BLOCKS, Component
from .governance import components as governance
from .hospital import components as hospital
from .illness import components as illness
from .immunity import components as immunity
from .isolation import components as isolation
from .region import components as region
from .response import components as response
from .testing import components as testing
from .tracing import components as tracing

ROOMS = (illness, isolation, tracing, governance, testing, region, response, immunity, hospital)
STATED = [item for room in ROOMS for item in room.COMPONENTS.items()]
COMPONENTS: dict[str, Component] = {
    name: component for block in BLOCKS for name, component in STATED if component.block == block
}
if len(COMPONENTS) < len(STATED):
    names = [name for name, _ in STATED]
    raise ImportError(
        f"components of the panel: stated twice, or of no block: "
        f"{sorted(n for n in set(names) if names.count(n) > 1 or n not in COMPONENTS)}"
    )
