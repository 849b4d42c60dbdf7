"""The reviewed links between skills, beside a hundred labelled pairs.

Two readings of `kin_skills_labels.csv`: `by_trade` asks whether who does the one could do the other, `by_client` whether
who looks for the one would be glad to meet who does the other. A pair is kin where both say so. Sixty of the pairs are
drawn from the links, forty from skills of one group without a link. One hand wrote the links and both readings, the second
beside the first: they show carelessness, and no second opinion.
"""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

from app.features.taxonomy.checks import find_faults
from app.features.taxonomy.vocabulary import DATA, kin_skills

LINKS = {frozenset((one, other)) for one, other, _ in kin_skills()}
with Path(__file__).with_name("kin_skills_labels.csv").open(encoding="utf-8", newline="") as file:
    LABELS = {
        frozenset((row["first"], row["second"])): row["by_trade"] == row["by_client"] == "1"
        for row in csv.DictReader(file)
    }


def test_nine_of_ten_links_are_what_two_readings_call_kin() -> None:
    judged = [kin for pair, kin in LABELS.items() if pair in LINKS]
    assert len(LABELS) == 100
    assert len(judged) >= 50
    assert sum(judged) / len(judged) >= 0.9


def test_hardly_any_kin_of_one_group_lack_a_link() -> None:
    judged = [kin for pair, kin in LABELS.items() if pair not in LINKS]
    assert len(judged) >= 30
    assert sum(judged) / len(judged) <= 0.1


def test_a_link_to_no_skill_a_double_one_and_a_strength_out_of_range_are_named(tmp_path: Path) -> None:
    folder = shutil.copytree(DATA, tmp_path / "data")
    assert find_faults(folder) == []
    links = [
        ["skill:sewing", "skill:flying", 0.5],
        ["skill:cooking", "skill:cleaning", 1.5],
        ["skill:cleaning", "skill:cooking", 0.5],
    ]
    (folder / "kin_skills.json").write_text(json.dumps(links), encoding="utf-8")
    assert find_faults(folder) == [
        "skill:sewing and skill:flying are linked and no two skills",
        "skill:cooking and skill:cleaning are linked twice",
        "the link of skill:cooking and skill:cleaning is not in (0, 1]",
        "skill:cleaning and skill:cooking are linked twice",
    ]
