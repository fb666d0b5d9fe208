// Shows the query plan of an operation to clients that ask for it by ApolloGateway's header, and in the log.
import type { GatewayExecutionResult, GatewayGraphQLRequestContext } from '@apollo/server-gateway-interface';
import type { Engine } from '../engine/engine.ts';
import { operationOf } from './executor.ts';
import type { Logger } from './gateway-options.ts';

const header = 'apollo-query-plan-experimental';

export interface QueryPlanOptions {
  /** Where every plan is logged; null where none is. */
  log: Logger | null;
  /** Whether clients may ask for plans. */
  exposes: boolean;
}

export function withQueryPlan(
  result: GatewayExecutionResult,
  engine: Engine,
  { source: query, request }: GatewayGraphQLRequestContext,
  { log, exposes }: QueryPlanOptions,
): GatewayExecutionResult {
  const isRequested = exposes && Boolean(request.http?.headers.get(header));
  if (!isRequested && !log) return result;
  const plan = result.data === undefined ? null : engine.explain(operationOf(query, request), {});
  if (plan) log?.debug(plan.text);
  if (!isRequested) return result;
  // Without a plan, as for introspection, tools still expect something that is true.
  const __queryPlanExperimental = plan?.node ? plan.text : true;
  return { ...result, extensions: { ...result.extensions, __queryPlanExperimental } };
}
