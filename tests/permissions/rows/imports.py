"""Who may import organisations: those who run the cluster."""

from __future__ import annotations

from tests.permissions.rows.row import get, post

MANAGERS = frozenset({"manager"})
BATCH = "/en/manage/import/{batch}"

IMPORTS = (
    get("imports.index", "/en/manage/import", MANAGERS),
    post("imports.index", "/en/manage/import", MANAGERS),
    get("imports.template", "/en/manage/import/template.xlsx", MANAGERS),
    get("imports.columns", f"{BATCH}/columns", MANAGERS, MANAGERS),
    post("imports.columns", f"{BATCH}/columns", MANAGERS, MANAGERS, data={"country": "IT"}),
    get("imports.show", BATCH, MANAGERS, MANAGERS),
    get("imports.row", f"{BATCH}/rows/2", MANAGERS, MANAGERS),
    post("imports.row", f"{BATCH}/rows/2", MANAGERS, MANAGERS, data={"name": "Orto di Berta"}),
    get("imports.rejected", f"{BATCH}/not-imported.csv", MANAGERS, MANAGERS),
    post("imports.start", f"{BATCH}/start", MANAGERS, MANAGERS),
    post("imports.undo", f"{BATCH}/undo", MANAGERS, MANAGERS),
)
