"""What sockets may ask of design sessions; the finer limits are the services', which answer in the reader's language."""

from __future__ import annotations
