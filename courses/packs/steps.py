"""The steps of a module, between a pack's plain data and Wagtail's stream.

Both directions read the blocks themselves, so a new kind of activity needs no line here.
"""

from collections.abc import Callable, Mapping
from typing import Any, cast
from uuid import NAMESPACE_URL, uuid5

from wagtail.blocks import BooleanBlock, ListBlock
from wagtail.images.blocks import ImageChooserBlock
from wagtail.rich_text import RichText

from courses.activities import ASKS, BLOCKS

FIELDS: dict[str, dict[str, Any]] = {kind: dict(cast(Any, block()).child_blocks) for kind, block in BLOCKS.items()}
NameOf = Callable[[Any], str]


def stream_of(module: Mapping[str, Any], pictures: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return a module's steps as StreamField data; `pictures` gives the site's picture for each name in the pack."""
    return [
        {"type": "step", "id": step["id"], "value": {"title": step["title"], "content": _content(module["key"], step, pictures)}}
        for step in module["steps"]
    ]


def _content(module: str, step: Mapping[str, Any], pictures: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"type": part["type"], "id": part.get("id") or _block_id(module, step["id"], number), "value": _value(part, pictures)}
        for number, part in enumerate(step["content"])
    ]


def _block_id(*place: object) -> str:
    """Return an id for a block that a pack does not name: the same each time it is loaded."""
    return str(uuid5(NAMESPACE_URL, "countersign:" + "/".join(str(part) for part in place)))


def _value(part: Mapping[str, Any], pictures: Mapping[str, Any]) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for name, block in FIELDS[part["type"]].items():
        given = part.get(name, "")
        if isinstance(block, ImageChooserBlock):
            given = pictures[given].pk
        elif isinstance(block, ListBlock):
            given = [{"type": "item", "id": _block_id(part.get("id"), name, n), "value": item} for n, item in enumerate(given)]
        value[name] = given
    return value


def steps_of(stream: Any, name_of: NameOf) -> list[dict[str, Any]]:
    """Return a page's steps as a pack holds them; `name_of` gives what stands for a picture."""
    return [
        {"id": step.id, "title": step.value["title"], "content": [_part(child, name_of) for child in step.value["content"]]}
        for step in stream
    ]


def _part(child: Any, name_of: NameOf) -> dict[str, Any]:
    part = {"type": child.block_type} | ({"id": child.id} if child.block_type in ASKS else {})
    for name, block in FIELDS[child.block_type].items():
        value = _plain(block, child.value[name], name_of)
        if value not in ("", None):
            part[name] = value
    return part


def _plain(block: Any, value: Any, name_of: NameOf) -> Any:
    if isinstance(block, ImageChooserBlock):
        return name_of(value)
    if isinstance(block, ListBlock):
        fields = block.child_block.child_blocks
        return [{name: _plain(fields[name], item[name], name_of) for name in fields} for item in value]
    if isinstance(block, BooleanBlock):
        return bool(value)
    return value.source if isinstance(value, RichText) else value
