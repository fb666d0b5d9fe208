// The gateway's handlers of answers as tables, at /graphql by the Accept header and at /queries for saved queries.
import type { UnreadAnswers } from '@district-graph/kit/admission/unread-answers';
import type { HttpHandlerOptions } from '@district-graph/kit/http/http-handler';
import type { Log } from '@district-graph/kit/log';
import type { Engine } from './engine/engine.ts';
import type { RequestPipeline } from './request-pipeline.ts';
import { SavedQueries } from './saved-queries/saved-queries.ts';
import { SavedQueryAnswers } from './saved-queries/saved-query-answers.ts';
import type { Loaded } from './supergraph/watch-supergraph.ts';
import { TableAnswers } from './table-answers/table-answers.ts';
import { tableOptions } from './table-answers/table-options.ts';

export interface TableHandlers {
  answerTable: NonNullable<HttpHandlerOptions['answerTable']>;
  /** Answers /queries and what is below; false for other paths. */
  answerSavedQuery: NonNullable<HttpHandlerOptions['answerPage']>;
  close: () => Promise<void>;
}

interface Opened {
  config: { savedQueries: string | null; forwardedHeaders: readonly string[] };
  engine: Loaded<Engine>;
  pipeline: RequestPipeline;
  unread: UnreadAnswers;
  log: Log;
}

/** Throws when the folder of saved queries has a fault. */
export function openTableHandlers({ config, engine, pipeline, unread, log }: Opened): TableHandlers {
  const { answer } = pipeline;
  const schema = () => engine.current.schema;
  const tables = new TableAnswers({
    answer,
    schema,
    countPage: pipeline.countPage,
    chargeBlocking: pipeline.chargeReading,
    chargeCpu: pipeline.chargeCpu,
    unread,
    log,
  });
  const queries = config.savedQueries === null ? null : new SavedQueries(config.savedQueries, log);
  const saved =
    queries &&
    new SavedQueryAnswers({
      queries,
      schema,
      identify: (request) => pipeline.identify(request),
      admit: pipeline.admit,
      answer,
      tables,
      forwardedHeaders: config.forwardedHeaders,
    });
  return {
    answerTable: (operation, request, response, { format, search }) => {
      const options = tableOptions(format, new URLSearchParams(search), request.headers['accept-language']);
      return tables.answer({ operation, client: pipeline.clientOf(request), options }, request, response);
    },
    answerSavedQuery: async (request, response, path) =>
      (await saved?.answer(request, response, path)) ?? false,
    close: async () => {
      queries?.close();
      await tables.close();
    },
  };
}
