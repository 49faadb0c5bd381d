"""Write a course of the site back as a pack."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from courses.models import CoursePage
from courses.packs.contents import about_data, framework_data, module_data
from courses.packs.pictures import pack_name


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
    pictures = _PictureNames()
    modules = [module_data(page, pictures.name_of) for page in course.modules()]
    files: dict[str, Mapping[str, Any]] = {
        "pack.yaml": about_data(course) | {"modules": [module["key"] for module in modules]},
        "framework.yaml": framework_data(course.framework),
        **{f"modules/{module['key']}.yaml": module for module in modules},
    }
    return [_write(folder / name, data) for name, data in files.items()] + pictures.write(folder)


def _write(path: Path, data: Mapping[str, Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = yaml.dump(dict(data), Dumper=PackDumper, allow_unicode=True, sort_keys=False, width=10_000)
    path.write_text(text, encoding="utf-8")
    return path


class _PictureNames:
    """Names for the pictures of one pack, no name given twice."""

    def __init__(self) -> None:
        self.pictures: dict[str, Any] = {}

    def name_of(self, picture: Any) -> str:
        """Return the name this picture has in the pack."""
        name = pack_name(picture)
        if self.pictures.setdefault(name, picture).pk != picture.pk:
            name = f"{name.rpartition('.')[0]}-{picture.pk}.{name.rpartition('.')[2]}"
            self.pictures[name] = picture
        return name

    def write(self, folder: Path) -> list[Path]:
        """Copy each named picture and return the files."""
        for name, picture in self.pictures.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            with picture.file.open("rb") as file:
                (folder / name).write_bytes(file.read())
        return [folder / name for name in self.pictures]
