// Apollo Server with the stock Apollo gateway, or with ours in its place.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ApolloServer, type ApolloServerOptions, type ApolloServerPlugin } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';

interface SourceRequest {
  request: { http?: { headers: Map<string, string> } };
  context: Context;
}

interface Context {
  authorization?: string;
}

interface GatewayModule {
  ApolloGateway: new (options: {
    supergraphSdl: string;
    buildService: (definition: { url: string }) => object;
  }) => NonNullable<ApolloServerOptions<Context>['gateway']>;
  RemoteGraphQLDataSource: new (options: { url: string }) => object;
}

interface PlannerModule {
  QueryPlanner: { prototype: { buildQueryPlan: (...args: unknown[]) => unknown } };
}

/** The stock gateway is a dependency of the tests, not of the product, so it is resolved from test/package.json. */
const require = createRequire(new URL('../../../test/package.json', import.meta.url));
const gatewayPackage = '@apollo/gateway';

/** Serves a supergraph with stock @apollo/gateway and @apollo/server. */
export const serveStock = (supergraphSdl: string, port: number): Promise<void> =>
  serve(require(gatewayPackage) as GatewayModule, supergraphSdl, port, { plugins: [planningTimes()] });

/** The same program with another import. `copiesText`: with the option that writes data as the text of the subgraphs, too. */
export async function serveDropIn(supergraphSdl: string, port: number, copiesText: boolean): Promise<void> {
  const gatewayModule = await import('@district-graph/gateway/apollo');
  const { stringifyResult } = gatewayModule;
  await serve(gatewayModule as unknown as GatewayModule, supergraphSdl, port, {
    ...(copiesText && { stringifyResult }),
  });
}

/** Serves a supergraph, and forwards the authorization to subgraphs. */
async function serve(
  { ApolloGateway, RemoteGraphQLDataSource }: GatewayModule,
  supergraphSdl: string,
  port: number,
  options: Pick<ApolloServerOptions<Context>, 'plugins' | 'stringifyResult'>,
): Promise<void> {
  class Source extends RemoteGraphQLDataSource {
    willSendRequest({ request, context }: SourceRequest): void {
      if (context.authorization) request.http?.headers.set('authorization', context.authorization);
    }
  }
  const gateway = new ApolloGateway({ supergraphSdl, buildService: ({ url }) => new Source({ url }) });
  await startStandaloneServer(new ApolloServer<Context>({ gateway, ...options }), {
    listen: { port, host: '127.0.0.1' },
    context: async ({ req }) => ({ authorization: req.headers.authorization }),
  });
}

/** Answers `x-query-plan: on` with the time that the last plan took, as ours does: the benchmark sends one operation at a time. */
function planningTimes(): ApolloServerPlugin<Context> {
  const { QueryPlanner } = createRequire(require.resolve(gatewayPackage))(
    '@apollo/query-planner',
  ) as PlannerModule;
  const { buildQueryPlan } = QueryPlanner.prototype;
  let planningMs = 0;
  QueryPlanner.prototype.buildQueryPlan = function (...args) {
    const started = performance.now();
    try {
      return buildQueryPlan.apply(this, args);
    } finally {
      planningMs = performance.now() - started;
    }
  };
  return {
    requestDidStart: async () => ({
      willSendResponse: async ({ request, response }) => {
        if (request.http?.headers.get('x-query-plan') !== 'on' || response.body.kind !== 'single') return;
        response.body.singleResult.extensions = { queryPlan: { planningMs } };
      },
    }),
  };
}

/** The version of a package that the tests depend on. */
export function versionOf(name: string): string {
  for (const folder of require.resolve.paths(name) ?? []) {
    const file = join(folder, name, 'package.json');
    if (existsSync(file)) return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
  }
  throw new Error(`${name} is not installed`);
}
