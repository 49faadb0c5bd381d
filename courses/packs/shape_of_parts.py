"""The shape of an activity in a pack, read from the block that its author's form is made of.

What an author may leave out, a pack may leave out; what is too long in the form is too
long in the pack. So a new kind of activity needs no schema of its own.
"""

from typing import Any

from wagtail.blocks import BooleanBlock, ChoiceBlock, IntegerBlock, ListBlock, RegexBlock, RichTextBlock, StructBlock

from courses.activities import ASKS
from courses.packs.files import FILE_BLOCKS, file_pattern
from courses.packs.steps import KINDS, fields_of

Schema = dict[str, Any]


def part_schema() -> Schema:
    """Return the schema of one part of a step, for the definitions in schema/module.json."""
    each = [{"if": {"properties": {"type": {"const": kind}}}, "then": _of_kind(kind)} for kind in KINDS]
    return {"type": "object", "required": ["type"], "properties": {"type": {"enum": list(KINDS)}}, "allOf": each}


def _of_kind(kind: str) -> Schema:
    schema = _of(KINDS[kind])
    schema["properties"]["type"] = True
    if kind in ASKS:
        schema["properties"]["id"] = {"$ref": "#/$defs/slug"}
        schema["required"].append("id")
    return schema


def _of(block: Any) -> Schema:
    if isinstance(block, StructBlock):
        fields = fields_of(block)
        needed = [name for name, child in fields.items() if _is_needed(child)]
        shapes = {name: _of(child) for name, child in fields.items()}
        return {"type": "object", "additionalProperties": False, "required": needed, "properties": shapes}
    if isinstance(block, ListBlock):
        least, most = block.meta.min_num or 0, block.meta.max_num
        return {"type": "array", "items": _of(block.child_block), "minItems": least} | ({"maxItems": most} if most else {})
    return _of_field(block)


def _of_field(block: Any) -> Schema:
    if isinstance(block, BooleanBlock):
        return {"type": "boolean"}
    if isinstance(block, IntegerBlock):
        return {"type": "integer", "minimum": block.field.min_value, "maximum": block.field.max_value}
    if isinstance(block, ChoiceBlock):
        return {"enum": [value for value, _label in block.field.choices if value]}
    if isinstance(block, FILE_BLOCKS):
        return {"type": "string", "pattern": file_pattern(block)}
    longest = block.max_length if isinstance(block, RichTextBlock) else block.field.max_length
    shape: Schema = {"type": "string", "minLength": 1 if block.required else 0, "maxLength": longest}
    return shape | ({"pattern": block.field.regex.pattern} if isinstance(block, RegexBlock) else {})


def _is_needed(block: Any) -> bool:
    """Return whether a pack has to say it. Yes or no is always said, so that a reader need not know what it means to leave it out."""
    return bool(block.meta.min_num) if isinstance(block, ListBlock) else isinstance(block, BooleanBlock) or block.required
