"""The ASGI application. `VIEWER_KEYS` has the keys that the gateway signs viewers with for this subgraph."""

import logging
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


def is_bug(error: GraphQLError) -> bool:
    return error.original_error is not None and not isinstance(error.original_error, GraphQLError)


# Ariadne logs every error with its traceback. Those of clients are none of the operators' business.
logging.getLogger("ariadne").addFilter(
    lambda record: not (record.exc_info and isinstance(record.exc_info[1], GraphQLError) and not is_bug(record.exc_info[1]))
)


def formatted(error: GraphQLError, _debug: bool = False) -> dict:
    """Errors that this subgraph raises on purpose have a code; any other is not told."""
    if is_bug(error):
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
