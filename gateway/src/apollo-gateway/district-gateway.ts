// DistrictGateway: a gateway for ApolloServer that takes the options of ApolloGateway, with our planner and executor.
import { createHash } from 'node:crypto';
import type {
  GatewayExecutor,
  GatewayInterface,
  GatewayLoadResult,
  GatewaySchemaLoadOrUpdateCallback,
  GatewayUnsubscriber,
} from '@apollo/server-gateway-interface';
import type { GraphQLSchema } from 'graphql';
import { DataSources } from '../data-sources/data-sources.ts';
import { Engine } from '../engine/engine.ts';
import { subgraphsOf } from '../supergraph/join-directives.ts';
import { engineOptionsOf, fetchOptionsOf, logOf } from './engine-options.ts';
import { execute, type LoadedGraph } from './executor.ts';
import {
  type CompositionInfo,
  checkOptions,
  type DistrictGatewayOptions,
  type Logger,
  type SupergraphManager,
} from './gateway-options.ts';
import { withQueryPlan } from './query-plan-extension.ts';

type Phase = 'initialized' | 'loading' | 'loaded' | 'failed to load' | 'stopping' | 'stopped';

/** How long operations that started on a replaced supergraph may still be planned. */
const replacedEngineMs = 10_000;

export class DistrictGateway implements GatewayInterface {
  #options: DistrictGatewayOptions;
  #logger: Logger;
  #dataSources: DataSources;
  #phase: Phase = 'initialized';
  #graph: LoadedGraph | null = null;
  /** Engines of replaced supergraphs that are not closed yet. */
  #replaced = new Set<Engine>();
  #listeners = new Set<GatewaySchemaLoadOrUpdateCallback>();
  #manager: SupergraphManager | undefined;
  #cleanup: (() => Promise<void>) | undefined;
  /** Updates are applied one after the other. */
  #updating: Promise<void> = Promise.resolve();
  #stopped: Promise<void> | undefined;

