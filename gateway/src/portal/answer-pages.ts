// Everything that the gateway serves for people: pages, the playground, and, in development, tokens for both.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { UnfinishedBodies } from '@district-graph/kit/admission/unfinished-bodies';
import type { Log } from '@district-graph/kit/log';
import type { GatewayConfig } from '../config/gateway-config.ts';
import type { RequestPipeline } from '../request-pipeline.ts';
import { DevelopmentTokens, developmentTokensPath } from './development-tokens.ts';
import { type AskGraph, Pages } from './pages.ts';
import { isOfPlayground, redirectToPlayground } from './playground.ts';

/** Resolves with false for paths that it does not serve. */
export type AnswerPage = (
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
) => Promise<boolean>;

export interface AnswerPagesOptions {
  config: Pick<GatewayConfig, 'portal' | 'playground'>;
  /** Answers operations; known once the server is being built. */
  pipeline: RequestPipeline;
  unfinished: UnfinishedBodies;
  log: Log;
}

/** Loads what the settings name, which takes up to a second, before clients are served. */
export async function openPages({
  config: { portal, playground },
  pipeline,
  unfinished,
  log,
}: AnswerPagesOptions): Promise<AnswerPage> {
  const { folder, oidc, developmentTokenKey } = portal;
  const tokens = developmentTokenKey ? new DevelopmentTokens(developmentTokenKey, unfinished) : null;
  const settings = { developmentTokens: tokens !== null, oidc, playground };
  const pages = folder === null ? null : await Pages.open({ folder, settings, ask: askThrough(pipeline) });
  if (folder !== null && pages === null) log({ event: 'pages not built', level: 'warn', folder });
  return async (request, response, path) => {
    if (tokens && path === developmentTokensPath) {
      await tokens.answer(request, response);
      return true;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    if ((playground || !isOfPlayground(path)) && (await pages?.answer(request, response, path))) return true;
    if (path === '/' && folder !== null && !pages) return answerNotBuilt(response);
    if (playground && pages && redirectToPlayground(request, response, path)) return true;
    // Clients of the graph get errors as JSON.
    return !path.startsWith('/graphql') && ((await pages?.answerNotFound(request, response, path)) ?? false);
  };
}

const notBuilt = `网页尚未构建：请运行 npm run build:portal，然后重启网关。GraphQL 的地址是 /graphql。
The pages have not been built: run npm run build:portal, then restart the gateway. GraphQL is at /graphql.
`;

function answerNotBuilt(response: ServerResponse): true {
  response.writeHead(503, { 'content-type': 'text/plain; charset=utf-8' }).end(notBuilt);
  return true;
}

/** Pages that are kept for everyone show what everyone may see, whoever requests them. The requester's address is charged. */
const askThrough =
  (pipeline: RequestPipeline): AskGraph =>
  async (request, query, variables) => {
    const client = await pipeline.identifyAddress(request);
    const release = await pipeline.admit(client);
    try {
      const operation = { query, variables, operationName: null, extensions: null, method: 'POST' as const };
      const { body, encoding } = await pipeline.answer(operation, client, () => request.socket.destroyed);
      return JSON.parse(typeof body === 'string' ? Buffer.from(body, encoding).toString() : body.toString());
    } finally {
      release();
    }
  };
