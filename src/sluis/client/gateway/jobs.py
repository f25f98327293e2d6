"""Long work that may be left: each job has a page of its own, runs in a worker thread, and is kept in memory for some hours."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final, Literal

from sluis.core import errors
from sluis.wire import clock, logs

KEPT: Final = 8 * 3_600
MOST: Final = 50
_AT_ONCE: Final = 2
Progress = Literal["voorbeeld", "bezig", "klaar", "mislukt"]


@dataclass(slots=True, repr=False)
class Job:
    """Work of one analyst: first a preview, then running, then done or failed. Its id is drawn, and says nothing of what it is.

    `done` counts steps of `total`; `error` says why it stopped. What was done before that stays done.
    """

    who: str
    total: int
    id: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    created: int = field(default_factory=clock.now)
    progress: Progress = "voorbeeld"
    done: int = 0
    error: errors.SluisError | None = None


class Jobs:
    """The jobs of one member. Usable from any thread."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="job")

    def keep(self, job: Job) -> None:
        """Keeps a job for eight hours. Raises TooMany `te-veel-werk` when 50 others are kept and none is over."""
        with self._lock:
            for old in self._over():
                del self._jobs[old.id]
            if len(self._jobs) >= MOST:
                raise errors.TooMany("There is too much work waiting; finish something first.", code="te-veel-werk")
            self._jobs[job.id] = job

    def find(self, identity: str) -> Job:
        """The job with this id. Raises NotFound `onbekend-werk`."""
        found = self._jobs.get(identity)
        if found is None:
            raise errors.NotFound(
                "This work is not here any more: the gateway was started anew, or it is old.", code="onbekend-werk"
            )
        return found

    def start(self, job: Job, work: Callable[[], None]) -> None:
        """Runs `work` in a thread of its own turn, once; a job that was started already goes on."""
        with self._lock:
            if job.progress != "voorbeeld":
                return
            job.progress = "bezig"
        self._pool.submit(self._run, job, work)

    def _over(self) -> list[Job]:
        now, jobs = clock.now(), sorted(self._jobs.values(), key=lambda one: one.created)
        ended = [one for one in jobs if one.progress != "bezig"]
        room = len(jobs) - MOST + 1
        return [one for i, one in enumerate(ended) if i < room or one.created + KEPT <= now]

    def _run(self, job: Job, work: Callable[[], None]) -> None:
        try:
            work()
        except errors.SluisError as error:
            job.error, job.progress = error, "mislukt"
        except Exception as error:  # noqa: BLE001 - whatever it is, its page says so and the desk goes on
            logs.logger().error("failed", job=type(job).__name__, kind=type(error).__name__)
            job.error, job.progress = errors.Unavailable("Something went wrong here.", code="fout"), "mislukt"
        else:
            job.progress = "klaar"
