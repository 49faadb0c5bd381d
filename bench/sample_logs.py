"""`make sample-logs DIR=…`: the logs that the tests of the PDF validate, as files, with the attached record beside each, and five portfolios.

To look at, to print, or to hand to another validator. They are of invented people and say so.
"""

import re
import sys
from pathlib import Path

import django


def write(folder: Path) -> int:
    """Write every sample into a folder, which is made, and return how many logs there are."""
    from reports.attached import record_json  # noqa: PLC0415 – after the setup that models need
    from reports.rendering import render_pdf  # noqa: PLC0415
    from tests.reports.sample_portfolios import five, portfolio  # noqa: PLC0415
    from tests.reports.samples import all_kinds_of_logs  # noqa: PLC0415

    folder.mkdir(parents=True, exist_ok=True)
    logs = all_kinds_of_logs()
    for number, (name, record) in enumerate(logs.items(), 1):
        base = folder / f"{number:02} {_plain(name)}"
        base.with_suffix(".pdf").write_bytes(render_pdf(record))
        base.with_suffix(".json").write_bytes(record_json(record))
    for name, record in five().items():
        (folder / f"portfolio {_plain(name)}.pdf").write_bytes(portfolio(record))
    return len(logs)


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", name)


def main(arguments: list[str]) -> int:
    """Write them where the command says."""
    if len(arguments) != 1:
        print("Say where: make sample-logs DIR=some/folder")
        return 2
    folder = Path(arguments[0])
    django.setup()
    print(f"{write(folder)} logs are in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
