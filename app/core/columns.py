"""Many rows as columns: millions of pairs of numbers read without a Python object for each."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import BigInteger, Select, cast, select

from app.core.database import db

Ints = npt.NDArray[np.int64]
PORTION = 50_000
HEAD = 19
"""So many bytes stand before the first row of a binary COPY."""
ROW = np.dtype(
    [("fields", ">i2"), ("length", ">i4"), ("one", ">i8"), ("length_2", ">i4"), ("other", ">i8")], align=False
)


def read_pairs(query: Select[*tuple[Any, ...]]) -> tuple[Ints, Ints]:
    """Rows of two whole numbers, none of them empty, as two arrays; on PostgreSQL by COPY, twenty times quicker."""
    if db.session.get_bind().dialect.name == "postgresql":
        return _copied(query)
    portions = [np.zeros((0, 2), dtype=np.int64)]
    for portion in db.session.execute(query.execution_options(yield_per=PORTION)).partitions():
        portions.append(np.array(portion, dtype=np.int64).reshape(-1, 2))
    pairs = np.concatenate(portions)
    return pairs[:, 0], pairs[:, 1]


def _copied(query: Select[*tuple[Any, ...]]) -> tuple[Ints, Ints]:
    inner = query.subquery()
    wide = select(*(cast(column, BigInteger) for column in inner.c))
    connection = db.session.connection()
    words = wide.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
    driver: Any = connection.connection.dbapi_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY ({words}) TO STDOUT (FORMAT BINARY)") as copy:
        content = b"".join(copy)
    rows = np.frombuffer(content, dtype=ROW, offset=HEAD, count=(len(content) - HEAD) // ROW.itemsize)
    return rows["one"].astype(np.int64), rows["other"].astype(np.int64)
