"""Work that burns time, done where it stalls nobody."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import ParamSpec, TypeVar

import gevent
from gevent import monkey
from gevent.threadpool import ThreadPool

Given = ParamSpec("Given")
Result = TypeVar("Result")


def offload(function: Callable[Given, Result], *args: Given.args, **values: Given.kwargs) -> Result:
    """Call a function in gevent's thread pool, so that others go on meanwhile; directly where gevent is not at work.

    The function must not touch the database, the request or anything else that belongs to this greenlet. Returns
    its result and raises what it raises.
    """
    if not monkey.is_module_patched("threading"):
        return function(*args, **values)
    result: Result = gevent.get_hub().threadpool.apply(function, args, values)
    return result


def wait_for_disk(function: Callable[[], object]) -> None:
    """Call something that waits for the disk, in a thread of its own, so that others go on meanwhile.

    Like `offload`, but never behind what burns time.
    """
    if monkey.is_module_patched("threading"):
        _disk().apply(function)
    else:
        function()


@cache
def _disk() -> ThreadPool:
    return ThreadPool(1)
