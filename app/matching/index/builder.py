"""Builds the index from columns."""

from __future__ import annotations

import numpy as np

from app.matching.index.arrays import Floats, Ints, OverlayColumn, csr_from_pairs, transposed
from app.matching.index.columns import ClusterColumns
from app.matching.index.history import CollaborationHistory, ProjectColumns, build_history
from app.matching.index.index import EDGE_GROUPINGS, Index, facets_of


def build_index(table: ClusterColumns, reference_year: float | None = None) -> Index:
    """Build the index; `reference_year` is the moment from which ages count.

    Rows are sorted by country, then number, so that each country is a contiguous slice.
    """
    order = np.lexsort((table.ids, table.countries))
    row = np.empty(len(order), dtype=np.int32)
    row[order] = np.arange(len(order), dtype=np.int32)
    count, concepts = len(order), len(table.codes)
    held = {
        name: csr_from_pairs(row[owner], codes, count, concepts)
        for name, (owner, codes) in table.held.items()
    }
    postings = {name: transposed(rows, concepts) for name, rows in held.items()}
    participations, (owners, declared) = table.work.participations, table.work.declared
    work = ProjectColumns(
        (row[participations[0]], participations[1]),
        table.work.concept_pairs,
        table.work.start_years,
        (row[owners], declared),
    )
    history = build_history(work, count, concepts, reference_year)
    ids, countries, types = table.ids[order], table.countries[order], table.types[order]
    return Index(
        ids=OverlayColumn(ids.astype(np.int64)),
        id_order=np.argsort(ids, kind="stable").astype(np.int32),
        held=held,
        postings=postings,
        holder_counts={name: np.diff(rows.indptr).astype(np.int64) for name, rows in postings.items()},
        codes=tuple(table.codes),
        facets=facets_of(table.codes),
        concepts={code: at for at, code in enumerate(table.codes)},
        country_codes={code: at for at, code in enumerate(table.country_codes)},
        countries=OverlayColumn(countries.astype(np.int16)),
        country_starts=np.searchsorted(countries, np.arange(len(table.country_codes) + 1)),
        type_codes={code: at for at, code in enumerate(table.type_codes)},
        types=OverlayColumn(types.astype(np.int16)),
        active=OverlayColumn(~table.paused[order]),
        open_introductions=OverlayColumn(table.open_introductions[order].astype(np.int32)),
        joined=OverlayColumn(np.full(count, np.nan) if table.joined is None else table.joined[order]),
        projects=OverlayColumn(table.projects.astype(np.int64)),
        history=history,
        edge_counts=count_edges_abroad(history, countries, types),
        edited={},
        appended={},
        total=count,
    )


def count_edges_abroad(history: CollaborationHistory, countries: Ints, types: Ints) -> dict[str, Floats]:
    """Matrices countries × countries and types × types: edges across borders, in both directions."""
    counted = {}
    for name, groups in zip(EDGE_GROUPINGS, (countries, types), strict=True):
        span = int(groups.max(initial=-1)) + 1
        counted[name] = np.zeros((span, span))
    portion = 1 << 18
    for begin in range(0, len(countries), portion):
        here = np.arange(begin, min(begin + portion, len(countries)))
        others, owner = history.adjacency.gather(here)
        one, other = countries[here[owner]], countries[others]
        abroad = one != other
        for name, groups in zip(EDGE_GROUPINGS, (countries, types), strict=True):
            mine, theirs = groups[here[owner[abroad]]], groups[others[abroad]]
            span = len(counted[name])
            pairs = np.bincount(mine * span + theirs, minlength=span * span)
            counted[name] += pairs.reshape(span, span)
    return counted
