// Refuses ahead what no subgraph would give the viewer: nothing is planned or fetched for it.
import { graphError } from '@district-graph/kit/errors';
import {
  type FragmentDefinitionNode,
  type GraphQLError,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
} from 'graphql';
import { type FieldRule, type FieldRules, nothing, type Withheld } from '../supergraph/access-metadata.ts';

/** Whether the viewer has the scope: inside the division, or somewhere. */
export type HasPermission = (scope: string, division?: string) => boolean;

/** What the fields of an operation ask of a viewer. */
export interface RequestedAccess {
  /** By `Type.field`, the rule of each root field; null for one without. */
  root: ReadonlyMap<string, FieldRule | null>;
  /** The rule of each field anywhere that has one, but inside of what needs the same scope. */
  fields: ReadonlyMap<string, FieldRule>;
  scopes: readonly string[];
  isMutation: boolean;
}

type Operation = Pick<OperationDefinitionNode, 'operation' | 'selectionSet'>;

export function requestedAccess(
  { operation, selectionSet }: Operation,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  schema: GraphQLSchema,
  rules: FieldRules,
): RequestedAccess {
  const root = new Map<string, FieldRule | null>();
  const fields = new Map<string, FieldRule>();
  const visited = new Set<string>();
  const collect = (
    { selections }: SelectionSetNode,
    typeName: string,
    above: readonly string[] | null,
  ): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const name = `${typeName}.${selection.name.value}`;
        const rule = rules[name];
        if (rule && !above?.includes(rule.scope)) fields.set(name, rule);
        if (!above) root.set(name, rule ?? null);
        const type = selection.selectionSet && schema.getType(typeName);
        if (!selection.selectionSet || !(isObjectType(type) || isInterfaceType(type))) continue;
        const given = getNamedType(type.getFields()[selection.name.value]?.type);
        if (given)
          collect(selection.selectionSet, given.name, [...(above ?? []), ...(rule ? [rule.scope] : [])]);
      } else if (selection.kind === Kind.INLINE_FRAGMENT)
        collect(selection.selectionSet, selection.typeCondition?.name.value ?? typeName, above);
      else if (!visited.has(selection.name.value)) {
        visited.add(selection.name.value);
        const fragment = fragments.get(selection.name.value);
        if (fragment) collect(fragment.selectionSet, fragment.typeCondition.name.value, above);
      }
    }
  };
  collect(selectionSet, schema.getRootType(operation)?.name ?? '', null);
  return {
    root,
    fields,
    scopes: [...new Set([...fields.values()].map(({ scope }) => scope))].sort(),
    isMutation: operation === OperationTypeNode.MUTATION,
  };
}

/** Of the scopes asked for, those that the viewer has nowhere. */
export const missingScopes = ({ scopes }: RequestedAccess, may: HasPermission): Withheld =>
  scopes.every((scope) => may(scope)) ? nothing : scopes.filter((scope) => !may(scope));

/**
 * Why it cannot be run without those scopes: of a mutation each root field has to be allowed, of a query one. Null for
 * one that may go on.
 */
export function preAuthorizationError(
  { root, isMutation }: RequestedAccess,
  missing: Withheld,
): GraphQLError | null {
  const refused = [...root.values()].flatMap((rule) =>
    rule && missing.includes(rule.scope) ? [rule.scope] : [],
  );
  if (refused.length === 0 || (!isMutation && refused.length < root.size)) return null;
  return missingScopeError(refused[0] ?? '');
}

export const missingScopeError = (
  scope: string,
  division?: string,
  at: Parameters<typeof graphError>[3] = {},
): GraphQLError =>
  graphError(
    'FORBIDDEN',
    division === undefined
      ? `需要权限 ${scope}；请携带令牌，或向主管部门申请。 Needs the scope ${scope}: send a token that has it, or ask your bureau for it.`
      : `需要在区划 ${division} 内的权限 ${scope}；请携带令牌，或只查所辖区划。 Needs the scope ${scope} within ${division}: send a token that has it, or ask within your own divisions.`,
    { scope, ...(division === undefined ? {} : { within: division }) },
    at,
  );
