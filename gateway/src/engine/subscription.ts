// Compiles a client's subscription into the query that is executed for each event.

import { checkDivisionCode, subdistrictCodeOf } from '@district-graph/kit/divisions/divisions';
import { graphError } from '@district-graph/kit/errors';
import { type Conditions, collectFields, type Fragments } from '@district-graph/kit/operation/collect-fields';
import type { GraphQLOperation } from '@district-graph/kit/operation/graphql-operation';
import type { OperationLimits } from '@district-graph/kit/operation/limits';
import { OperationError, ValidOperation } from '@district-graph/kit/operation/valid-operation';
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLError,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  print,
  type SelectionSetNode,
  type VariableDefinitionNode,
  valueFromAST,
  visit,
} from 'graphql';
import { directivesForSubgraphs } from '../planning/selection-ids.ts';
import type { SupergraphMetadata } from '../supergraph/supergraph-metadata.ts';

export interface Subscription {
  /** The operation's name in the document. */
  name: string | null;
  /** `Subscription.field`. */
  field: string;
  subgraph: string;
  /** The types whose changes are sent. */
  entityTypes: ReadonlySet<string>;
  /** Whether only changes of the status are sent, as for fields named …StatusChanged. */
  isOfStatusChanges: boolean;
  /** The code of the division that the entities must lie in. */
  within: string;
  /** The scopes that the viewer needs there. */
  scopes: readonly string[];
  /** Whether each event discloses in which community its entity lies, which needs a purpose too. */
  isInCommunity: boolean;
  query: string;
  variablesFor: (entityId: string) => Pick<GraphQLOperation, 'variables' | 'exactVariables'>;
}

type SubscriptionRequest = Pick<GraphQLOperation, 'query' | 'operationName' | 'variables' | 'exactVariables'>;

/**
 * `subscription { incidentChanged(within:) { … } }` becomes `query { incidentChanged: incident(id:) { … } }`, with the root field
 * that looks up an object of the same type by `id`. Throws an OperationError for a request that is not a valid subscription.
 */
export function compileSubscription(
  request: SubscriptionRequest,
  schema: GraphQLSchema,
  metadata: SupergraphMetadata,
  checks: { limits: OperationLimits; isChecked: boolean },
): Subscription {
  const { variables, exactVariables } = request;
  const valid = new ValidOperation(request.query, request.operationName, schema, checks);
  const { definition, fragments } = valid;
  const { values, conditions } = valid.coerced(variables ?? {});
  const selected = selectedField(schema, definition, fragments, conditions);
  const eventId = unusedName(
    'eventId',
    definition.variableDefinitions?.map(({ variable }) => variable.name.value) ?? [],
  );
  const lookUp = lookUpField(selected, eventId);
  const within = divisionOf(selected, values);
  const fieldName = selected.node.name.value;
  const coordinate = `Subscription.${fieldName}`;
  const community = communityFieldOf(selected, within, metadata);
  if (community && !isSelected(community.field, lookUp.selectionSet, fragments))
    throw refused(
      `按社区订阅须选取 ${community.field}，以便将披露的内容记入访问记录；或改为订阅街道 ${subdistrictCodeOf(within)}。 Within a community, select ${community.field}, so that the disclosure is recorded; or subscribe within the subdistrict ${subdistrictCodeOf(within)}.`,
    );
  return {
    name: definition.name?.value ?? null,
    field: coordinate,
    subgraph: metadata.subscriptions[fieldName] ?? '',
    entityTypes: entityTypesOf(selected, schema),
    isOfStatusChanges: fieldName.endsWith('StatusChanged'),
    within,
    scopes: [metadata.access[coordinate]?.scope, community?.scope].filter((scope) => scope !== undefined),
    isInCommunity: community !== undefined,
    query: print(queryDocument(definition, lookUp, fragments, eventId)),
    variablesFor: (entityId) => ({
      variables: { ...variables, [eventId]: entityId },
      ...(exactVariables ? { exactVariables: { ...exactVariables, [eventId]: entityId } } : {}),
    }),
  };
}

/** The root field of a subscription. It can be selected several times, in fragments too. */
interface SelectedField {
  node: FieldNode;
  nodes: readonly FieldNode[];
  definition: GraphQLField<unknown, unknown>;
  type: GraphQLNamedType;
  /** The root field of queries that looks up one entity of the type. */
  lookUp: string;
}

function selectedField(
  schema: GraphQLSchema,
  { operation, selectionSet }: OperationDefinitionNode,
  fragments: Fragments,
  conditions: Conditions,
): SelectedField {
  const rootType = schema.getSubscriptionType();
  const nodes =
    operation === OperationTypeNode.SUBSCRIPTION && rootType
      ? [...collectFields(schema, rootType, [selectionSet], fragments, conditions).values()].flat()
      : [];
  const [node] = nodes;
  if (!node)
    throw refused('此处只接受选取一个字段的订阅。 Only subscriptions that select a field are accepted here.');
  const definition = rootType?.getFields()[node.name.value];
  const type = definition && getNamedType(definition.type);
  const lookUp = type && lookUpFieldOf(schema, type.name);
  if (!lookUp)
    throw refused(
      `不支持订阅 ${node.name.value}：请改为查询。 Subscriptions to ${node.name.value} are not supported: query it instead.`,
    );
  return { node, nodes, definition, type, lookUp };
}

