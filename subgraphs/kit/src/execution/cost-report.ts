// Adds the estimated cost, the actual cost and the limit to answers of requests with the header `x-cost: on`.
import type { IncomingHttpHeaders } from 'node:http';
import type { GraphQLSchema } from 'graphql';
import type { GraphQLAnswer, GraphQLOperation } from '../operation/graphql-operation.ts';
import type { OperationLimits } from '../operation/limits.ts';
import { ValidOperation } from '../operation/valid-operation.ts';
import { actualCost } from './actual-cost.ts';

export const wantsCost = (headers: IncomingHttpHeaders): boolean => headers['x-cost'] === 'on';

interface ParsedAnswer {
  data?: unknown;
  extensions?: Record<string, unknown>;
}

/** The answer with `extensions.cost`. The answer to an operation that was not executed stays as it is. */
export function withCost(
  answer: GraphQLAnswer,
  { query, operationName, variables }: GraphQLOperation,
  schema: GraphQLSchema,
  limits: OperationLimits,
): GraphQLAnswer {
  const { executed, body, encoding } = answer;
  if (!executed) return answer;
  const operation = new ValidOperation(query, operationName, schema, { limits, isChecked: true });
  const { values, conditions } = operation.coerced(variables ?? {});
  const text = (typeof body === 'string' ? Buffer.from(body, encoding) : body).toString('utf8');
  const parsed: ParsedAnswer = JSON.parse(text);
  const { definition, fragments } = operation;
  const cost = {
    estimated: operation.estimatedCost(values),
    actual: actualCost({ schema, definition, fragments, conditions }, parsed.data),
    limit: limits.maxCost || null,
  };
  const extensions = JSON.stringify({ ...parsed.extensions, cost });
  // The rest of the text is kept as it is: a number that is parsed and written again may have another text.
  const end = parsed.extensions ? text.lastIndexOf(',"extensions":') : text.length - 1;
  return { ...answer, body: `${text.slice(0, end)},"extensions":${extensions}}`, encoding: 'utf8' };
}
