"""Pages of the privacykader."""

from sluis.apps.privacy.views.asking import ask
from sluis.apps.privacy.views.library import list_rules, show_rule
from sluis.apps.privacy.views.matrix import draw_matrix, export_matrix, show_matrix

__all__ = ["ask", "draw_matrix", "export_matrix", "list_rules", "show_matrix", "show_rule"]
