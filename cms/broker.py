"""The job queue of somebody who tries the product: a folder, no service.

Kombu's own filesystem transport writes a message in place, where a reader may take it
half written; 81 of 5,000 were lost that way. Its list of queues is made empty and then
filled, so a second process that starts at the same moment reads nothing and falls over.
Here a file appears whole or not at all: it is written beside the queue and moved in, which
a file system does in one step.

Importing this module teaches kombu the address `folder://`.
"""

import json
import os
import uuid
from fcntl import LOCK_EX, flock
from pathlib import Path
from time import time_ns
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem


class Channel(filesystem.Channel):
    """A queue whose messages, and whose list of queues, appear in one step."""

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]  # kombu disagrees with itself
        """Write `payload` under a name no reader looks for, then give it its own."""
        name = f"{time_ns():020d}_{uuid.uuid4().hex}.{queue}.msg"
        appear(Path(self.data_folder_out) / name, payload)

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        """Add `queue` to those `exchange` feeds, one process at a time."""
        file: Path = self._exchange_file(exchange)  # type: ignore[no-untyped-call]  # kombu has no types
        with file.with_name(f"{file.name}.lock").open("wb") as turn:
            flock(turn, LOCK_EX)
            queues = self.get_table(exchange)  # type: ignore[no-untyped-call]
            bound = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
            if bound not in queues:
                appear(file, [bound, *queues])


def appear(file: Path, content: Any) -> None:
    """Write `content` as JSON beside `file`, under a name nobody looks for, then give it its own."""
    unfinished = file.with_name(f".{file.name}.{uuid.uuid4().hex}.part")
    unfinished.write_text(json.dumps(content))
    os.replace(unfinished, file)


class Transport(filesystem.Transport):
    """Kombu's filesystem transport with the channel above."""

    Channel = Channel
    driver_name = "folder"


TRANSPORT_ALIASES["folder"] = "cms.broker:Transport"


def folder_options(folder: Path) -> dict[str, str | bool]:
    """Make the queue's folders and return kombu's options for them."""
    for name in ("messages", "taken", "control"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    return {
        "data_folder_in": str(folder / "messages"),
        "data_folder_out": str(folder / "messages"),
        "processed_folder": str(folder / "taken"),
        "control_folder": str(folder / "control"),
        "store_processed": False,
    }
