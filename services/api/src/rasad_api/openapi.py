"""OpenAPI 3.1 that is true: schemas of the models that msgspec really reads and writes."""

from collections.abc import Mapping
from http import HTTPStatus
from types import UnionType
from typing import Any, Final, get_args

import msgspec.inspect
from fastapi import FastAPI

from rasad_api.auth import COOKIE, is_open
from rasad_api.problems import ProblemDocument

_REF = "#/components/schemas/{name}"
# Every model that an operation names; they become the components.
_MODELS: set[Any] = set()
_KEYS: Final[list[dict[str, list[str]]]] = [{"key": []}, {"cookie": []}]
_SCHEMES: Final = {
    "key": {"type": "http", "scheme": "bearer", "description": "A key of `POST /v1/keys`."},
    "cookie": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": "Set by sign-in."},
}
Responses = dict[int | str, dict[str, Any]]


def schema_of(shape: Any) -> dict[str, Any]:
    """Give the schema of a model, and have its component written."""
    if isinstance(shape, UnionType) and all(map(msgspec.inspect.is_struct_type, get_args(shape))):
        return {"anyOf": [schema_of(each) for each in get_args(shape)]}  # msgspec wants tags there
    _MODELS.add(shape)
    (schema,), _ = msgspec.json.schema_components((shape,), ref_template=_REF)
    return schema


def answers(
    shape: Any, *problems: int, status: int = 200, media_type: str = "application/json"
) -> Responses:
    """Describe an operation's answer, and the problems it is likely to meet; for `responses=`."""
    content = {media_type: {"schema": schema_of(shape)}}
    described = {"description": HTTPStatus(status).phrase, "content": content}
    return {status: described, **{each: problem(each) for each in problems}}


def nothing(*problems: int) -> Responses:
    """Describe an operation that answers 204."""
    return {204: {"description": "Done."}, **{each: problem(each) for each in problems}}


def problem(status: int | None = None) -> dict[str, Any]:
    """Describe a problem."""
    content = {"application/problem+json": {"schema": schema_of(ProblemDocument)}}
    return {
        "description": "A problem." if status is None else HTTPStatus(status).phrase,
        "content": content,
    }


def takes(shape: Any, *media_types: str, example: object = None) -> dict[str, Any]:
    """Describe an operation's body; for `openapi_extra=`."""
    media: dict[str, Any] = {"schema": schema_of(shape)}
    if example is not None:
        media["example"] = example
    content = dict.fromkeys(media_types or ("application/json",), media)
    return {"requestBody": {"required": True, "content": content}}


class Api(FastAPI):
    """FastAPI whose OpenAPI has our models and says which operations are open."""

    def openapi(self) -> dict[str, Any]:
        """Give the document, made once."""
        if self.openapi_schema is None:
            document = super().openapi()
            components = document.setdefault("components", {})
            components["securitySchemes"] = _SCHEMES
            components.setdefault("schemas", {}).update(_components())
            for path, operations in document["paths"].items():
                for operation in operations.values():
                    operation["security"] = [] if is_open(path) else _KEYS
        return self.openapi_schema or {}


def _components() -> Mapping[str, Any]:
    # Sorted, so that the document is the same in every process.
    shapes = sorted(_MODELS, key=str)
    return msgspec.json.schema_components(shapes, ref_template=_REF)[1]
