// Restricts the cache policy of a response to a client by the Cache-Control headers of subgraphs' responses, as ApolloGateway does.
import type { GatewayCacheHint, GatewayGraphQLRequestContext } from '@apollo/server-gateway-interface';

/** `header` is the Cache-Control header of one subgraph's response; without an age in it the response must not be cached. */
export function restrictCachePolicy(
  { overallCachePolicy: policy }: GatewayGraphQLRequestContext,
  header: string | null,
): void {
  if (!policy || !('restrict' in policy)) return;
  const hint: GatewayCacheHint = { maxAge: 0 };
  if (header !== null) {
    const directives = header.toLowerCase().split(/\s*,\s*/);
    const age = directives.findLast((each) => /^max-age\s*=\s*"?\d+"?$/.test(each));
    if (age) hint.maxAge = Number(age.replaceAll(/\D/g, ''));
    for (const scope of ['PRIVATE', 'PUBLIC'])
      if (directives.includes(scope.toLowerCase())) hint.scope = scope;
  }
  policy.restrict(hint);
}
