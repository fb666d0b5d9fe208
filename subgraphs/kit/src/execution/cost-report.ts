// What an operation was to cost, what it cost and what it may: told in its answer to who asks with `x-cost: on`.
import type { IncomingHttpHeaders } from 'node:http';
import type { GraphQLSchema } from 'graphql';
import type { GraphQLAnswer, GraphQLOperation } from '../operation/graphql-operation.ts';
import type { OperationLimits } from '../operation/limits.ts';
import { ValidOperation } from '../operation/valid-operation.ts';
import { actualCost } from './actual-cost.ts';

export const wantsCost = (headers: IncomingHttpHeaders): boolean => headers['x-cost'] === 'on';

interface Parsed {
  data?: unknown;
  extensions?: Record<string, unknown>;
}

/** The answer with `extensions.cost`; one to what was not run stays as it is. */
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
  const parsed: Parsed = JSON.parse(text);
  const { definition, fragments } = operation;
  const cost = {
    estimated: operation.estimatedCost(values),
    actual: actualCost({ schema, definition, fragments, conditions }, parsed.data),
    limit: limits.maxCost || null,
  };
  const extensions = JSON.stringify({ ...parsed.extensions, cost });
  // What was there is kept to the letter: a number read and written again need not be the same text.
  const end = parsed.extensions ? text.lastIndexOf(',"extensions":') : text.length - 1;
  return { ...answer, body: `${text.slice(0, end)},"extensions":${extensions}}`, encoding: 'utf8' };
}
