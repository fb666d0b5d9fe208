"""The schema with its resolvers. What a viewer may see is decided here again: the gateway knows no divisions of records."""

from pathlib import Path

from ariadne import QueryType, load_schema_from_path
from ariadne.contrib.federation import FederatedObjectType, make_federated_schema
from graphql import GraphQLError, GraphQLResolveInfo

from .data import BY_ID, Canteen, canteens_within, significant

CITY = "410100"

query = QueryType()
canteen_type = FederatedObjectType("Canteen")
division_type = FederatedObjectType("Division")


@query.field("canteens")
def resolve_canteens(_root: None, _info: GraphQLResolveInfo, within: str | None = None) -> list[Canteen]:
    return canteens_within(CITY if within is None else within)


@canteen_type.reference_resolver
def canteen_of(_root: None, _info: GraphQLResolveInfo, representation: dict) -> Canteen | GraphQLError | None:
    key = key_of(representation, "id")
    return BY_ID.get(key) if isinstance(key, str) else key


@division_type.reference_resolver
def division_of(_root: None, _info: GraphQLResolveInfo, representation: dict) -> dict | GraphQLError:
    key = key_of(representation, "code")
    return {"code": key} if isinstance(key, str) else key


@division_type.field("canteens")
def resolve_division_canteens(division: dict, _info: GraphQLResolveInfo) -> list[Canteen]:
    return canteens_within(division["code"])


@canteen_type.field("division")
def resolve_division(canteen: Canteen, _info: GraphQLResolveInfo) -> dict:
    return {"code": canteen.division_code}


@canteen_type.field("divisionCode")
def resolve_division_code(canteen: Canteen, _info: GraphQLResolveInfo) -> str:
    return canteen.division_code


@canteen_type.field("lunchPriceFen")
def resolve_lunch_price(canteen: Canteen, _info: GraphQLResolveInfo) -> int:
    return canteen.lunch_price_fen


@canteen_type.field("managerPhone")
def resolve_manager_phone(canteen: Canteen, info: GraphQLResolveInfo) -> str:
    viewer = info.context["request"].scope["viewer"]
    if not has_permission(viewer, "worker:identify", canteen.division_code):
        raise GraphQLError(
            "需要权限 worker:identify。 Requires the scope worker:identify within the community of the canteen.",
            extensions={"code": "FORBIDDEN"},
        )
    return canteen.manager_phone


def has_permission(viewer: dict | None, scope: str, division: str) -> bool:
    """Whether the viewer has the scope in one of their divisions that contains this one."""
    if viewer is None or scope not in viewer["scopes"]:
        return False
    return any(division.startswith(significant(each)) for each in viewer["divisions"])


def key_of(representation: dict, field: str) -> str | GraphQLError:
    """The key, or an error that is returned as the entity: raised, it would cost the other entities of the call."""
    key = representation.get(field)
    if isinstance(key, str):
        return key
    return GraphQLError(f"{field} 应为文本。 {field}: expected a text.", extensions={"code": "BAD_USER_INPUT"})


sdl = load_schema_from_path(str(Path(__file__).parent.parent / "canteens.graphql"))
schema = make_federated_schema(sdl, query, canteen_type, division_type)
# Ariadne drops the definitions of directives, without which the rules of @access could not be composed.
schema.query_type.fields["_service"].resolve = lambda _root, _info: {"sdl": sdl}