  /** Throws for options that are not supported. */
  constructor(options: DistrictGatewayOptions) {
    checkOptions(options);
    this.#options = { __exposeQueryPlanExperimental: process.env.NODE_ENV !== 'production', ...options };
    this.#logger = options.logger ?? console;
    this.#dataSources = new DataSources({
      buildService: options.buildService,
      forwardedHeaders: (options.district?.forwardedHeaders ?? []).map((name) => name.toLowerCase()),
      exposesDocuments: options.queryPlannerConfig?.exposeDocumentNodeInFetchNode === true,
      fetch: fetchOptionsOf(options),
      log: logOf(this.#logger),
    });
  }

  /** The API schema; undefined before `load`. */
  get schema(): GraphQLSchema | undefined {
    return this.#graph?.engine.schema;
  }

  get supergraphManager(): SupergraphManager | undefined {
    return this.#manager;
  }

  /** Calls the callback with every supergraph that is loaded from now on. */
  onSchemaLoadOrUpdate(callback: GatewaySchemaLoadOrUpdateCallback): GatewayUnsubscriber {
    this.#listeners.add(callback);
    return () => {
      this.#listeners.delete(callback);
    };
  }

  /** Loads the first supergraph. Rejects if it cannot be loaded. */
  async load(): Promise<GatewayLoadResult & { schema: GraphQLSchema }> {
    if (this.#phase !== 'initialized')
      throw new Error(
        `DistrictGateway.load 只能调用一次。 DistrictGateway.load was called in the phase "${this.#phase}".`,
      );
    this.#phase = 'loading';
    try {
      const { supergraphSdl: source, serviceHealthCheck } = this.#options;
      const manager = managerOf(source);
      const first = await manager.initialize({
        update: (sdl) => this.#update(sdl),
        healthCheck: (sdl) => this.#checkHealthOf(sdl),
        getDataSource: (definition) => this.#dataSources.get(definition),
      });
      this.#cleanup = first.cleanup;
      if (typeof source !== 'string') this.#manager = manager;
      // After updates that the manager has sent before it returned, as with ApolloGateway.
      const loading = this.#updating.then(() => this.#loadGraph(first.supergraphSdl));
      this.#updating = loading.then(
        () => {},
        () => {},
      );
      const graph = await loading;
      if (serviceHealthCheck) await this.#dataSources.checkHealth(graph.sources);
      this.#phase = 'loaded';
      return { schema: graph.engine.schema, executor: this.executor };
    } catch (error) {
      this.#phase = 'failed to load';
      await this.#release();
      throw error;
    }
  }

  /** Executes an operation that ApolloServer has parsed and validated. */
  executor: GatewayExecutor = async (requestContext) => {
    const graph = this.#graph;
    if (!graph) throw new Error('DistrictGateway 尚未加载超图。 DistrictGateway has loaded no supergraph.');
    const result = await execute(graph, this.#dataSources, requestContext);
    const { debug, __exposeQueryPlanExperimental: exposes } = this.#options;
    return debug || exposes
      ? withQueryPlan(result, graph.engine, requestContext, {
          log: debug ? this.#logger : null,
          exposes: exposes === true,
        })
      : result;
  };

  /** Rejects if a subgraph does not answer. */
  async serviceHealthCheck() {
    return this.#dataSources.checkHealth(this.#graph?.sources ?? new Map());
  }

  /** Ends all activity in the background. May be called again. */
  stop(): Promise<void> {
    if (this.#phase === 'initialized' || this.#phase === 'failed to load') return Promise.resolve();
    this.#phase = this.#phase === 'stopped' ? 'stopped' : 'stopping';
    this.#stopped ??= this.#updating
      .then(() => this.#release())
      .then(() => {
        this.#phase = 'stopped';
      });
    return this.#stopped;
  }

  /** An invalid supergraph is logged, and the last good one stays. */
  #update(supergraphSdl: string): void {
    if (this.#phase !== 'loaded' && this.#phase !== 'loading')
      throw new Error(
        `不能更新超图。 Cannot update the supergraph: the gateway is in the phase "${this.#phase}".`,
      );
    this.#updating = this.#updating
      .then(async () => {
        if (this.#phase !== 'loaded' && this.#phase !== 'loading') return;
        if (this.#options.serviceHealthCheck) await this.#checkHealthOf(supergraphSdl);
        await this.#loadGraph(supergraphSdl);
      })
      .catch((error: Error) => {
        this.#logger.error(
          `新超图无法使用，继续使用原来的。 The new supergraph cannot be used, and the last good one stays: ${error.message}`,
        );
      });
  }

  async #loadGraph(supergraphSdl: string): Promise<LoadedGraph> {
    const previous = this.#graph;
    const compositionId = createHash('sha256').update(supergraphSdl).digest('hex');
    if (previous?.compositionId === compositionId) return previous;
    const engine = await Engine.load(
      supergraphSdl,
      engineOptionsOf(this.#options, logOf(this.#logger)),
      previous?.engine,
    );
    const sources = this.#dataSources.ofSubgraphs(engine.planner.metadata.subgraphs);
    const graph = { engine, sources, supergraphSdl, compositionId };
    this.#graph = graph;
    if (previous) this.#closeLater(previous.engine);
    this.#notify(graph, previous);
    return graph;
  }

  #closeLater(engine: Engine): void {
    this.#replaced.add(engine);
    setTimeout(() => {
      this.#replaced.delete(engine);
      void engine.close();
    }, replacedEngineMs).unref();
  }

  #notify(graph: LoadedGraph, previous: LoadedGraph | null): void {
    const { supergraphSdl: coreSupergraphSdl, engine } = graph;
    for (const listener of this.#listeners) {
      try {
        listener({ apiSchema: engine.schema, coreSupergraphSdl });
      } catch (error) {
        this.#logger.error(
          `onSchemaLoadOrUpdate 的回调出错，超图照常更新。 A callback of onSchemaLoadOrUpdate failed; the supergraph is used all the same: ${(error as Error).message}`,
        );
      }
    }
    this.#options.experimental_didUpdateSupergraph?.(infoOf(graph), previous ? infoOf(previous) : undefined);
  }

  async #checkHealthOf(supergraphSdl: string): Promise<void> {
    const subgraphs = subgraphsOf(supergraphSdl);
    const sources = new Map(subgraphs.map((each) => [each.name, this.#dataSources.create(each)]));
    try {
      await this.#dataSources.checkHealth(sources);
    } catch (error) {
      throw new Error(
        `The gateway subgraphs health check failed. Updating to the provided \`supergraphSdl\` will likely result in future request failures to subgraphs. The following error occurred during the health check:\n${(error as Error).message}`,
      );
    }
  }

  async #release(): Promise<void> {
    try {
      await this.#cleanup?.();
    } catch (error) {
      this.#logger.error(
        `supergraphSdl 的 cleanup 出错。 The cleanup of supergraphSdl failed: ${(error as Error).message}`,
      );
    }
    await this.#graph?.engine.close();
    // Their threads would keep the process alive.
    await Promise.all([...this.#replaced].map((engine) => engine.close()));
    this.#dataSources.close();
  }
}

const managerOf = (source: DistrictGatewayOptions['supergraphSdl']): SupergraphManager => {
  if (typeof source === 'string') return { initialize: async () => ({ supergraphSdl: source }) };
  return typeof source === 'function' ? { initialize: source } : source;
};

const infoOf = ({ engine, supergraphSdl, compositionId }: LoadedGraph): CompositionInfo => ({
  schema: engine.schema,
  compositionId,
  supergraphSdl,
});
