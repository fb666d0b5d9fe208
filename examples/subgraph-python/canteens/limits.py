"""A limit of the depth of operations."""

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    OperationDefinitionNode,
    SelectionSetNode,
    ValidationContext,
    ValidationRule,
)

MAX_DEPTH = 20


class DepthLimit(ValidationRule):
    """Refuses operations in which fields are nested deeper than `MAX_DEPTH`."""

    context: ValidationContext

    def enter_operation_definition(self, node: OperationDefinitionNode, *_args: object) -> None:
        if _is_deeper(node.selection_set, MAX_DEPTH, self.context, frozenset()):
            self.report_error(
                GraphQLError(
                    f"查询嵌套过深。 Fields are nested deeper than {MAX_DEPTH}.",
                    node,
                    extensions={"code": "OPERATION_TOO_DEEP"},
                )
            )


def _is_deeper(
    selections: SelectionSetNode | None, left: int, context: ValidationContext, spread: frozenset[str]
) -> bool:
    if selections is None:
        return False
    if left == 0:
        return True
    for node in selections.selections:
        if isinstance(node, FragmentSpreadNode):
            name = node.name.value
            fragment = context.get_fragment(name)
            # Another rule reports a fragment that spreads itself.
            if fragment is None or name in spread:
                continue
            if _is_deeper(fragment.selection_set, left, context, spread | {name}):
                return True
        elif _is_deeper(node.selection_set, left - isinstance(node, FieldNode), context, spread):
            return True
    return False
