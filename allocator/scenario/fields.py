"""What the tables of the schema are made of: the table that takes no unknown key, and the kinds of field they share."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

QUANTITY: dict[str, Any] = {
    "description": "An amount: a number, or text with a suffix: '500m', '2Gi', '16GB', '1e3'.",
    "anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "minLength": 1}],
}
SPAN: dict[str, Any] = {"type": "string", "pattern": r"^\s*[0-9]+(\.[0-9]+)?\s*(ms|s|m|h|d)\s*$"}
"""A duration of more than 0."""
DURATION: dict[str, Any] = {"anyOf": [SPAN, {"type": "integer", "enum": [0]}]}
POSITIVE: dict[str, Any] = {"type": "number", "exclusiveMinimum": 0}


class Table(BaseModel):
    """A table that takes the keys it declares and no other."""

    # strict: `tasks = true` is a mistake, not a 1.
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def amounts(description: str, *examples: dict[str, object], **more: Any) -> Any:
    """A field of resource names to quantities; the quantities themselves are checked when they are built."""
    extra: dict[str, Any] = {"additionalProperties": QUANTITY}
    return Field(description=description, examples=list(examples), json_schema_extra=extra, **more)


def duration(description: str, *examples: str, default: Any = None) -> Any:
    """A field of a duration such as 90s; read when it is built."""
    return Field(default=default, description=description, examples=list(examples), json_schema_extra=DURATION)


def span(description: str, *examples: str) -> Any:
    """A field of a duration of more than 0, which may be left out."""
    return Field(default=None, description=description, examples=list(examples), json_schema_extra=SPAN)


def pools(who: str) -> Any:
    """A field of the labels of nodes that something may be placed on."""
    return Field(
        default=[],
        description=f"Labels of the nodes that {who} may be placed on (their `pool`); default: any.",
        examples=[["gpu"]],
        json_schema_extra={"items": {"type": "string", "minLength": 1}},
    )
