"""Many rows as columns: millions of pairs of numbers read without a Python object for each."""

from __future__ import annotations

from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import BigInteger, LargeBinary, Select, cast, func, literal, select

from app.core.database import db

Ints = npt.NDArray[np.int64]
CHUNK_ROWS = 50_000
PARTITION_COUNT = 64


def read_pairs(query: Select[*tuple[Any, ...]]) -> tuple[Ints, Ints]:
    """Rows of two whole numbers, none of them empty, as two arrays.

    PostgreSQL packs them into a few long strings of bytes, which is many times quicker than row by row.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        inner = query.subquery()
        one, other = (cast(column, BigInteger) for column in inner.c)
        both = func.int8send(one, type_=LargeBinary).op("||")(func.int8send(other, type_=LargeBinary))
        packed = func.string_agg(both, literal(b"", LargeBinary), type_=LargeBinary)
        parts = db.session.scalars(select(packed).group_by(one % PARTITION_COUNT)).all()
        pairs = np.frombuffer(b"".join(parts), dtype=">i8").astype(np.int64).reshape(-1, 2)
        return pairs[:, 0], pairs[:, 1]
    portions = [np.zeros((0, 2), dtype=np.int64)]
    for portion in db.session.execute(query.execution_options(yield_per=CHUNK_ROWS)).partitions():
        # One after the other: an array of rows would ask each row for its length and for each of its values.
        flat = np.fromiter(chain.from_iterable(portion), dtype=np.int64, count=2 * len(portion))
        portions.append(flat.reshape(-1, 2))
    pairs = np.concatenate(portions)
    return pairs[:, 0], pairs[:, 1]
