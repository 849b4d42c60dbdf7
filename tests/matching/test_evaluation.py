"""Reading consortia, learning from their past and measuring on their later years."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterable
from itertools import pairwise
from math import log2
from pathlib import Path

import numpy as np
import pytest

from app.matching.evaluation import weight_fitting
from app.matching.evaluation.comparison import evaluate, suggest_file
from app.matching.evaluation.dataset import read_consortia, split_by_time
from app.matching.evaluation.metrics import compute_metrics, format_results
from app.matching.evaluation.weight_fitting import fit
from app.matching.scoring.weights import load_weights, save_weights

COUNTRIES = ["FR", "IT", "NA", "PL"]
ORGANISATIONS = [f"o{at:03d}" for at in range(120)]


def write(folder: Path, name: str, head: str, rows: Iterable[tuple[object, ...]]) -> None:
    with gzip.open(folder / f"{name}.csv.gz", "wt", newline="") as file:
        csv.writer(file).writerows([head.split(","), *rows])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four circles of thirty organisations, each with its topic, that form consortia of five for four years."""
    chance = np.random.default_rng(4)
    parts, tags, truth = [], [], {}
    for at in range(400):
        year, circle = 2015 + at // 100, at % 4
        partners = [ORGANISATIONS[one * 4 + circle] for one in chance.choice(30, 5, replace=False)]
        if year < 2018:
            parts += [(f"p{at:03d}", one, f"{year}-0{1 + at % 9}-01") for one in partners]
            tags.append((f"p{at:03d}", f"topic {circle}"))
        for one in partners if year == 2018 else ():
            truth.setdefault(one, set()).update(set(partners) - {one})
    rows = {one: COUNTRIES[at // 4 % 4] for at, one in enumerate(ORGANISATIONS)}
    pairs = [
        (one, other) for one in sorted(truth) for other in sorted(truth[one]) if rows[one] != rows[other]
    ]
    write(tmp_path, "orgs", "org,country,type", [(one, rows[one], "REC") for one in ORGANISATIONS])
    write(tmp_path, "participations", "project,org,start", parts)
    write(tmp_path, "project_tags", "project,tag", tags)
    write(tmp_path, "queries", "query,has_partner", [(one, 1) for one in sorted(truth)])
    write(tmp_path, "truth", "query,partner", pairs)
    write(
        tmp_path, "cold_queries", "query,country,type,brief_tags", [("new", "IT", "REC", "topic 0|topic 1")]
    )
    write(tmp_path, "cold_truth", "query,partner", [("new", ORGANISATIONS[0])])
    return tmp_path


def test_namibia_is_a_country(folder: Path) -> None:
    consortia = read_consortia(folder)
    assert {profile.country for profile in consortia.profiles} == set(COUNTRIES)
    assert consortia.cold[0].asker.topics == {"topic 0", "topic 1"}


def test_the_past_knows_nothing_of_the_year_that_it_foretells(folder: Path) -> None:
    past = split_by_time(read_consortia(folder))
    assert {project.started.year for project in past.projects} == {2015, 2016}
    met = {one: set() for one in range(len(ORGANISATIONS))}
    for project in past.projects:
        for one in project.partners:
            met[one] |= project.partners
    for question in past.warm:
        assert question.truth.isdisjoint(past.names[one] for one in met[question.asker])


def test_the_engine_beats_popularity_where_circles_matter(folder: Path) -> None:
    rows = {(row.sample, row.method): row for row in evaluate(folder, weights=load_weights(), sample=40)}
    assert rows["warm", "the engine"].ndcg > 1.5 * rows["warm", "popularity"].ndcg
    for method in ("Adamic–Adar", "the engine"):
        assert rows["with a past, 40 sampled", method].questions == 40
    sampled = "with a past, 40 sampled"
    networkx, ours = rows[sampled, "networkx Adamic–Adar"], rows[sampled, "Adamic–Adar"]
    assert (networkx.hit, networkx.recall, networkx.ndcg) == (ours.hit, ours.recall, ours.ndcg)
    assert networkx.ndcg > 0
    assert "NDCG@10" in format_results(list(rows.values())).splitlines()[0]


def test_a_file_of_suggestions_ranks_others_from_abroad_for_every_question(
    folder: Path, tmp_path: Path
) -> None:
    consortia, out = read_consortia(folder), tmp_path / "out.csv"
    written = suggest_file(folder, out, weights=load_weights())
    rows = list(csv.DictReader(out.open(encoding="utf-8", newline="")))
    assert len(rows) == written
    assert list(dict.fromkeys(row["query"] for row in rows)) == [
        one.name for one in (*consortia.warm, *consortia.cold)
    ]
    home = {consortia.names[profile.id]: profile.country for profile in consortia.profiles} | {"new": "IT"}
    for before, after in pairwise(rows):
        if before["query"] == after["query"]:
            assert int(after["rank"]) == int(before["rank"]) + 1 <= 50
    assert all(home[row["query"]] != home[row["partner"]] for row in rows)
    assert all(row["query"] != row["partner"] for row in rows)


def test_weights_are_learnt_from_the_past_alone_the_same_each_time(folder: Path) -> None:
    naught = load_weights().changed(warm={}, cold={})
    learnt = fit(folder, start=naught)
    (folder / "truth.csv.gz").unlink()
    assert fit(folder, start=naught) == learnt
    assert learnt.warm["track_record"] + learnt.warm["similar_profile"] > 0
    assert min(learnt.warm["partners_shared"], learnt.warm["walk_proximity"]) >= 0
    assert learnt.hand_set == naught.hand_set


def test_a_past_that_answers_too_few_questions_teaches_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        weight_fitting, "candidate_pool", lambda columns, allowed: np.zeros(0, dtype=np.int64)
    )
    learnt = fit(folder)
    assert (learnt.warm, learnt.cold) == (load_weights().warm, load_weights().cold)


def test_weights_survive_their_file(tmp_path: Path) -> None:
    save_weights(load_weights(), tmp_path / "weights.json")
    assert load_weights(tmp_path / "weights.json") == load_weights()


def test_learnt_weights_that_were_saved_under_an_earlier_name_of_a_term_are_read(tmp_path: Path) -> None:
    path = tmp_path / "weights.json"
    save_weights(load_weights(), path)
    path.write_text(
        path.read_text(encoding="utf-8").replace("walk_proximity", "near_by_topic"), encoding="utf-8"
    )
    assert load_weights(path) == load_weights()


def test_the_measures_are_those_of_the_textbook() -> None:
    lists = {"a": ["x", "y", "z"], "b": ["u", "v"], "nobody": ["u"]}
    row = compute_metrics("s", "m", lists, {"a": frozenset({"y", "w"}), "b": frozenset({"q"})}, 0.0)
    assert (row.questions, row.hit, row.recall, row.mrr, row.shown) == (2, 0.5, 0.25, 0.25, 5)
    assert row.ndcg == pytest.approx((1 / log2(3)) / (1 + 1 / log2(3)) / 2)


def test_what_a_file_does_not_say_is_not_known(folder: Path, tmp_path: Path) -> None:
    orgs = [(one, "fr" if at == 0 else "it", "" if at < 2 else "REC") for at, one in enumerate(ORGANISATIONS)]
    write(folder, "orgs", "org,country,type", orgs)
    starts = ["2015", "2015-04", "2015-04-02", "2015-04-02T10:00:00", ""]
    parts = [(f"p{at}", one, start) for at, start in enumerate(starts) for one in ORGANISATIONS[at : at + 3]]
    write(folder, "participations", "project,org,start", parts)
    write(folder, "project_tags", "project,tag", [("p0", ""), ("p0", "care")])
    (folder / "orgs.csv").write_bytes(
        b"\xef\xbb\xbf" + gzip.decompress((folder / "orgs.csv.gz").read_bytes())
    )
    (folder / "orgs.csv.gz").unlink()
    consortia = read_consortia(folder)
    assert [str(one.started) for one in consortia.projects] == [
        "2015-01-01", "2015-04-01", "2015-04-02", "2015-04-02", "None",
    ]  # fmt: skip
    assert consortia.projects[0].concepts == {"care"}
    assert suggest_file(folder, tmp_path / "out.csv", weights=load_weights())


def test_consortia_of_one_year_teach_nothing_and_are_still_measured(folder: Path) -> None:
    write(folder, "participations", "project,org,start", [("p", one, "2015") for one in ORGANISATIONS[:3]])
    write(folder, "project_tags", "project,tag", [])
    assert fit(folder) == load_weights()
    assert evaluate(folder)
