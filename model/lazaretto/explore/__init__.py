"""The explorer: two policies side by side, answered while you move a slider. `lazaretto explore`
shows it in a browser, `widget()` in a notebook; both have one front end (static/explorer.js) and
one worker."""

from .widget import widget

__all__ = ["widget"]
