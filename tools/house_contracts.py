"""Contract types of the house for import-linter: an app is entered through its doors only."""

from __future__ import annotations

from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class DoorsContract(Contract):
    """A direct import between two apps goes to one of the `open` modules of the other."""

    type_name = "doors"
    apps = fields.StringField()
    open = fields.SetField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Kept when every import that enters another app, wherever it comes from among the apps, ends at a door."""
        prefix: Any = self.apps
        modules = [name for name in sorted(graph.modules) if name.startswith(f"{prefix}.")]
        broken = [
            (importer, imported)
            for importer in modules
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if self._goes_through_a_wall(importer.split("."), imported.split("."), depth=len(prefix.split(".")))
        ]
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def _goes_through_a_wall(self, importer: list[str], imported: list[str], *, depth: int) -> bool:
        doors: Any = self.open
        if imported[:depth] != importer[:depth] or len(imported) <= depth or imported[depth] == importer[depth]:
            return False
        return len(imported) == depth + 1 or imported[depth + 1] not in doors

    def render_broken_contract(self, check: ContractCheck) -> None:
        """One line per import that goes through a wall."""
        for importer, imported in check.metadata["broken"]:
            output.print_error(f"- {importer} -> {imported} goes through a wall: use services, selectors or errors.")
