"""Folders of consortia with faults: the import and the measuring refuse the same, in the same sentence."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from app.core.database import db
from app.features.organisations.models import Collaboration, Organisation
from app.features.taxonomy.models import Concept, ConceptKind

ORGS = "org,country,type\na1,PT,PRC\na2,IT,HES\na3,FR,REC\n"
PARTS = "project,org,start\np1,a1,2015-03-01\np1,a2,2015-03-01\np2,a2,2016-01-01\np2,a3,2016-01-01\n"
TAGS = "project,tag\np1,P:SC1\np2,P:SC2\n"
CLEAN = {"orgs.csv": ORGS, "participations.csv": PARTS, "project_tags.csv": TAGS}
PACKED = gzip.compress(ORGS.encode())

Content = str | bytes | None

REFUSED: Mapping[str, tuple[dict[str, Content], str]] = {
    "no orgs": ({"orgs.csv": None}, "there is no orgs.csv or orgs.csv.gz in"),
    "no tags": ({"project_tags.csv": None}, "there is no project_tags.csv"),
    "plain and packed": ({"orgs.csv.gz": PACKED}, "there are both orgs.csv and orgs.csv.gz"),
    "empty": ({"orgs.csv": ""}, "orgs.csv, line 1: has no column org"),
    "another column": ({"orgs.csv": "org,land,type\n"}, "orgs.csv, line 1: has no column country"),
    "a column twice": ({"orgs.csv": "org,org,country,type\n"}, "orgs.csv, line 1: has more than one column org"),
    "semicolons": ({"orgs.csv": ORGS.replace(",", ";")}, "orgs.csv, line 1: has no column org"),
    "no archive": ({"orgs.csv": None, "orgs.csv.gz": b"no table"}, "orgs.csv.gz, line 1: cannot be read"),
    "cut archive": ({"orgs.csv": None, "orgs.csv.gz": PACKED[:-12]}, "orgs.csv.gz, line"),
    "broken archive": (
        {"orgs.csv": None, "orgs.csv.gz": PACKED[:12] + b"\xff\xff\xff" + PACKED[15:]},
        "orgs.csv.gz, line 1: cannot be read",
    ),
    "another encoding": ({"orgs.csv": ORGS.encode() + "Łódź".encode("cp1250")}, "line 5: is not text in UTF-8"),
    "sixteen bits": ({"orgs.csv": ORGS.encode("utf-16")}, "line 1: is not text in UTF-8"),
    "NUL": ({"orgs.csv": ORGS + "a\0,PT,PRC\n"}, "orgs.csv, line 5: holds a NUL character"),
    "short row": ({"orgs.csv": ORGS + "a4\n"}, "orgs.csv, line 5: has 1 cells, and the first line has 3"),
    "long row": ({"orgs.csv": ORGS + "a4,PT,PRC,x\n"}, "orgs.csv, line 5: has 4 cells"),
    "open quote": ({"orgs.csv": ORGS + '"a4,PT,PRC\n'}, "orgs.csv, line 5: cannot be read as a line"),
    "endless line": ({"orgs.csv": ORGS + "a" * 200_000}, "orgs.csv, line 5: is too long"),
    "line break in a cell": ({"orgs.csv": ORGS + '"a\n4",PT,PRC\n'}, "orgs.csv, line 5: org has a line break"),
    "no id": ({"orgs.csv": ORGS + " ,PT,PRC\n"}, "orgs.csv, line 5: org must have 1 to 60 characters"),
    "long id": ({"orgs.csv": ORGS + "a" * 90 + ",PT,PRC\n"}, "orgs.csv, line 5: org must have 1 to 60"),
    "twice": ({"orgs.csv": ORGS + "a1,PT,PRC\n"}, "line 5: organisation a1 is listed twice, before in line 2"),
    "no country": ({"orgs.csv": ORGS + "a4,,PRC\n"}, "orgs.csv, line 5: “” is not a country"),
    "unknown country": ({"orgs.csv": ORGS + "a4,ZZ,PRC\n"}, "orgs.csv, line 5: “ZZ” is not a country"),
    "country's name": ({"orgs.csv": ORGS + "a4,Portugal,PRC\n"}, "line 5: “Portugal” is not a country"),
    "unknown type": ({"orgs.csv": ORGS + "a4,PT,CLUB\n"}, "orgs.csv, line 5: “CLUB” is not a type"),
    "long name": (
        {"orgs.csv": f"org,country,type,name\na1,PT,PRC,{'n' * 161}\n"},
        "orgs.csv, line 2: name may have 160 characters",
    ),
    "stranger": (
        {"participations.csv": PARTS + "p2,a9,2016-01-01\n"},
        "participations.csv, line 6: organisation a9 is not listed in orgs",
    ),
    "no project": ({"participations.csv": PARTS + ",a1,\n"}, "line 6: project must have 1 to 60 characters"),
    "no day": ({"participations.csv": PARTS + "p3,a1,soon\n"}, "line 6: “soon” is not a day"),
    "no such day": ({"participations.csv": PARTS + "p3,a1,2015-02-30\n"}, "line 6: “2015-02-30” is not a day"),
    "day of others": ({"participations.csv": PARTS + "p3,a1,01/02/2015\n"}, "“01/02/2015” is not a day"),
    "two days": (
        {"participations.csv": PARTS + "p1,a3,2017-01-01\n"},
        "line 6: project p1 began on 2017-01-01, and on 2015-03-01 in line 2",
    ),
    "tag of no project": (
        {"project_tags.csv": TAGS + "p9,P:SC1\n"},
        "project_tags.csv, line 4: project p9 is not listed in participations",
    ),
    "endless tag": (
        {"project_tags.csv": TAGS + f"p1,{'t' * 20_001}\n"},
        "line 4: tag may have",
    ),
    "question of a stranger": ({"queries.csv": "query\na9\n"}, "queries.csv, line 2: organisation a9 is not"),
    "truth of a stranger": ({"truth.csv": "query,partner\na1,a9\n"}, "truth.csv, line 2: organisation a9"),
}  # fmt: skip

ACCEPTED: Mapping[str, dict[str, Content]] = {
    "byte order mark": {"orgs.csv": "\ufeff" + ORGS},
    "carriage returns": {"orgs.csv": ORGS.replace("\n", "\r\n")},
    "spaces and capitals": {"orgs.csv": " Org , Country,TYPE \n a1 , uk ,prc\na2,EL,\na3,FR,REC\n\n"},
    "names": {"orgs.csv": "org,country,type,name\na1,PT,PRC,Horta\na2,IT,,Orto\na3,FR,REC,Orto\n"},
    "days of three lengths": {"participations.csv": PARTS + "p3,a1,2015\np4,a1,2015-04\np5,a1,2015-04-02T10:00\n"},
    "no days at all": {"participations.csv": "project,org,start\np1,a1,\np1,a2,\np2,a3,\n"},
    "tags twice, in capitals, empty": {"project_tags.csv": TAGS + "p1,P:SC1\np1,p:sc1\np2,\n"},
    "no participations": {"participations.csv": "project,org,start\n", "project_tags.csv": "project,tag\n"},
    "nobody": {
        "orgs.csv": "org,country,type\n",
        "participations.csv": "project,org,start\n",
        "project_tags.csv": "project,tag\n",
    },
}  # fmt: skip


def write(folder: Path, changes: Mapping[str, Content]) -> Path:
    """A clean folder with other files in it; None takes one away."""
    folder.mkdir()
    for name, content in {**CLEAN, **changes}.items():
        if content is not None:
            (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def answers(app: Flask, folder: Path) -> list[tuple[int, str]]:
    """How each command ends on a folder, and its last line where it refuses."""
    found = []
    for words in (("matching", "evaluate"), ("consortia", "import")):
        result = app.test_cli_runner().invoke(args=[*words, str(folder)])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        found.append((result.exit_code, result.output.splitlines()[-1] if result.exit_code else ""))
    return found


def test_both_commands_refuse_a_folder_with_a_fault_in_the_same_sentence(app: Flask, tmp_path: Path) -> None:
    for at, (name, (changes, sentence)) in enumerate(REFUSED.items()):
        measured, imported = answers(app, write(tmp_path / str(at), changes))
        assert imported[0] == measured[0] == 1, name
        assert measured == imported or "tag may have" in measured[1], name
        assert imported[1].startswith("Error: ") and sentence in imported[1], (name, imported[1])
    with app.app_context():
        assert not db.session.scalar(select(func.count(Organisation.id)))
        assert not db.session.scalar(select(func.count(Concept.id)).where(Concept.kind == ConceptKind.TOPIC))


def test_a_tag_that_is_a_text_is_measured_and_becomes_no_topic(app: Flask, tmp_path: Path) -> None:
    tags = TAGS + f"p1,{'growing beans together ' * 4}\n"
    measured, imported = answers(app, write(tmp_path / "texts", {"project_tags.csv": tags}))
    assert measured == (0, "")
    assert "line 4: tag may have 70 characters" in imported[1]


def test_both_commands_take_a_folder_that_only_looks_unusual(app: Flask, tmp_path: Path) -> None:
    for at, (name, changes) in enumerate(ACCEPTED.items()):
        assert answers(app, write(tmp_path / str(at), changes)) == [(0, ""), (0, "")], name
    with app.app_context():
        assert db.session.scalar(select(func.count(Collaboration.id))) == 5


def test_organisations_have_their_names_and_those_without_have_names_of_their_own(
    app: Flask, tmp_path: Path
) -> None:
    """Ids that begin alike do not share an invented name."""
    orgs = "org,country,type,name\nabcdef01,PT,PRC,\nabcdef02,PT,PRC,\nx,PT,PRC,Horta\ny,PT,PRC,Horta\n"
    changes = {
        "orgs.csv": orgs,
        "participations.csv": "project,org,start\n",
        "project_tags.csv": "project,tag\n",
    }
    answers(app, write(tmp_path / "named", changes))
    with app.app_context():
        query = select(Organisation.name, Organisation.slug).order_by(Organisation.id)
        assert db.session.execute(query).all() == [
            ("Organisation abcdef01 (PT)", "organisation-abcdef01"),
            ("Organisation abcdef02 (PT)", "organisation-abcdef02"),
            ("Horta", "horta"),
            ("Horta", "horta-y"),
        ]
