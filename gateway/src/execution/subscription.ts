// A client's subscription, made into the query that is run for each event.

import { checkDivisionCode } from '@district-graph/kit/divisions/divisions';
import { graphError } from '@district-graph/kit/errors';
import { collectFields, type Fragments } from '@district-graph/kit/operation/collect-fields';
import type { GraphQLOperation } from '@district-graph/kit/operation/graphql-operation';
import {
  OperationError,
  type OperationLimits,
  ValidOperation,
} from '@district-graph/kit/operation/valid-operation';
import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLError,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  Kind,
  OperationTypeNode,
  print,
  type SelectionSetNode,
  valueFromAST,
  visit,
} from 'graphql';
import { forSubgraphs } from '../planning/selection-contents.ts';
import type { SupergraphMetadata } from '../supergraph/supergraph-metadata.ts';

export interface Subscription {
  /** What the client calls it. */
  name: string | null;
  /** `Subscription.field`. */
  field: string;
  subgraph: string;
  /** The types whose changes it is about. */
  entityTypes: ReadonlySet<string>;
  /** Whether only changes of the status are: so where the field's name says StatusChanged. */
  isOfStatus: boolean;
  /** The division that they must lie inside. */
  within: string;
  /** The scopes that the viewer needs there. */
  scopes: readonly string[];
  /** Whether each event tells in which community its entity lies: that takes a purpose, too. */
  isOfCommunity: boolean;
  query: string;
  variablesFor: (entityId: string) => Pick<GraphQLOperation, 'variables' | 'exactVariables'>;
}

type SubscriptionRequest = Pick<GraphQLOperation, 'query' | 'operationName' | 'variables' | 'exactVariables'>;

/**
 * `subscription { incidentChanged(within:) { … } }` becomes `query { incidentChanged: incident(id:) { … } }`: the root field
 * of the same type that looks up by `id`. Throws Refused for what is no valid subscription.
 */
export function subscriptionOf(
  { query, operationName, variables, exactVariables }: SubscriptionRequest,
  schema: GraphQLSchema,
  facts: SupergraphMetadata,
  checks: { limits: OperationLimits; isChecked: boolean },
): Subscription {
  const valid = new ValidOperation(query, operationName, schema, checks);
  const { definition, fragments } = valid;
  const { values, conditions } = valid.coerced(variables ?? {});
  const rootType = schema.getSubscriptionType();
  const nodes =
    definition.operation === OperationTypeNode.SUBSCRIPTION && rootType
      ? [...collectFields(schema, rootType, [definition.selectionSet], fragments, conditions).values()].flat()
      : [];
  const [field] = nodes;
  if (!field)
    throw refused('此处只接受查一个字段的订阅。 Only a subscription that asks for a field is accepted here.');
  const root = rootType?.getFields()[field.name.value];
  const lookUp = root && lookUpOf(schema, String(getNamedType(root.type)));
  if (!root || !lookUp)
    throw refused(`没有 ${field.name.value} 的实时消息。 There is no live news by ${field.name.value}.`);
  const eventId = unused(
    'eventId',
    definition.variableDefinitions?.map(({ variable }) => variable.name.value) ?? [],
  );
  const asked = askedById(nodes, field, lookUp, eventId);
  const spread = fragmentsIn(asked, fragments);
  const used = new Set<string>();
  for (const node of [asked, ...spread]) visit(node, { Variable: ({ name }) => void used.add(name.value) });
  const document = {
    kind: Kind.DOCUMENT as const,
    definitions: [
      {
        ...definition,
        operation: OperationTypeNode.QUERY,
        variableDefinitions: [
          ...(definition.variableDefinitions ?? []).filter(({ variable }) => used.has(variable.name.value)),
          idVariable(eventId),
        ],
        selectionSet: { ...definition.selectionSet, selections: [asked] },
      },
      ...spread,
    ],
  };
  const named = getNamedType(root.type);
  const within = field.arguments?.find(({ name }) => name.value === 'within')?.value;
  const type = root.args.find(({ name }) => name === 'within')?.type;
  const fieldName = `Subscription.${field.name.value}`;
  const code = divisionOf(within && type ? String(valueFromAST(within, type, values)) : '');
  const scope = facts.access[fieldName]?.scope;
  const ofCommunity = code.length > 9 ? facts.communityFields[String(named)] : undefined;
  if (ofCommunity && !isSelected(ofCommunity.field, asked.selectionSet, fragments))
    throw refused(
      `按社区订阅须选取 ${ofCommunity.field}，使所告知的记入访问记录；或改为订阅街道 ${code.slice(0, 9)}。 Inside a community, select ${ofCommunity.field}, so that what is told is on record; or subscribe inside the subdistrict ${code.slice(0, 9)}.`,
    );
  return {
    name: definition.name?.value ?? null,
    field: fieldName,
    subgraph: facts.subscriptions[field.name.value] ?? '',
    entityTypes: new Set([
      String(named),
      ...(isInterfaceType(named) ? schema.getPossibleTypes(named).map(({ name }) => name) : []),
    ]),
    isOfStatus: field.name.value.endsWith('StatusChanged'),
    within: code,
    scopes: [scope, ofCommunity?.scope].filter((each) => each !== undefined),
    isOfCommunity: ofCommunity !== undefined,
    query: print(document),
    variablesFor: (entityId) => ({
      variables: { ...variables, [eventId]: entityId },
      ...(exactVariables ? { exactVariables: { ...exactVariables, [eventId]: entityId } } : {}),
    }),
  };
}

