// Data that one subgraph requires of another, as with @requires, is what the viewer may see.
import { headersOf } from '@district-graph/kit/testing/identity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { elsewhere, type ProtectedGraph, request, startProtectedGraph } from './protected-graph.ts';

let city: ProtectedGraph;
beforeAll(async () => {
  city = await startProtectedGraph();
});
afterAll(() => city.stop());

describe('data that a subgraph requires of another', () => {
  const near = (headers: Record<string, string>) =>
    request(
      city.gateway,
      `{ incident(id: "${city.ids.Incident}") { location { longitude latitude } supportVehicles(kind: SPRINKLER, withinMetres: 20000) { distanceMetres } } }`,
      headers,
    );
  const metres = (
    one: { longitude: number; latitude: number },
    other: { longitude: number; latitude: number },
  ) => Math.hypot((one.longitude - other.longitude) * 0.8216, one.latitude - other.latitude) * 111_319.49;
  const vehicle = { longitude: 113.69, latitude: 34.79 };

  it('is the value that the viewer sees: distances of vehicles are measured from the masked location (GHSA-m8jr-fxqx-8xx6)', async () => {
    const bearer = { roles: ['duty-officer' as const], divisions: ['410105'] };
    for (const purpose of [undefined, 'EMERGENCY']) {
      const { data } = await near(await headersOf(bearer, purpose));
      const { location, supportVehicles } = data.incident;
      expect(String(location.longitude)).toBe(purpose ? '113.684217' : '113.68');
      expect(supportVehicles.map(({ distanceMetres }: { distanceMetres: number }) => distanceMetres)).toEqual(
        [Math.round(metres(location, vehicle))],
      );
    }
    const dispatcher = await near(
      await headersOf({ roles: ['sanitation-dispatcher'], divisions: ['410105'] }, 'EMERGENCY'),
    );
    expect(dispatcher.data.incident.location.longitude).toBe(113.68);
  });

  it('is refused together with the field that requires it', async () => {
    const { data, codes } = await near(await elsewhere('duty-officer', 'EMERGENCY'));
    expect([data, codes]).toEqual([{ incident: null }, ['FORBIDDEN']]);
  });
});
