"""The network of joint work: who is woven in with whom, who is not yet, and where it all stands in a picture."""

from __future__ import annotations

from app.matching.weaving.layout import lay_out
from app.matching.weaving.network import Network, Node, Tie, bring_in, network
from app.matching.weaving.ties import Seats

__all__ = ["Network", "Node", "Seats", "Tie", "bring_in", "lay_out", "network"]
