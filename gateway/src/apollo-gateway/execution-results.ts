// The results of operations as ApolloServer takes them: data as an object, and errors.
import type { GatewayExecutionResult } from '@apollo/server-gateway-interface';
import type { ErrorCode } from '@district-graph/kit/errors';
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
import { shownError, withoutRepetition, withStatus } from './apollo-errors.ts';
import { dataOf } from './lazy-data.ts';

interface ResultAnswer extends GraphQLAnswer {
  result: GatewayExecutionResult;
}

export interface ExecutionResultsOptions {
  maxResponseBytes: number;
  /** `apollo`: as ApolloGateway reports errors. `unchanged`: as the engine does. */
  errors: 'apollo' | 'unchanged';
  /** Data of at least this length is parsed only when something reads it. */
  lazyFrom: number;
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
    const { errors: form, lazyFrom, log } = this.#options;
    const { data: text, errors, hasSubgraphErrors } = completeOperation(executed);
    const { position, rootType } = executed.runnable.client;
    const data = dataOf(text, () => position.fieldsOf(rootType).keys(), lazyFrom);
    if (errors.length === 0) return answerOf({ data });
    if (form === 'unchanged') return answerOf({ data, errors });
    const shown = withoutRepetition(errors.map((error) => shownError(error, log)));
    // Where no subgraph has reported an error, ApolloGateway reports values that are missing or invalid as an extension.
    const isOfCompletion = ({ extensions }: GraphQLError) => extensions.code === completionCode;
    if (hasSubgraphErrors || !shown.every(isOfCompletion)) return answerOf({ data, errors: shown });
    return answerOf({ data, extensions: { valueCompletion: shown } });
  }

  writeRefusal(error: unknown): ResultAnswer {
    const { errors: form, log } = this.#options;
    const errors = errorsOf(error);
    const shown = form === 'apollo' ? errors.map((each) => shownError(each, log)) : errors;
    return answerOf({ errors: shown.map(withStatus) });
  }

  writeError(error: unknown): ResultAnswer {
    if (!(error instanceof ResponseTooLong)) return this.writeRefusal(error);
    return answerOf({ data: null, errors: [responseTooLong(this.#options.maxResponseBytes)] });
  }
}

/** The body is not used: ApolloServer writes responses. */
const answerOf = (result: GatewayExecutionResult): ResultAnswer => ({
  executed: result.data !== undefined,
  body: '',
  result,
});

export const resultOf = (answer: GraphQLAnswer): GatewayExecutionResult => (answer as ResultAnswer).result;
