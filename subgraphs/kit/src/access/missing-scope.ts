// The error of a field or record that the viewer lacks a scope for.
import type { GraphQLErrorOptions } from 'graphql';
import { graphError } from '../errors.ts';

/** FORBIDDEN. `division` is the code of the division within which the scope is required; without it, the viewer has the scope nowhere. */
export const missingScopeError = (
  scope: string,
  division?: string,
  location: Pick<GraphQLErrorOptions, 'nodes' | 'path'> = {},
) => {
  const within = division?.slice(0, 12);
  return graphError(
    'FORBIDDEN',
    within === undefined
      ? `需要权限 ${scope}；请携带令牌，或向主管部门申请。 Requires the scope ${scope}: send a token that has it, or request it from your bureau.`
      : `需要在区划 ${within} 内的权限 ${scope}；请携带令牌，或只查所辖区划。 Requires the scope ${scope} within ${within}: send a token that has it, or query your own divisions only.`,
    { scope, ...(division === undefined ? {} : { within: division }) },
    location,
  );
};
