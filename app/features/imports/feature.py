"""The manifest of the imports feature."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.core.feature import Feature, NavigationItem
from app.features.imports.cli import organisations
from app.features.imports.policy import POLICY
from app.features.imports.services.batches import RUN_JOB, forget_unfinished
from app.features.imports.services.runs import run_batch
from app.features.imports.views import blueprint

FEATURE = Feature(
    name="imports",
    blueprints=(blueprint,),
    policy=POLICY,
    navigation=(
        NavigationItem(
            _l("Import"),
            "imports.index",
            permission="organisation.import",
            group="cluster",
            icon="plus",
            order=40,
            says=_l("Bring organisations in from a spreadsheet, and take an import back."),
        ),
    ),
    jobs={RUN_JOB: run_batch},
    chores=(forget_unfinished,),
    cli=(organisations,),
)
