"""A whole site of its own on one machine: a disk, PostgreSQL and Redis or neither, web server, worker and beat."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bench.faults.services import Keeper, Service, answers, until
from bench.server import free_port
from cms.management.commands.serve import Command

MB = 1024 * 1024
OWN_MOUNTS = "BENCH_FAULTS_HAS_ITS_OWN_MOUNTS"
SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_wal_size = 256MB
shared_buffers = 64MB
log_min_messages = warning
"""  # all else as it comes: fsync is on


def with_own_mounts() -> None:
    """Start this program anew where its disk is seen by nobody else, and goes with it however it ends. Needs root; else do nothing."""
    if os.geteuid() == 0 and OWN_MOUNTS not in os.environ and (unshare := shutil.which("unshare")):
        os.environ[OWN_MOUNTS] = "yes"
        os.execv(unshare, ["unshare", "--mount", "--propagation", "private", sys.executable, *sys.orig_argv[1:]])


class Disk:
    """The disk that everything of the site is kept on: one of its own (ext4 in a file) that can be filled, where we may mount one."""

    def __init__(self, folder: Path, size: int) -> None:
        self.root, self.image = folder / "disk", folder / "disk.ext4"
        self.root.mkdir()
        self.can_be_filled = OWN_MOUNTS in os.environ
        if self.can_be_filled:
            with self.image.open("wb") as image:
                image.truncate(size)
            subprocess.run(["mkfs.ext4", "-q", "-m", "0", str(self.image)], check=True)
            subprocess.run(["mount", "-o", "loop", str(self.image), str(self.root)], check=True)
        self.ballast = self.root / "ballast"

    def fill(self) -> None:
        """Leave not one byte."""
        with self.ballast.open("ab", buffering=0) as ballast:
            free = os.statvfs(self.root).f_bavail * os.statvfs(self.root).f_frsize
            with suppress(OSError):
                os.posix_fallocate(ballast.fileno(), 0, max(free - MB, 1))
            ballast.seek(0, os.SEEK_END)
            with suppress(OSError):
                while True:
                    ballast.write(bytes(4096))

    def free(self) -> None:
        """Give the room back, as an operator does who deletes something."""
        self.ballast.unlink(missing_ok=True)

    def unmount(self) -> None:
        """Take it away."""
        if self.can_be_filled:
            subprocess.run(["umount", "--lazy", str(self.root)], check=False)


class Stand:
    """Where everything is, and how it is started."""

    def __init__(self, folder: Path, database: str, size: int) -> None:
        self.folder, self.is_postgres = folder, database == "postgres"
        self.logs = folder / "logs"
        self.logs.mkdir()
        self.keep_logs = False
        self.disk = Disk(folder, size)
        self.data = self.disk.root / "data"
        self.port, self.redis_port, self.postgres_port = free_port(), free_port(), free_port()
        os.environ.update(self._environment())
        self.below = Keeper([self._postgres(), self._redis()] if self.is_postgres else [])
        self.keeper = Keeper([])

    def _environment(self) -> dict[str, str]:
        own = {
            "COUNTERSIGN_MODE": "local",
            "COUNTERSIGN_DATA_DIR": str(self.data),
            "COUNTERSIGN_SITE_URL": f"http://localhost:{self.port}",
            "DJANGO_SETTINGS_MODULE": "cms.settings",
            "DATABASE_URL": f"sqlite:///{self.data}/db.sqlite3",
            "REDIS_URL": "",
        }
        if self.is_postgres:
            own["DATABASE_URL"] = (
                f"postgres://{self._owner or pwd.getpwuid(os.geteuid()).pw_name}@127.0.0.1:{self.postgres_port}/countersign"
            )
            own["REDIS_URL"] = f"redis://127.0.0.1:{self.redis_port}/0"
        return own

    @property
    def _owner(self) -> str | None:
        """Return who runs PostgreSQL, which refuses to be run by root."""
        return "postgres" if os.geteuid() == 0 else None

    def _postgres(self) -> Service:
        cluster = self.disk.root / "postgres"
        command = [_postgres_tool("postgres"), "-D", str(cluster), "-p", str(self.postgres_port)]
        return Service("postgres", command, self.logs, user=self._owner)

    def _redis(self) -> Service:
        redis = shutil.which("redis-server")
        if redis is None:
            raise RuntimeError("redis-server is not installed.")
        keeps_nothing = ["--save", "", "--appendonly", "no", "--dir", str(self.folder)]
        return Service("redis", [redis, "--port", str(self.redis_port), "--bind", "127.0.0.1", *keeps_nothing], self.logs)

    def _make_cluster(self) -> None:
        cluster = self.disk.root / "postgres"
        cluster.mkdir(mode=0o700)
        if self._owner:
            shutil.chown(cluster, self._owner, self._owner)
        as_owner = {"user": self._owner, "group": self._owner, "extra_groups": []} if self._owner else {}
        command = [_postgres_tool("initdb"), "-D", str(cluster), "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/", **as_owner)  # type: ignore[call-overload]
        with (cluster / "postgresql.conf").open("a") as settings:
            settings.write(SETTINGS)

    def lay_foundations(self) -> None:
        """Start what the site stands on, and make its database."""
        self.data.mkdir()
        if not self.is_postgres:
            return
        self._make_cluster()
        self.below.start()
        until(self.database_answers, "PostgreSQL starts")
        self._ask("createdb", "countersign")

    def database_answers(self) -> bool:
        """Return whether PostgreSQL takes connections."""
        return self._ask("pg_isready", "--quiet") == 0

    def _ask(self, tool: str, *more: str) -> int:
        owner = ["-U", self._owner] if self._owner else []
        command = [_postgres_tool(tool), "-h", "127.0.0.1", "-p", str(self.postgres_port), *owner, *more]
        return subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode

    def open_the_doors(self) -> None:
        """Start the product's own processes with the commands of `manage.py serve`."""
        self.keeper = Keeper([Service(child.name, child.command, self.logs) for child in Command()._children(self.port)])
        self.keeper.start()

    def wait_for_the_doors(self) -> None:
        """Wait until the site answers."""
        until(lambda: answers(self.port), "The site answers")

    def start_afresh(self) -> None:
        """Stop what runs of the product, and start it cleanly."""
        self.keeper.stop()
        self.open_the_doors()
        self.wait_for_the_doors()

    def close(self) -> None:
        """Kill everything that was started here."""
        self.keeper.stop()
        if self.is_postgres:
            self.below["postgres"].kill(signal.SIGQUIT)  # tells its children, which are in sessions of their own
            time.sleep(0.5)
        self.below.stop()
        self.disk.unmount()


def _postgres_tool(name: str) -> str:
    found = shutil.which(name) or next(
        (str(path) for path in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)), None
    )
    if found is None:
        raise RuntimeError(f"PostgreSQL's {name} is not installed.")
    return found


@contextmanager
def a_stand(database: str, size: int) -> Iterator[Stand]:
    """Make it, and leave nothing of it behind but, where something was wrong, what the services said."""
    folder = Path(tempfile.mkdtemp(prefix=f"countersign-faults-{database}-"))
    folder.chmod(0o755)  # PostgreSQL runs as somebody else
    stand = Stand(folder, database, size)
    try:
        yield stand
    finally:
        for which in (signal.SIGINT, signal.SIGTERM):  # nothing stops the cleaning up
            signal.signal(which, signal.SIG_IGN)
        stand.close()
        if not stand.keep_logs:
            shutil.rmtree(folder, ignore_errors=True)
