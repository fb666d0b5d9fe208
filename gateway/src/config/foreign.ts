// What the entries of foreign subgraphs change in the gateway's configuration.
import type { ConnectedSubgraph } from '@district-graph/kit/config/foreign-subgraphs';
import type { GatewayConfig } from './gateway-config.ts';

/** The configuration with the addresses, error policies and access rules of the foreign subgraphs. */
export function withForeignSubgraphs(
  config: Omit<GatewayConfig, 'foreign'>,
  subgraphs: readonly ConnectedSubgraph[],
): GatewayConfig {
  const foreign = new Map(subgraphs.map((each) => [each.name, each]));
  const { extensions, masked } = config.operations.exposedErrors;
  const exposed = subgraphs.filter(({ exposesErrors }) => exposesErrors);
  const hidden = subgraphs.filter(({ name, exposesErrors }) => !exposesErrors && !extensions.has(name));
  return {
    ...config,
    foreign,
    addressOf: (name) => config.addressOf(name) ?? foreign.get(name)?.url ?? null,
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
