// The options of DistrictGateway: what it does not support is refused.
import { describe, expect, it } from 'vitest';
import { DistrictGateway } from './district-gateway.ts';
import type { DistrictGatewayOptions } from './gateway-options.ts';

const load = (options: unknown) => () => new DistrictGateway(options as DistrictGatewayOptions);

class UplinkSupergraphManager {
  async initialize() {
    return { supergraphSdl: '' };
  }
}

describe('an option that is not supported', () => {
  it.each([
    ['serviceList', [], 'IntrospectAndCompose'],
    ['localServiceList', [], 'LocalCompose'],
    ['uplinkEndpoints', [], 'managed federation'],
    ['pollIntervalInMs', 1000, 'IntrospectAndCompose'],
    ['experimental_didResolveQueryPlan', () => {}, 'Apollo-Query-Plan-Experimental'],
    ['telemetry', {}, 'OpenTelemetry'],
    ['unknown', 1, 'no such option'],
  ])('%s is refused, with what to use instead', (name, value, hint) => {
    expect(load({ supergraphSdl: '', [name]: value })).toThrow(hint);
    expect(load({ supergraphSdl: '', [name]: value })).toThrow(/不支持/);
  });

  it('is accepted where it is undefined', () => {
    expect(load({ supergraphSdl: '', serviceList: undefined })).not.toThrow();
  });

  it('is named together with all others', () => {
    expect(load({ fetcher: fetch, queryPlannerConfig: { debug: {} }, district: { rate: 1 } })).toThrow(
      /fetcher.*queryPlannerConfig\.debug.*district\.rate.*supergraphSdl/s,
    );
  });
});

it.each([undefined, {}, { supergraphSdl: 1 }, { supergraphSdl: new UplinkSupergraphManager() }])(
  'managed federation is refused: %j',
  (options) => {
    expect(load(options)).toThrow('managed federation by Apollo is not supported');
  },
);

it('forwarded headers are refused beside buildService, which decides on headers', () => {
  const district = { forwardedHeaders: ['a'] };
  expect(load({ supergraphSdl: '', district, buildService: () => ({}) })).toThrow('willSendRequest');
});
