// Generates the responses of subgraphs to the fetches of a plan.
import type { GraphQLOperation } from '@district-graph/kit/operation/graphql-operation';
import {
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isListType,
  isNonNullType,
  Kind,
  OperationTypeNode,
  parse,
  type SelectionSetNode,
} from 'graphql';

const listLength = 3;

/** The response to a subgraph's request, as JSON. */
export function generatedResponse(
  schema: GraphQLSchema,
  { query, variables }: Pick<GraphQLOperation, 'query' | 'variables'>,
): string {
  const [operation] = parse(query, { noLocation: true }).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('a subgraph’s request has no operation');
  const [first] = operation.selectionSet.selections;
  const representations = variables?.representations;
  const queryType = schema.getRootType(OperationTypeNode.QUERY);
  if (!queryType) throw new Error('the schema has no query type');
  const data =
    Array.isArray(representations) && first?.kind === Kind.FIELD && first.selectionSet
      ? { _entities: representations.map(() => entityOf(schema, first.selectionSet as SelectionSetNode)) }
      : objectOf(schema, queryType, operation.selectionSet);
  return JSON.stringify({ data });
}

function entityOf(schema: GraphQLSchema, selectionSet: SelectionSetNode): unknown {
  const [fragment] = selectionSet.selections;
  if (fragment?.kind !== Kind.INLINE_FRAGMENT) return null;
  const type = schema.getType(fragment.typeCondition?.name.value ?? '');
  return isCompositeType(type) ? objectOf(schema, type, fragment.selectionSet) : null;
}

function objectOf(
  schema: GraphQLSchema,
  type: GraphQLCompositeType,
  selectionSet: SelectionSetNode,
): unknown {
  const objectType = isAbstractType(type) ? schema.getPossibleTypes(type)[0] : type;
  if (!objectType) return null;
  const object: Record<string, unknown> = {};
  addFields(schema, objectType, selectionSet, object);
  return object;
}

function addFields(
  schema: GraphQLSchema,
  type: GraphQLObjectType,
  { selections }: SelectionSetNode,
  object: Record<string, unknown>,
): void {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) {
      const name = (selection.alias ?? selection.name).value;
      const field = type.getFields()[selection.name.value];
      // A key that clients cannot select is not in their schema.
      object[name] =
        selection.name.value === '__typename'
          ? type.name
          : field
            ? generatedValue(schema, field.type, selection)
            : '1';
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      const condition = schema.getType(selection.typeCondition?.name.value ?? type.name);
      const applies = condition === type || (isAbstractType(condition) && schema.isSubType(condition, type));
      if (applies) addFields(schema, type, selection.selectionSet, object);
    }
  }
}

function generatedValue(schema: GraphQLSchema, type: GraphQLOutputType, node: FieldNode): unknown {
  if (isNonNullType(type)) return generatedValue(schema, type.ofType, node);
  if (isListType(type)) {
    // Of lists in lists, the inner ones have one entry: the number of objects must not multiply twice at each level.
    const length = isListType(getNullableType(type.ofType)) ? 1 : listLength;
    return Array.from({ length }, () => generatedValue(schema, type.ofType, node));
  }
  if (isCompositeType(type)) return node.selectionSet ? objectOf(schema, type, node.selectionSet) : null;
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (type.name === 'Boolean') return true;
  return type.name === 'Int' || type.name === 'Float' ? 1 : '1';
}
