"""The steps of a module, between a pack's plain data and Wagtail's stream.

Both directions read the blocks themselves, however deep, so a new kind of activity needs no line here.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast
from uuid import NAMESPACE_URL, uuid5

from wagtail.blocks import BooleanBlock, ListBlock, StructBlock
from wagtail.rich_text import RichText

from courses.activities import ASKS, BLOCKS
from courses.activities.activity import ActivityBlock
from courses.packs.files import FILE_BLOCKS
from courses.packs.source import Place

KINDS: dict[str, ActivityBlock] = {kind: block() for kind, block in BLOCKS.items()}
NameOf = Callable[[Any], str]
EMPTY: tuple[Any, ...] = ("", None, [])


def fields_of(block: Any) -> dict[str, Any]:
    """Return the fields of a StructBlock, by name."""
    return dict(cast(Any, block).child_blocks)


def leaves(block: Any, value: Any, place: Place = ()) -> Iterator[tuple[Any, Any, Place]]:
    """Yield every single field that a pack fills in: its block, its value, and its place in the part."""
    if isinstance(block, StructBlock):
        for name, child in fields_of(block).items():
            if value.get(name) not in EMPTY:
                yield from leaves(child, value[name], (*place, name))
    elif isinstance(block, ListBlock):
        for number, item in enumerate(value):
            yield from leaves(block.child_block, item, (*place, number))
    else:
        yield block, value, place


def files_in(module: Mapping[str, Any]) -> set[str]:
    """Return the names of all pictures and recordings that a pack's module shows."""
    parts = [part for step in module["steps"] for part in step["content"]]
    found = [leaf for part in parts for leaf in leaves(KINDS[part["type"]], part)]
    return {value for block, value, _place in found if isinstance(block, FILE_BLOCKS)}


def stream_of(module: Mapping[str, Any], files: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return a module's steps as StreamField data; `files` gives the site's picture or recording for each name in the pack."""
    return [
        {"type": "step", "id": step["id"], "value": {"title": step["title"], "content": _content(module["key"], step, files)}}
        for step in module["steps"]
    ]


def _content(module: str, step: Mapping[str, Any], files: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "type": part["type"],
            "id": part.get("id") or _block_id(module, step["id"], number),
            "value": _streamed(KINDS[part["type"]], part, files, (part.get("id"),)),
        }
        for number, part in enumerate(step["content"])
    ]


def _block_id(*place: object) -> str:
    """Return an id for a block that a pack does not name: the same each time it is loaded."""
    return str(uuid5(NAMESPACE_URL, "countersign:" + "/".join(str(part) for part in place)))


def _streamed(block: Any, given: Any, files: Mapping[str, Any], place: tuple[object, ...]) -> Any:
    if isinstance(block, StructBlock):
        fields = fields_of(block).items()
        return {name: _streamed(child, given.get(name, ""), files, (*place, name)) for name, child in fields}
    if isinstance(block, ListBlock):
        places = [(item, (*place, number)) for number, item in enumerate(given or [])]
        return [{"type": "item", "id": _block_id(*here), "value": _streamed(block.child_block, item, files, here)} for item, here in places]
    return files[given].pk if isinstance(block, FILE_BLOCKS) else given


def steps_of(stream: Any, name_of: NameOf) -> list[dict[str, Any]]:
    """Return a page's steps as a pack holds them; `name_of` gives what stands for a picture or a recording."""
    return [
        {"id": step.id, "title": step.value["title"], "content": [_part(child, name_of) for child in step.value["content"]]}
        for step in stream
    ]


def _part(child: Any, name_of: NameOf) -> dict[str, Any]:
    named = {"id": child.id} if child.block_type in ASKS else {}
    return {"type": child.block_type, **named, **plain(child.block, child.value, name_of)}


def plain(block: Any, value: Any, name_of: NameOf) -> Any:
    """Return a value, of a stream or of a pack, as a pack holds it: plain data, and nothing that is empty."""
    if isinstance(block, StructBlock):
        held = {name: plain(child, value.get(name), name_of) for name, child in fields_of(block).items()}
        return {name: value for name, value in held.items() if value not in EMPTY}
    if isinstance(block, ListBlock):
        return [plain(block.child_block, item, name_of) for item in value or []]
    if isinstance(block, FILE_BLOCKS):
        return name_of(value) if value else None
    if isinstance(block, BooleanBlock):
        return bool(value)
    return value.source if isinstance(value, RichText) else value
