"""The manifest of the files feature."""

from __future__ import annotations

from app.core.feature import Feature
from app.core.uploads.storage import max_file_bytes
from app.features.accounts.announcements import PersonForgotten
from app.features.files.labels import file_size, kind_name, kind_names
from app.features.files.models import MAX_FILES_PER_MESSAGE
from app.features.files.services import DELETE_JOB, delete_bytes, forget_files, sweep_files
from app.features.files.views import blueprint

FEATURE = Feature(
    name="files",
    blueprints=(blueprint,),
    listens=((PersonForgotten, forget_files),),
    jobs={DELETE_JOB: delete_bytes},
    chores=(sweep_files,),
    filters={"file_size": file_size, "file_kind": kind_name},
    globals={
        "file_kinds": kind_names,
        "max_file_bytes": max_file_bytes,
        "max_files": MAX_FILES_PER_MESSAGE,
    },
)
