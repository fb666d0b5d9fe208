import { readFileSync } from 'node:fs';
import {
  emptyDatabase,
  eventsOf,
  type WritableSubgraph,
  writableSubgraph,
} from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let server: WritableSubgraph;
beforeAll(async () => {
  server = await writableSubgraph(subgraph, {
    SanitationCrew: 'id',
    Road: 'id',
    CleaningRun: 'id',
    SanitationVehicle: 'id status onDuty plateNumber waterCapacityLitres crew { id } version',
    PlateNumberTaken: 'message vehicle { id }',
    VersionConflict: 'message current seen',
    VehicleAtWork: 'message run { id }',
    InvalidTransition: 'message from to',
  });
});
afterAll(() => server.stop());

const missing = '01a1fc14-c3c1-7069-8000-000000000099';
const location = { longitude: 113.68, latitude: 34.79 };
const sprinkler = {
  divisionCode: '410105',
  kind: 'SPRINKLER',
  onDuty: true,
  waterCapacityLitres: 8000,
  location,
};

let plates = 0;
const nextPlate = () => {
  plates += 1;
  return `豫A·登${plates}`;
};
async function registered(input = {}) {
  return (
    await server.write('registerSanitationVehicle', { ...sprinkler, plateNumber: nextPlate(), ...input })
  ).result;
}
async function registeredCrew(): Promise<string> {
  const input = {
    divisionCode: '410105',
    name: '示例班组',
    phone: '0371-0',
    leaderName: '示例',
    workersOnDuty: 8,
  };
  return (await server.write('registerSanitationCrew', input)).result.id;
}
describe('the plate of a vehicle', () => {
  it('is the same however it is written', async () => {
    const vehicle = await registered({ plateNumber: '豫Ａ12345' });
    expect(vehicle.plateNumber).toBe('豫A12345');
    for (const plateNumber of ['豫A12345', '豫a12345', '豫A·12345', ' 豫A 12345 ', '豫Ａ１２３４５']) {
      const { result } = await server.write('registerSanitationVehicle', { ...sprinkler, plateNumber });
      expect(result, plateNumber).toMatchObject({
        __typename: 'PlateNumberTaken',
        vehicle: { id: vehicle.id },
      });
    }
    const other = await registered();
    const edit = { vehicleId: other.id, version: 1, plateNumber: '豫a·12345' };
    expect((await server.write('updateSanitationVehicle', edit)).result.vehicle.id).toBe(vehicle.id);
  });

  it.each(['x', `${' '.repeat(50_000)}x`, '12345', '豫A', '豫A12345678901234567890', '豫A\u200b12345'])(
    'is refused if invalid: %#',
    async (plateNumber) => {
      const { code } = await server.write('registerSanitationVehicle', { ...sprinkler, plateNumber });
      expect(code).toBe('BAD_USER_INPUT');
    },
  );

  it('from before plates were normalized is normalized by a migration, one where there are several', async () => {
    const { sql, drop } = await emptyDatabase(subgraph);
    const row = (id: string, plate: string) => ({
      id: `01a1fc14-c3c1-7069-8000-00000000000${id}`,
      division_code: '410105',
      plate_number: plate,
      kind: 'SPRINKLER',
      status: 'AVAILABLE',
      on_duty: true,
      longitude: 113.68,
      latitude: 34.79,
    });
    const plates = ['豫Ａ12345', '豫a12345', '豫A·9', '豫A9', ' 豫A·8 ', '·'];
    await sql`insert into sanitation_vehicle ${sql(plates.map((plate, index) => row(String(index), plate)))}`;
    const file = new URL('../../migrations/0008_code_forms.sql', import.meta.url);
    for (const statement of readFileSync(file, 'utf8').split('--> statement-breakpoint'))
      await sql.unsafe(statement);
    const after = await sql<
      { plateNumber: string }[]
    >`select plate_number from sanitation_vehicle order by id`;
    expect(after.map(({ plateNumber }) => plateNumber)).toEqual([
      '豫A12345',
      '豫a12345',
      '豫A·9',
      '豫A9',
      '豫A8',
      '·',
    ]);
    await drop();
  });
});

