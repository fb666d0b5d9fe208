// What the entries of foreign subgraphs change in the gateway's configuration.
import type { ConnectedSubgraph } from '@district-graph/kit/config/foreign-subgraphs';
import type { EngineOptions } from '../engine/engine.ts';
import type { PlannerOptions } from '../planning/planner.ts';
import type { SupergraphConfig } from './supergraph.ts';

interface ExtendedConfig extends Pick<SupergraphConfig, 'addressOf'> {
  planner: Pick<PlannerOptions, 'enforcedSubgraphs'>;
  operations: Required<Pick<EngineOptions, 'exposedErrors'>>;
}

/** The configuration with the addresses, error policies and access rules of the foreign subgraphs. */
export function withForeignSubgraphs<Config extends ExtendedConfig>(
  config: Config,
  subgraphs: readonly ConnectedSubgraph[],
): Config & { foreign: ReadonlyMap<string, ConnectedSubgraph> } {
  const foreign = new Map(subgraphs.map((each) => [each.name, each]));
  const { extensions, masked } = config.operations.exposedErrors;
  const exposed = subgraphs.filter(({ exposesErrors }) => exposesErrors);
  const hidden = subgraphs.filter(({ name, exposesErrors }) => !exposesErrors && !extensions.has(name));
  return {
    ...config,
    foreign,
    addressOf: (name: string) => config.addressOf(name) ?? foreign.get(name)?.url ?? null,
    planner: {
      ...config.planner,
      enforcedSubgraphs: subgraphs.filter(({ checksAccess }) => !checksAccess).map(({ name }) => name),
    },
    operations: {
      ...config.operations,
      exposedErrors: {
        extensions: new Map([
          ...extensions,
          ...exposed.map(({ name, errorExtensions }) => [name, errorExtensions] as const),
        ]),
        masked: new Set([...masked, ...hidden.map(({ name }) => name)]),
      },
    },
  };
}
