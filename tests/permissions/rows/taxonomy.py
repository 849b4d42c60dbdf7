"""Who asks for a word: all who are signed in; who looks after them: managers alone."""

from __future__ import annotations

from tests.permissions.rows.row import SIGNED_IN, get, post

MANAGERS = frozenset({"manager"})
MANAGE = "/en/manage/taxonomy"

TAXONOMY = (
    get("taxonomy_management.index", MANAGE, MANAGERS),
    get("taxonomy_management.new", f"{MANAGE}/new?kind=skill", MANAGERS),
    post(
        "taxonomy_management.new",
        f"{MANAGE}/new?kind=skill",
        MANAGERS,
        data={"label_en": "Beekeeping school"},
    ),
    get("taxonomy_management.edit", f"{MANAGE}/{{concept}}", MANAGERS),
    post("taxonomy_management.edit", f"{MANAGE}/{{concept}}", MANAGERS, data={"label_en": "Gardening"}),
    post("taxonomy_management.hide", f"{MANAGE}/{{concept}}/hide", MANAGERS),
    post("taxonomy_management.show", f"{MANAGE}/{{concept}}/show", MANAGERS),
    get("taxonomy_management.merge", f"{MANAGE}/{{concept}}/merge", MANAGERS),
    post(
        "taxonomy_management.merge", f"{MANAGE}/{{concept}}/merge", MANAGERS, data={"into": "skill:cooking"}
    ),
    get("taxonomy.ask", "/en/concepts/ask?kind=skill", SIGNED_IN),
    post("taxonomy.ask", "/en/concepts/ask?kind=skill", SIGNED_IN, data={"text": "Falconry"}),
    get("taxonomy_management.wishes", f"{MANAGE}/wishes", MANAGERS),
    get("taxonomy_management.answer", f"{MANAGE}/wishes/{{wish}}", MANAGERS),
    post(
        "taxonomy_management.answer",
        f"{MANAGE}/wishes/{{wish}}",
        MANAGERS,
        data={"answer": "It is there."},
        once=True,
    ),
    get("taxonomy_management.changes", f"{MANAGE}/changes", MANAGERS),
    post(
        "taxonomy_management.merge_into",
        f"{MANAGE}/{{another_concept}}/merge/{{concept}}",
        MANAGERS,
        once=True,
    ),
    post("taxonomy_management.undo", f"{MANAGE}/changes/{{concept_merge}}/undo", MANAGERS, once=True),
)
