"""The ASGI application. `VIEWER_KEYS` has the keys that the gateway signs viewers with for this subgraph."""

import os

from ariadne import format_error
from ariadne.asgi import GraphQL
from ariadne.explorer import ExplorerHttp405
from graphql import GraphQLError
from viewer_signature import ViewerSignatures, read_keys

from .limits import DepthLimit
from .requests import CheckedRequests
from .schema import schema

SUBGRAPH = "canteens"


def formatted(error: GraphQLError, _debug: bool = False) -> dict:
    """Errors that this subgraph raises on purpose have a code; any other is not told."""
    is_bug = error.original_error is not None and not isinstance(error.original_error, GraphQLError)
    if is_bug:
        error = GraphQLError("内部错误。 Internal error.", error.nodes, path=error.path)
    return format_error(error, debug=False)


keys = os.environ.get("VIEWER_KEYS")
app = CheckedRequests(
    GraphQL(
        schema,
        error_formatter=formatted,
        validation_rules=[DepthLimit],
        introspection=False,
        explorer=ExplorerHttp405(),
        debug=False,
    ),
    ViewerSignatures(read_keys(keys), SUBGRAPH) if keys else None,
)
