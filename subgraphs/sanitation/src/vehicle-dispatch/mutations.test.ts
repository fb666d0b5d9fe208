import { eventsOf, type WritableSubgraph, writableSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let server: WritableSubgraph;
beforeAll(async () => {
  server = await writableSubgraph(subgraph, {
    VehicleDispatch: 'id purpose departedAt returnedAt vehicle { id status } incident { id }',
    VehicleUnavailable: 'message vehicle { id status }',
    InvalidTransition: 'message from to',
    SanitationVehicle: 'id status',
  });
});
afterAll(() => server.stop());

const incidentId = '01a1fc14-c3c1-7069-8000-000000000001';
const divisionCode = '410105';

let plates = 0;
async function registeredVehicle(): Promise<string> {
  plates += 1;
  const { result } = await server.write('registerSanitationVehicle', {
    divisionCode,
    plateNumber: `豫A·派${plates}`,
    kind: 'SPRINKLER',
    onDuty: true,
    waterCapacityLitres: 8000,
    location: { longitude: 113.68, latitude: 34.79 },
  });
  return result.id;
}
const nearest = async () => {
  const { data } = await server.request(
    '{ nearestVehicles(kind: SPRINKLER, at: { longitude: 113.68, latitude: 34.79 }, withinMetres: 10000, first: 100) { vehicle { id } } }',
  );
  return data.nearestVehicles.map(({ vehicle }: { vehicle: { id: string } }) => vehicle.id);
};

describe('a dispatch', () => {
  it('takes an available vehicle to an incident and back, and its status follows', async () => {
    const vehicleId = await registeredVehicle();
    expect(await nearest()).toContain(vehicleId);
    const { result } = await server.write('dispatchVehicle', {
      vehicleId,
      purpose: 'EMERGENCY_SUPPORT',
      incidentId,
    });
    expect(result).toMatchObject({
      purpose: 'EMERGENCY_SUPPORT',
      returnedAt: null,
      vehicle: { id: vehicleId, status: 'DISPATCHED' },
      incident: { id: incidentId },
    });
    expect(await nearest()).not.toContain(vehicleId);
    const { result: back } = await server.write('returnVehicle', { dispatchId: result.id });
    expect(back).toMatchObject({ id: result.id, vehicle: { status: 'AVAILABLE' } });
    expect(back.returnedAt >= back.departedAt).toBe(true);
    expect(await nearest()).toContain(vehicleId);
    expect(await eventsOf(server, result.id)).toEqual([
      { action: 'dispatchVehicle', fromStatus: null, toStatus: 'OUT' },
      { action: 'returnVehicle', fromStatus: 'OUT', toStatus: 'RETURNED' },
    ]);
    expect(await eventsOf(server, vehicleId)).toEqual([
      { action: 'registerSanitationVehicle', fromStatus: null, toStatus: 'AVAILABLE' },
      { action: 'dispatchVehicle', fromStatus: 'AVAILABLE', toStatus: 'DISPATCHED' },
      { action: 'returnVehicle', fromStatus: 'DISPATCHED', toStatus: 'AVAILABLE' },
    ]);
    expect(await server.sql`select * from tally_recount()`).toHaveLength(0);
  });

  it('is refused for a vehicle at work, in maintenance or retired, with the vehicle and its status', async () => {
    const vehicleId = await registeredVehicle();
    for (const status of ['WORKING', 'MAINTENANCE', 'RETIRED']) {
      await server.sql`update sanitation_vehicle set status = ${status}, on_duty = false where id = ${vehicleId}`;
      const { result } = await server.write('dispatchVehicle', { vehicleId, purpose: 'CLEANING' });
      expect(result).toMatchObject({ __typename: 'VehicleUnavailable', vehicle: { id: vehicleId, status } });
      expect(result.message).toMatch(/\p{Script=Han}/u);
    }
    expect(await server.sql`select from vehicle_dispatch where vehicle_id = ${vehicleId}`).toHaveLength(0);
    expect(await eventsOf(server, vehicleId)).toHaveLength(1);
  });

  it('names an incident for emergency support, and for no other purpose', async () => {
    const vehicleId = await registeredVehicle();
    for (const [input, code] of [
      [{ vehicleId, purpose: 'EMERGENCY_SUPPORT' }, 'BAD_USER_INPUT'],
      [{ vehicleId, purpose: 'EMERGENCY_SUPPORT', incidentId: 'x' }, 'BAD_USER_INPUT'],
      [{ vehicleId, purpose: 'CAMPAIGN', incidentId }, 'BAD_USER_INPUT'],
      [{ vehicleId: incidentId, purpose: 'CLEANING' }, 'NO_SUCH_RECORD'],
    ] as const)
      expect((await server.write('dispatchVehicle', input)).code).toBe(code);
    expect(
      (await server.write('dispatchVehicle', { vehicleId, purpose: 'CAMPAIGN' })).result.incident,
    ).toBeNull();
  });

  it('ends once', async () => {
    const { result } = await server.write('dispatchVehicle', {
      vehicleId: await registeredVehicle(),
      purpose: 'CLEANING',
    });
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => server.write('returnVehicle', { dispatchId: result.id })),
    );
    const types = answers.map(({ result: each }) => each.__typename).sort();
    expect(types).toEqual(['InvalidTransition', 'InvalidTransition', 'InvalidTransition', 'VehicleDispatch']);
    expect((await server.write('returnVehicle', { dispatchId: incidentId })).code).toBe('NO_SUCH_RECORD');
  });
});

describe('a vehicle', () => {
  it('is dispatched once, with 50 concurrent requests', async () => {
    const vehicleId = await registeredVehicle();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => server.write('dispatchVehicle', { vehicleId, purpose: 'CLEANING' })),
    );
    const types = answers.map(({ result }) => result.__typename);
    expect(types.filter((type) => type === 'VehicleDispatch')).toHaveLength(1);
    expect(types.filter((type) => type === 'VehicleUnavailable')).toHaveLength(49);
    expect(await server.sql`select from vehicle_dispatch where vehicle_id = ${vehicleId}`).toHaveLength(1);
    expect(await eventsOf(server, vehicleId)).toHaveLength(2);
    expect(await server.sql`select * from tally_recount()`).toHaveLength(0);
  });

  it('is dispatched once per idempotency key, and the answer stays the first one', async () => {
    const vehicleId = await registeredVehicle();
    const input = { vehicleId, purpose: 'CLEANING', idempotencyKey: `k-${performance.now()}` };
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => server.write('dispatchVehicle', input)),
    );
    const [first] = answers;
    for (const { result } of answers) expect(result).toEqual(first?.result);
    await server.write('returnVehicle', { dispatchId: first?.result.id });
    expect((await server.write('dispatchVehicle', input)).result).toEqual(first?.result);
    expect(await server.sql`select from vehicle_dispatch where vehicle_id = ${vehicleId}`).toHaveLength(1);
  });
});
