"""The queue of somebody who tries the product: a folder in which no message is lost or read half written."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from queue import Empty

from kombu import Connection

from cms.broker import folder_options

MESSAGES = 300
READERS = 3


def connection(folder: Path) -> Connection:
    return Connection("folder://", transport_options=folder_options(folder))


def write(folder: Path) -> None:
    with connection(folder) as broker, broker.SimpleQueue("jobs") as queue:
        for number in range(MESSAGES):
            queue.put({"number": number, "words": "x" * 5000})


def read(folder: Path) -> list[int]:
    found = []
    with connection(folder) as broker, broker.SimpleQueue("jobs") as queue:
        while True:
            try:
                message = queue.get(timeout=3)
            except Empty:
                return found
            found.append(message.payload["number"])
            message.ack()


def test_every_message_arrives_once_while_several_read(tmp_path: Path) -> None:
    with ProcessPoolExecutor(READERS + 1, mp_context=multiprocessing.get_context("spawn")) as pool:
        writer = pool.submit(write, tmp_path)
        readers = [pool.submit(read, tmp_path) for _ in range(READERS)]
        writer.result()
        found = [number for reader in readers for number in reader.result()]
    assert sorted(found) == list(range(MESSAGES))


def test_a_message_waits_for_a_reader_that_comes_later(tmp_path: Path) -> None:
    with connection(tmp_path) as broker, broker.SimpleQueue("jobs") as queue:
        queue.put({"number": 7, "words": ""})
    assert read(tmp_path) == [7]