/** The root field that looks up one entity of the type by its key. */
function lookUpFieldOf(schema: GraphQLSchema, typeName: string): string | null {
  for (const { name, type, args } of Object.values(schema.getQueryType()?.getFields() ?? {}))
    if (String(type) === typeName && args.length === 1 && args[0]?.name === 'id') return name;
  return null;
}

/** The field that looks up the entity of an event, with everything that is selected of the subscription's field. */
const lookUpField = ({ node, nodes, lookUp }: SelectedField, idVariable: string): FieldNode => ({
  ...node,
  alias: node.alias ?? node.name,
  name: { kind: Kind.NAME, value: lookUp },
  arguments: [
    {
      kind: Kind.ARGUMENT,
      name: { kind: Kind.NAME, value: 'id' },
      value: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: idVariable } },
    },
  ],
  directives: directivesForSubgraphs(node),
  selectionSet: {
    kind: Kind.SELECTION_SET,
    selections: nodes.flatMap(({ selectionSet }) => selectionSet?.selections ?? []),
  },
});

/** The code of the division in the argument `within`. */
function divisionOf({ node, definition }: SelectedField, values: Readonly<Record<string, unknown>>): string {
  const within = node.arguments?.find(({ name }) => name.value === 'within')?.value;
  const type = definition.args.find(({ name }) => name === 'within')?.type;
  const code = within && type ? String(valueFromAST(within, type, values)) : '';
  try {
    return checkDivisionCode(code);
  } catch (error) {
    throw new OperationError([error as GraphQLError]);
  }
}

/** For a subscription within a community, the field that discloses the community; codes of communities have over nine digits. */
const communityFieldOf = ({ type }: SelectedField, within: string, metadata: SupergraphMetadata) =>
  within.length > 9 ? metadata.communityFields[type.name] : undefined;

const entityTypesOf = ({ type }: SelectedField, schema: GraphQLSchema): ReadonlySet<string> =>
  new Set([
    type.name,
    ...(isInterfaceType(type) ? schema.getPossibleTypes(type).map(({ name }) => name) : []),
  ]);

/** The query that is executed for each event, with the fragments and variables that the field uses. */
function queryDocument(
  definition: OperationDefinitionNode,
  field: FieldNode,
  fragments: Fragments,
  eventId: string,
): DocumentNode {
  const fragmentsUsed = fragmentsIn(field, fragments);
  const variablesUsed = new Set<string>();
  for (const node of [field, ...fragmentsUsed])
    visit(node, { Variable: ({ name }) => void variablesUsed.add(name.value) });
  const query: OperationDefinitionNode = {
    ...definition,
    operation: OperationTypeNode.QUERY,
    variableDefinitions: [
      ...(definition.variableDefinitions ?? []).filter(({ variable }) =>
        variablesUsed.has(variable.name.value),
      ),
      idVariableDefinition(eventId),
    ],
    selectionSet: { ...definition.selectionSet, selections: [field] },
  };
  return { kind: Kind.DOCUMENT, definitions: [query, ...fragmentsUsed] };
}

const refused = (message: string) =>
  new OperationError([graphError('OPERATION_RESOLUTION_FAILURE', message)]);

/** Whether the field is selected for any values of the variables: not where a directive can leave it out. */
const isSelected = (
  name: string,
  selectionSet: SelectionSetNode | undefined,
  fragments: Fragments,
): boolean =>
  selectionSet?.selections.some((selection) => {
    if (selection.directives?.length) return false;
    if (selection.kind === Kind.FIELD) return selection.name.value === name;
    const fragment =
      selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
    return isSelected(name, fragment?.selectionSet, fragments);
  }) ?? false;

const unusedName = (name: string, used: readonly string[]): string =>
  used.includes(name) ? unusedName(`${name}_`, used) : name;

const idVariableDefinition = (name: string): VariableDefinitionNode => ({
  kind: Kind.VARIABLE_DEFINITION,
  variable: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } },
  type: {
    kind: Kind.NON_NULL_TYPE,
    type: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: 'ID' } },
  },
});

/** The fragments spread in the field, at any depth. Those spread around it do not apply to the entity. */
function fragmentsIn(field: FieldNode, fragments: Fragments): ReadonlySet<FragmentDefinitionNode> {
  const found = new Set<FragmentDefinitionNode>();
  const find = (node: FieldNode | FragmentDefinitionNode): void => {
    visit(node, {
      FragmentSpread: ({ name }) => {
        const fragment = fragments.get(name.value);
        if (!fragment || found.has(fragment)) return;
        found.add(fragment);
        find(fragment);
      },
    });
  };
  find(field);
  return found;
}
