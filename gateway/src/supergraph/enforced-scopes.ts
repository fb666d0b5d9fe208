// The scopes of access rules that the gateway enforces alone, because the foreign subgraph of the field does not check them.
import { missingScopeError } from '@district-graph/kit/access/missing-scope';
import type { GraphQLErrorOptions } from 'graphql';

/** The whole city: the division that is required where only the subgraph could tell which division a record belongs to. */
export const wholeCity = '410100';

export interface RequiredScope {
  scope: string;
  /** The division within which the viewer needs the scope; undefined where any will do. */
  division: string | undefined;
  /** Whether nobody but the gateway checks the rule. Then no viewer is exempt as the owner of a record, and payloads of mutations are no exception. */
  isEnforced: boolean;
}

/** `elder:read@410100` for a scope within the whole of a division, `elder:read@` for one within any. */
export const enforcedScope = (scope: string, division: string | null): string => `${scope}@${division ?? ''}`;

export const isEnforced = (scope: string): boolean => scope.includes('@');

/** Reads the scope of a rule, enforced here or not. */
export function requiredScope(text: string): RequiredScope {
  const [scope = '', division] = text.split('@');
  return { scope, division: division || undefined, isEnforced: division !== undefined };
}

/** FORBIDDEN, for the scope of a rule that the viewer lacks. */
export function unauthorizedError(
  required: string,
  within?: string,
  location: Pick<GraphQLErrorOptions, 'nodes' | 'path'> = {},
) {
  const { scope, division } = requiredScope(required);
  return missingScopeError(scope, division ?? within, location);
}
