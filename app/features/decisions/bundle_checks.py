"""The checks of a decision's bundle: that its papers give its result, and that the ledger says the same.

It is part of the file with which anybody checks a bundle (`/verify.py`) and needs the standard library only.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.core.chained_log.canonical import BadEntry, check_chain, digest_of, read_note
from app.features.decisions.counting import count, draw_lot


def words_digest(words: Mapping[str, Any]) -> str:
    """What stands in the ledger for a proposal's words: the digest with the salt in it."""
    return digest_of(dict(words))


def papers_digest(papers: list[dict[str, Any]]) -> str:
    """What stands for all papers, in the order of their own digests."""
    return digest_of(sorted(digest_of(paper) for paper in papers))


def check_bundle(bundle: Mapping[str, Any]) -> list[str]:
    """What holds, one line for each claim; raises BadEntry with the claim that does not."""
    bodies = [entry.encode() for entry in bundle["entries"]]
    size, head = read_note(bundle["head"], bundle["key"])
    lines = ["the head of the ledger is signed with the key in this bundle"]
    if check_chain(bodies) != head or len(bodies) != size:
        raise BadEntry("the entries are not those of the signed head")
    lines.append(f"the {size} entries of the ledger follow each other up to that head")
    entries = [json.loads(body) for body in bodies]
    own = [entry for entry in entries if entry["subject"] == bundle["proposal"]]
    opened = [entry["body"] for entry in own if entry["kind"] == "proposal.opened"]
    closed = [entry["body"] for entry in own if entry["kind"] == "proposal.closed"]
    if len(opened) != 1 or len(closed) != 1:
        raise BadEntry("the ledger does not hold one opening and one closing of this decision")
    if words_digest(bundle["words"]) != opened[0]["words"]:
        raise BadEntry("the words or options are not those that were opened")
    if bundle["rule"] != opened[0]["rule"]:
        raise BadEntry("the rule is not the one that was opened")
    if digest_of(bundle["electors"]) != opened[0]["electors"]:
        raise BadEntry("the electors, their names or countries are not those that were opened")
    lines.append("words, options, rule and electors are those of the opening")
    papers = bundle["papers"]
    digest = papers_digest(papers)
    if digest != closed[0]["papers"]:
        raise BadEntry("the papers are not those that were counted")
    keys = [paper["elector"] for paper in papers]
    groups = {elector["key"]: elector["country"] for elector in bundle["electors"]}
    if len(set(keys)) != len(keys) or not set(keys) <= set(groups):
        raise BadEntry("a paper is not of an elector, or an elector has two")
    if any(paper["group"] != groups[paper["elector"]] for paper in papers):
        raise BadEntry("a paper names another country than its elector's")
    lines.append(f"each of the {len(papers)} papers is of another elector")
    options = [option["key"] for option in bundle["words"]["options"]]
    lot, _seed = draw_lot(bundle["proposal"], digest, options)
    if digest_of(count(bundle["rule"], options, papers, lot)) != closed[0]["result"]:
        raise BadEntry("counted again, the papers give another result")
    lines.append("counted again, the papers give the same result")
    return lines


def check_kept_head(bundle: Mapping[str, Any], kept: str) -> str:
    """That the ledger still contains a head that somebody kept; raises BadEntry."""
    size, head = read_note(kept, bundle["key"])
    bodies = [entry.encode() for entry in bundle["entries"]][:size]
    if len(bodies) < size or check_chain(bodies) != head:
        raise BadEntry("the ledger does not contain the head that you kept")
    return f"the ledger contains the head that you kept, of {size} entries"


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def main(words: list[str]) -> int:
    """Check a bundle, and a head that was kept if one is named; prints a line for each claim."""
    if len(words) not in (1, 2):
        _say("python3 verify.py bundle.json [a file with a head that you kept]")
        return 2
    try:
        bundle = json.loads(Path(words[0]).read_text(encoding="utf-8"))
        for line in check_bundle(bundle):
            _say(f"OK: {line}")
        if len(words) == 2:
            kept = Path(words[1]).read_text(encoding="utf-8")
            _say(f"OK: {check_kept_head(bundle, kept)}")
    except (BadEntry, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        _say(f"NOT OK: {error if isinstance(error, BadEntry) else f'the bundle cannot be read ({error!r})'}")
        return 1
    _say("OK")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
