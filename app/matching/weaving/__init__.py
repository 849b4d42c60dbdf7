"""The network of joint work: who is woven in with whom, who is not yet, and where it all stands in a picture."""

from __future__ import annotations

from app.matching.weaving.layout import Spot, lay_out
from app.matching.weaving.network import Network, Node, Tie, Work, bring_in, network

__all__ = ["Network", "Node", "Spot", "Tie", "Work", "bring_in", "lay_out", "network"]
