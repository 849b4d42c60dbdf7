"""Web Mercator: x from 0 in the west to 1 in the east, y from 0 in the north to 1 in the south.

x = (lon + 180) / 360,   y = 1/2 − ln(tan(π/4 + φ/2)) / 2π
"""

from __future__ import annotations

from math import atan, degrees, pi, sinh

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
MAX_LATITUDE = 85.0
"""In degrees: nearer to a pole no place is told apart from another."""


def mercator(lat: Floats, lon: Floats) -> tuple[Floats, Floats]:
    """Places of degrees; NaN where they are not known."""
    bounded = np.radians(np.clip(lat, -MAX_LATITUDE, MAX_LATITUDE))
    return (lon + 180) / 360, 0.5 - np.log(np.tan(np.pi / 4 + bounded / 2)) / (2 * np.pi)


def mercator_point(lat: float, lon: float) -> tuple[float, float]:
    """One place of degrees."""
    x, y = mercator(np.array([lat]), np.array([lon]))
    return float(x[0]), float(y[0])


def longitude_at(x: float) -> float:
    """The longitude in degrees."""
    return 360 * x - 180


def latitude_at(y: float) -> float:
    """The latitude in degrees."""
    return degrees(atan(sinh(pi * (1 - 2 * y))))
