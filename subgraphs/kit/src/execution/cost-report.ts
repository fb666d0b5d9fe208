// Adds the estimated cost, the actual cost and the limit to answers of requests with the header `x-cost: on`.
import type { IncomingHttpHeaders } from 'node:http';
import type { GraphQLSchema } from 'graphql';
import type { GraphQLAnswer, GraphQLOperation } from '../operation/graphql-operation.ts';
import type { OperationLimits } from '../operation/limits.ts';
import { ValidOperation } from '../operation/valid-operation.ts';
import { actualCost } from './actual-cost.ts';
import { withExtension } from './answer-extension.ts';

export const wantsCost = (headers: IncomingHttpHeaders): boolean => headers['x-cost'] === 'on';

/** The answer with `extensions.cost`. The answer to an operation that was not executed stays as it is. */
export function withCost(
  answer: GraphQLAnswer,
  { query, operationName, variables }: GraphQLOperation,
  schema: GraphQLSchema,
  limits: OperationLimits,
): GraphQLAnswer {
  if (!answer.executed) return answer;
  const operation = new ValidOperation(query, operationName, schema, { limits, isChecked: true });
  const { values, conditions } = operation.coerced(variables ?? {});
  const { definition, fragments } = operation;
  return withExtension(answer, 'cost', (data) => ({
    estimated: operation.estimatedCost(values),
    actual: actualCost({ schema, definition, fragments, conditions }, data),
    limit: limits.maxCost || null,
  }));
}
