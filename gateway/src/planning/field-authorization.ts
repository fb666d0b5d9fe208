// Pre-authorization: refuses fields that every subgraph would refuse the viewer, before anything is planned or fetched for them.
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
import {
  type FieldRule,
  type FieldRules,
  type MissingScopes,
  noMissingScopes,
} from '../supergraph/access-metadata.ts';
import { unauthorizedError } from '../supergraph/enforced-scopes.ts';

/** Whether the viewer has the scope within the division or, without one, within any. */
export type HasPermission = (scope: string, division?: string) => boolean;

/** The access rules of the fields that an operation selects. */
export interface RequestedAccess {
  /** The rule of each root field by `Type.field`; null for a field without one. */
  root: ReadonlyMap<string, FieldRule | null>;
  /** The rules of all fields by `Type.field`, except inside a field that needs the same scope. */
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
    scopesAbove: readonly string[] | null,
  ): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const name = `${typeName}.${selection.name.value}`;
        const rule = rules[name];
        if (rule && !scopesAbove?.includes(rule.scope)) fields.set(name, rule);
        if (!scopesAbove) root.set(name, rule ?? null);
        const type = selection.selectionSet && schema.getType(typeName);
        if (!selection.selectionSet || !(isObjectType(type) || isInterfaceType(type))) continue;
        const returned = getNamedType(type.getFields()[selection.name.value]?.type);
        if (returned)
          collect(selection.selectionSet, returned.name, [
            ...(scopesAbove ?? []),
            ...(rule ? [rule.scope] : []),
          ]);
      } else if (selection.kind === Kind.INLINE_FRAGMENT)
        collect(selection.selectionSet, selection.typeCondition?.name.value ?? typeName, scopesAbove);
      else if (!visited.has(selection.name.value)) {
        visited.add(selection.name.value);
        const fragment = fragments.get(selection.name.value);
        if (fragment) collect(fragment.selectionSet, fragment.typeCondition.name.value, scopesAbove);
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

/** The required scopes that the viewer does not have within any division. */
export const missingScopesOf = ({ scopes }: RequestedAccess, hasPermission: HasPermission): MissingScopes =>
  scopes.every((scope) => hasPermission(scope))
    ? noMissingScopes
    : scopes.filter((scope) => !hasPermission(scope));

/**
 * The error for an operation that cannot be executed without the missing scopes, or null for one that can. Every root field of a
 * mutation must be permitted; of a query one is enough.
 */
export function preAuthorizationError(
  { root, isMutation }: RequestedAccess,
  missing: MissingScopes,
): GraphQLError | null {
  const refused = [...root.values()].flatMap((rule) =>
    rule && missing.includes(rule.scope) ? [rule.scope] : [],
  );
  if (refused.length === 0 || (!isMutation && refused.length < root.size)) return null;
  return unauthorizedError(refused[0] ?? '');
}
