"""The queue of somebody who tries the product: a folder in which no message is lost or read half written."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from queue import Empty
from threading import Barrier

from kombu import Connection, Exchange, Queue

from cms.broker import folder_options

MESSAGES = 300
READERS = 3
EXCHANGES = [f"exchange-{number}" for number in range(200)]


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


def bind_to_all(folder: Path, queue: str, together: Barrier) -> None:
    """Declare one queue at each of many exchanges, each at the moment the others do."""
    with connection(folder) as broker:
        for exchange in EXCHANGES:
            together.wait(timeout=10)
            Queue(queue, Exchange(exchange), "jobs")(broker.default_channel).declare()


def queues_of(folder: Path, exchange: str) -> list[str]:
    with connection(folder) as broker:
        return sorted(bound.queue for bound in broker.default_channel.get_table(exchange))


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


def test_workers_that_start_at_the_same_moment_all_find_their_queue(tmp_path: Path) -> None:
    names = [f"queue-{number}" for number in range(READERS)]
    together = Barrier(READERS)
    with ThreadPoolExecutor(READERS) as pool:
        for started in [pool.submit(bind_to_all, tmp_path, name, together) for name in names]:
            started.result()
    assert {exchange: queues_of(tmp_path, exchange) for exchange in EXCHANGES} == dict.fromkeys(EXCHANGES, names)
