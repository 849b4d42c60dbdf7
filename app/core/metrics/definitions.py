"""What is counted and measured in this process; `endpoint` answers it.

No label ever holds anything that a person wrote or is called.
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

SECONDS_BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

MESSAGES = Counter(
    "trama_events", "Events appended to streams, after their commit.", ["kind"], registry=REGISTRY
)
COMMANDS = Histogram(
    "trama_command_seconds",
    "From a socket's event to its answer, by the event's name.",
    ["event"],
    buckets=SECONDS_BUCKETS,
    registry=REGISTRY,
)
DELIVERY = Histogram(
    "trama_delivery_seconds",
    "From the writing of an event to its being handed to its readers' sockets here.",
    buckets=SECONDS_BUCKETS,
    registry=REGISTRY,
)
REQUESTS = Counter(
    "trama_requests", "Requests answered, by endpoint and status.", ["endpoint", "status"], registry=REGISTRY
)
REQUEST_SECONDS = Histogram(
    "trama_request_seconds",
    "From a request to its answer, by endpoint.",
    ["endpoint"],
    buckets=SECONDS_BUCKETS,
    registry=REGISTRY,
)
SLOW_READERS = Counter(
    "trama_slow_readers", "Sockets cut off because too much waited for them.", registry=REGISTRY
)
FLOODS = Counter("trama_floods", "Sockets closed because too many frames or bytes came.", registry=REGISTRY)
JOBS = Counter("trama_jobs", "Attempts at jobs, by kind and outcome.", ["kind", "outcome"], registry=REGISTRY)
JOBS_WAITING = Gauge(
    "trama_jobs_waiting", "Jobs that are due and not done, in the whole cluster.", registry=REGISTRY
)
JOBS_GIVEN_UP = Gauge(
    "trama_jobs_given_up", "Jobs that were tried too often, in the whole cluster.", registry=REGISTRY
)
CONNECTIONS = Gauge("trama_connections", "Open sockets of this process.", registry=REGISTRY)
FOLLOWED = Gauge("trama_streams_followed", "Streams that somebody here follows.", registry=REGISTRY)
WAITING_BYTES = Gauge("trama_waiting_bytes", "What waits for slow readers here.", registry=REGISTRY)
