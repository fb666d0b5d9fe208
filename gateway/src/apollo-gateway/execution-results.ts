// The results of operations as ApolloServer takes them: data as an object, and errors.
import type { GatewayExecutionResult } from '@apollo/server-gateway-interface';
import { type ErrorCode, formatError } from '@district-graph/kit/errors';
import type { Log } from '@district-graph/kit/log';
import type { GraphQLAnswer } from '@district-graph/kit/operation/graphql-operation';
import type { GraphQLError } from 'graphql';
import { ResponseTooLong } from '../answer/client-operation.ts';
import {
  completeOperation,
  type ExecutedOperation,
  errorsOf,
  responseTooLong,
  type WritesResponses,
} from '../engine/response-writer.ts';
import { asError, refusal, shownError, withoutRepetition } from './apollo-errors.ts';
import { dataOf } from './lazy-data.ts';

interface ResultAnswer extends GraphQLAnswer {
  result: GatewayExecutionResult;
}

export interface ExecutionResultsOptions {
  maxResponseBytes: number;
  /** `apollo`: as ApolloGateway reports errors. `masked`: as our own server does. */
  errors: 'apollo' | 'masked';
  log: Log;
}

/** The code of values that are missing or invalid. */
const completionCode: ErrorCode = 'SUBGRAPH_BAD_RESPONSE';

export class ExecutionResults implements WritesResponses {
  #options: ExecutionResultsOptions;

  constructor(options: ExecutionResultsOptions) {
    this.#options = options;
  }

  write(executed: ExecutedOperation): ResultAnswer {
    const { data: text, errors, hasSubgraphErrors } = completeOperation(executed);
    const { position, rootType } = executed.runnable.client;
    const data = dataOf(text, () => position.fieldsOf(rootType).keys());
    if (errors.length === 0) return answerOf({ data });
    if (this.#options.errors === 'masked') return answerOf({ data, errors: errors.map(this.#masked) });
    const shown = withoutRepetition(errors.map((error) => shownError(error, this.#options.log)));
    // Where no subgraph has reported an error, ApolloGateway reports values that are missing or invalid as an extension.
    const isOfCompletion = ({ extensions }: GraphQLError) => extensions.code === completionCode;
    if (hasSubgraphErrors || !shown.every(isOfCompletion)) return answerOf({ data, errors: shown });
    return answerOf({ data, extensions: { valueCompletion: shown } });
  }

  writeError(error: unknown): ResultAnswer {
    const { errors: form, maxResponseBytes, log } = this.#options;
    const errors = error instanceof ResponseTooLong ? [responseTooLong(maxResponseBytes)] : errorsOf(error);
    const shown = form === 'masked' ? errors.map(this.#masked) : errors;
    return answerOf({ errors: shown.map((each) => refusal(each, log)) });
  }

  #masked = (error: GraphQLError): GraphQLError =>
    asError(formatError(error.toJSON(), error, this.#options.log));
}

/** The body is not used: ApolloServer writes responses. */
const answerOf = (result: GatewayExecutionResult): ResultAnswer => ({
  executed: result.data !== undefined,
  body: '',
  result,
});

export const resultOf = (answer: GraphQLAnswer): GatewayExecutionResult => (answer as ResultAnswer).result;