function divisionOf(code: string): string {
  try {
    return checkDivisionCode(code);
  } catch (error) {
    throw new OperationError([error as GraphQLError]);
  }
}

const refused = (message: string) =>
  new OperationError([graphError('OPERATION_RESOLUTION_FAILURE', message)]);

/** The root field that looks up one entity of the type by its key. */
function lookUpOf(schema: GraphQLSchema, type: string): string | null {
  for (const { name, type: given, args } of Object.values(schema.getQueryType()?.getFields() ?? {}))
    if (String(given) === type && args.length === 1 && args[0]?.name === 'id') return name;
  return null;
}

/** Whether the field is asked for whatever the variables are: not where a directive may leave it out. */
const isSelected = (
  name: string,
  selectionSet: SelectionSetNode | undefined,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): boolean =>
  selectionSet?.selections.some((selection) => {
    if (selection.directives?.length) return false;
    if (selection.kind === Kind.FIELD) return selection.name.value === name;
    const inner = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
    return isSelected(name, inner?.selectionSet, fragments);
  }) ?? false;

const unused = (name: string, taken: readonly string[]): string =>
  taken.includes(name) ? unused(`${name}_`, taken) : name;

const idVariable = (name: string) => ({
  kind: Kind.VARIABLE_DEFINITION as const,
  variable: { kind: Kind.VARIABLE as const, name: { kind: Kind.NAME as const, value: name } },
  type: {
    kind: Kind.NON_NULL_TYPE as const,
    type: { kind: Kind.NAMED_TYPE as const, name: { kind: Kind.NAME as const, value: 'ID' } },
  },
});

/** The fragments that are spread in the field, however deep: those around it are not about what is looked up. */
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

/** The field can be asked for several times, in fragments too: what is selected of it is all of that. */
const askedById = (
  nodes: readonly FieldNode[],
  field: FieldNode,
  lookUp: string,
  variable: string,
): FieldNode => ({
  ...field,
  alias: field.alias ?? field.name,
  name: { kind: Kind.NAME, value: lookUp },
  arguments: [
    {
      kind: Kind.ARGUMENT,
      name: { kind: Kind.NAME, value: 'id' },
      value: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: variable } },
    },
  ],
  directives: forSubgraphs(field),
  selectionSet: {
    kind: Kind.SELECTION_SET,
    selections: nodes.flatMap(({ selectionSet }) => selectionSet?.selections ?? []),
  },
});
