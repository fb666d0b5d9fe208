// The exports of the package for users of Apollo's gateway: ours in place of ApolloGateway and RemoteGraphQLDataSource, the rest of theirs.
export { IntrospectAndCompose, LocalCompose, LocalGraphQLDataSource } from '@apollo/gateway';
export type {
  DataSource,
  DataSourceRequest,
  ServiceEndpointDefinition,
} from '../data-sources/data-source.ts';
export { RemoteGraphQLDataSource } from '../data-sources/remote-data-source.ts';
export { DistrictGateway, DistrictGateway as ApolloGateway } from './district-gateway.ts';
export type {
  CompositionInfo,
  DistrictGatewayOptions,
  DistrictGatewayOptions as GatewayConfig,
  DistrictOptions,
  SupergraphManager,
  SupergraphSdlHook,
} from './gateway-options.ts';
export { stringifyResult } from './lazy-data.ts';
