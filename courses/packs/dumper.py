"""Write a course of the site back as a pack."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from courses.models import CoursePage
from courses.packs.contents import about_data, framework_data, module_data, units_data
from courses.packs.files import name_in_pack, write_file
from courses.packs.units import FILE as UNITS


class PackDumper(yaml.SafeDumper):
    """YAML as a person would write it: the order kept, long text as a block, no references."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write everything out."""
        return True


def _text(dumper: PackDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


PackDumper.add_representer(str, _text)


def dump_pack(course: CoursePage, folder: Path) -> list[Path]:
    """Write `course` into `folder` (made if it is not there) and return the files written."""
    files_named = _FileNames()
    modules = [module_data(page, files_named.name_of) for page in course.modules()]
    files: dict[str, Mapping[str, Any]] = {
        "pack.yaml": about_data(course) | {"modules": [module["key"] for module in modules]},
        "framework.yaml": framework_data(course.framework),
        **({UNITS: {"units": units}} if (units := units_data(course.framework)) else {}),
        **{f"modules/{module['key']}.yaml": module for module in modules},
    }
    return [_write(folder / name, data) for name, data in files.items()] + files_named.write(folder)


def _write(path: Path, data: Mapping[str, Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = yaml.dump(dict(data), Dumper=PackDumper, allow_unicode=True, sort_keys=False, width=10_000)
    path.write_text(text, encoding="utf-8")
    return path


class _FileNames:
    """Names for the pictures and recordings of one pack, no name given twice."""

    def __init__(self) -> None:
        self.named: dict[str, Any] = {}

    def name_of(self, thing: Any) -> str:
        """Return the name this picture or recording has in the pack."""
        name = name_in_pack(thing)
        if self.named.setdefault(name, thing) != thing:
            name = f"{name.rpartition('.')[0]}-{thing.pk}.{name.rpartition('.')[2]}"
            self.named[name] = thing
        return name

    def write(self, folder: Path) -> list[Path]:
        """Copy each, and return the files."""
        return [written for name, thing in self.named.items() for written in write_file(thing, folder / name)]
