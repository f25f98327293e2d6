"""Pages of the exchange for people, one file per page; `presentation` has their words."""

from sluis.apps.exchange.views.circles import list_circles, show_circle

__all__ = ["list_circles", "show_circle"]