describe('a vehicle', () => {
  it('is registered, edited, repaired and retired, with an event for each', async () => {
    const crewId = await registeredCrew();
    const vehicle = await registered({ crewId });
    const vehicleId = vehicle.id;
    expect(vehicle).toMatchObject({ status: 'AVAILABLE', onDuty: true, crew: { id: crewId }, version: 1 });
    const edited = await server.write('updateSanitationVehicle', {
      vehicleId,
      version: 1,
      crewId: null,
      waterCapacityLitres: 10_000,
      location: { longitude: 113.7, latitude: 34.8 },
    });
    expect(edited.result).toMatchObject({
      plateNumber: vehicle.plateNumber,
      waterCapacityLitres: 10_000,
      crew: null,
      version: 2,
    });
    expect((await server.write('startVehicleMaintenance', { vehicleId })).result).toMatchObject({
      status: 'MAINTENANCE',
      onDuty: false,
    });
    expect((await server.write('endVehicleMaintenance', { vehicleId })).result.status).toBe('AVAILABLE');
    expect((await server.write('retireSanitationVehicle', { vehicleId })).result.status).toBe('RETIRED');
    expect(await eventsOf(server, vehicleId)).toEqual([
      { action: 'registerSanitationVehicle', fromStatus: null, toStatus: 'AVAILABLE' },
      { action: 'updateSanitationVehicle', fromStatus: 'AVAILABLE', toStatus: 'AVAILABLE' },
      { action: 'startVehicleMaintenance', fromStatus: 'AVAILABLE', toStatus: 'MAINTENANCE' },
      { action: 'endVehicleMaintenance', fromStatus: 'MAINTENANCE', toStatus: 'AVAILABLE' },
      { action: 'retireSanitationVehicle', fromStatus: 'AVAILABLE', toStatus: 'RETIRED' },
    ]);
    expect(await server.sql`select * from tally_recount()`).toHaveLength(0);
  });

  it('refuses invalid transitions', async () => {
    const { id: vehicleId } = await registered();
    for (const action of ['releaseVehicle', 'endVehicleMaintenance'])
      expect((await server.write(action, { vehicleId })).result).toMatchObject({
        __typename: 'InvalidTransition',
        from: 'AVAILABLE',
      });
    await server.sql`update sanitation_vehicle set status = 'DISPATCHED' where id = ${vehicleId}`;
    for (const action of ['releaseVehicle', 'startVehicleMaintenance', 'retireSanitationVehicle'])
      expect((await server.write(action, { vehicleId })).result).toMatchObject({
        __typename: 'InvalidTransition',
        from: 'DISPATCHED',
      });
    expect(await eventsOf(server, vehicleId)).toHaveLength(1);
  });

  it('is released from work unless it is used by a step in progress', async () => {
    const { id: vehicleId } = await registered();
    await server.sql`update sanitation_vehicle set status = 'WORKING' where id = ${vehicleId}`;
    expect((await server.write('releaseVehicle', { vehicleId })).result.status).toBe('AVAILABLE');
    const road = {
      divisionCode: '410105007003',
      name: '示例路',
      cleaningGrade: 'FIRST',
      lengthMetres: 9,
      location,
    };
    const { result } = await server.write('registerRoad', road);
    const run = await server.write('startCleaningRun', { roadId: result.id });
    await server.write('startCleaningStep', { runId: run.result.id, kind: 'VACUUM', vehicleId });
    expect((await server.write('releaseVehicle', { vehicleId })).result).toMatchObject({
      __typename: 'VehicleAtWork',
      run: { id: run.result.id },
    });
  });

  it('has a unique plate, also with concurrent registrations', async () => {
    const plateNumber = nextPlate();
    const answers = await Promise.all(Array.from({ length: 8 }, () => registered({ plateNumber })));
    const first = answers.find(({ __typename }) => __typename === 'SanitationVehicle');
    const refused = answers.filter(({ __typename }) => __typename === 'PlateNumberTaken');
    expect(refused).toHaveLength(7);
    for (const { vehicle } of refused) expect(vehicle.id).toBe(first.id);
    const other = await registered();
    const edit = { vehicleId: other.id, version: 1, plateNumber };
    expect((await server.write('updateSanitationVehicle', edit)).result.__typename).toBe('PlateNumberTaken');
    // Its own plate is no conflict.
    const same = { vehicleId: first.id, version: 1, plateNumber };
    expect((await server.write('updateSanitationVehicle', same)).result.version).toBe(1);
  });

  it('is edited from its current version only, by one of several concurrent edits', async () => {
    const { id: vehicleId } = await registered();
    const answers = await Promise.all(
      [1, 2, 3, 4].map((litres) =>
        server.write('updateSanitationVehicle', { vehicleId, version: 1, waterCapacityLitres: litres }),
      ),
    );
    const types = answers.map(({ result }) => result.__typename).sort();
    expect(types).toEqual(['SanitationVehicle', 'VersionConflict', 'VersionConflict', 'VersionConflict']);
    const conflict = answers.find(({ result }) => result.__typename === 'VersionConflict')?.result;
    expect(conflict).toMatchObject({ current: 2, seen: 1 });
  });

  it('is refused with invalid input', async () => {
    const { id: vehicleId } = await registered();
    const crewId = await registeredCrew();
    await server.write('disbandSanitationCrew', { crewId });
    const register = (input: object) => [
      'registerSanitationVehicle',
      { ...sprinkler, plateNumber: nextPlate(), ...input },
    ];
    for (const [action, input, code] of [
      [...register({ divisionCode: '41' }), 'BAD_USER_INPUT'],
      [...register({ plateNumber: ' ' }), 'BAD_USER_INPUT'],
      [...register({ plateNumber: '豫A\0' }), 'BAD_USER_INPUT'],
      [...register({ waterCapacityLitres: 0 }), 'BAD_USER_INPUT'],
      [...register({ location: { longitude: 34.79, latitude: 113.68 } }), 'BAD_USER_INPUT'],
      [...register({ crewId: missing }), 'NO_SUCH_RECORD'],
      [...register({ crewId }), 'BAD_USER_INPUT'],
      ['updateSanitationVehicle', { vehicleId: missing, version: 1 }, 'NO_SUCH_RECORD'],
      ['updateSanitationVehicle', { vehicleId, version: 1, waterCapacityLitres: -1 }, 'BAD_USER_INPUT'],
      ['retireSanitationVehicle', { vehicleId: 'x' }, 'NO_SUCH_RECORD'],
    ] as [string, Record<string, unknown>, string][])
      expect((await server.write(action, input)).code, `${action} ${JSON.stringify(input)}`).toBe(code);
    expect(await eventsOf(server, vehicleId)).toHaveLength(1);
  });
});
