"""A generated programme with regions, long texts and years only: learning and measuring in one run, by regime."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.matching.evaluation.comparison import evaluate
from app.matching.evaluation.dataset import choose_cut, read_consortia
from app.matching.evaluation.facets import codes_of, facet_codes
from tests.matching.programmes import Programme, write_programme


@pytest.mark.slow
def test_the_engine_is_above_every_other_method_in_each_regime_of_another_programme(tmp_path: Path) -> None:
    write_programme(Programme(1_000, 4, words=(6, 16)), tmp_path)
    heard: list[str] = []
    rows = {(row.sample, row.method): row for row in evaluate(tmp_path, sample=0, progress=heard.append)}
    for regime in ("warm", "past without ties", "cold"):
        others = {method: row.ndcg for (sample, method), row in rows.items() if sample == regime}
        ours = others.pop("the engine")
        assert {"cosine", "counts"} < others.keys()
        assert regime == "cold" or {"walk", "Adamic–Adar"} < others.keys()
        assert ours > max(others.values()), (regime, ours, others)
    assert any(line.startswith("cold:") and "count." in line for line in heard)
    assert any(line.startswith("untied:") and "too few" in line for line in heard)


def test_a_programme_is_the_same_for_a_seed_and_reads_as_facets(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_programme(Programme(80, 3, words=(6, 9)), tmp_path / name)
    for path in sorted((tmp_path / "one").iterdir()):
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()
    consortia = read_consortia(tmp_path / "one")
    heads = {code.split(":")[0] for project in consortia.projects for code in project.concepts}
    assert heads == {"region", "programme", "T"}
    assert {project.started.isoformat()[4:] for project in consortia.projects} == {"-01-01"}
    assert choose_cut(consortia).year in {2014, 2015, 2016}


def test_regions_of_organisations_are_those_of_their_projects(tmp_path: Path) -> None:
    write_programme(Programme(80, 3, words=(6, 9), region_column=True), tmp_path)
    consortia = read_consortia(tmp_path)
    countries = {profile.id: profile.country for profile in consortia.profiles}
    for project in consortia.projects:
        regions = {code[7:9] for code in project.concepts if code.startswith("region:")}
        assert regions == {countries[one] for one in project.partners}


def test_tags_fall_into_facets_by_their_marks() -> None:
    words = [f"T:word{at}" for at in range(9)]
    regional = facet_codes([[*words, "P:Alps", "N:ITC41"], [*words, "P:Alps", "N:AT33"]])
    assert regional["N:ITC41"] == {"region:ITC41", "region:ITC4"}
    assert regional["P:Alps"] == {"programme:Alps"}
    assert regional["T:word1"] == {"T:word1"}
    topics = facet_codes([["P:SC4"], ["P:LEIT", "P:SC1"], ["P:EEN"]])
    assert all(codes == {tag} for tag, codes in topics.items())
    text = "Łąki and alpine meadows that are mown by hand and sheep"
    assert facet_codes([[text]])[text] == {
        f"word {word}" for word in ("łąki", "alpine", "meadows", "that", "mown", "hand", "sheep")
    }
    assert codes_of({"unheard"}, topics) == {"unheard"}
