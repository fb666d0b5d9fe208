// Refuses ahead what no subgraph would do for the viewer: nothing is planned or fetched for it.
import { graphError } from '@district-graph/kit/errors';
import {
  type FragmentDefinitionNode,
  type GraphQLError,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
} from 'graphql';
import type { RootAccess } from '../plan/access-facts.ts';

/** Whether the viewer has the scope: inside the division, or somewhere. */
export type May = (scope: string, division?: string) => boolean;

type Rooted = Pick<OperationDefinitionNode, 'operation' | 'selectionSet'>;

const rootNames = {
  [OperationTypeNode.QUERY]: 'Query',
  [OperationTypeNode.MUTATION]: 'Mutation',
  [OperationTypeNode.SUBSCRIPTION]: 'Subscription',
};

/** The rule of each root field that the operation names; null for one without. */
export function rootAccessOf(
  { operation, selectionSet }: Rooted,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  facts: Readonly<Record<string, RootAccess>>,
): (RootAccess | null)[] {
  const names = new Set<string>();
  const collect = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) names.add(selection.name.value);
      else if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet);
      else {
        const fragment = fragments.get(selection.name.value);
        if (fragment) collect(fragment.selectionSet);
      }
    }
  };
  collect(selectionSet);
  return [...names].map((name) => facts[`${rootNames[operation]}.${name}`] ?? null);
}

/**
 * Why the viewer cannot run it: of a mutation each root field has to be allowed, of a query one. What they may see of the
 * rest, the subgraphs say field by field. Null for one that may go on.
 */
export function refusedAhead(
  rules: readonly (RootAccess | null)[],
  isMutation: boolean,
  may: May,
): GraphQLError | null {
  const missing = rules.flatMap((rule) => (rule && !may(rule.scope) ? [rule.scope] : []));
  if (missing.length === 0 || (!isMutation && missing.length < rules.length)) return null;
  return withoutScope(missing[0] ?? '');
}

export const withoutScope = (scope: string, division?: string): GraphQLError =>
  graphError(
    'FORBIDDEN',
    division === undefined
      ? `需要权限 ${scope}；请携带令牌，或向主管部门申请。 Needs the scope ${scope}: send a token that has it, or ask your bureau for it.`
      : `需要在区划 ${division} 内的权限 ${scope}。 Needs the scope ${scope} within ${division}.`,
    { scope, ...(division === undefined ? {} : { within: division }) },
  );
