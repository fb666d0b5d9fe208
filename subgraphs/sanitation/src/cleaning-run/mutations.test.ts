import { eventsOf, type WritableSubgraph, writableSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let server: WritableSubgraph;
beforeAll(async () => {
  server = await writableSubgraph(subgraph, {
    CleaningRun:
      'id status startedAt completedAt abandonedAt abandonReason steps { kind status startedAt completedAt vehicle { id status } crew { id } }',
    RunAlreadyOpen: 'message run { id status }',
    StepOutOfOrder: 'message expected',
    VehicleUnavailable: 'message vehicle { id status }',
    InvalidTransition: 'message from to',
    SanitationVehicle: 'id status',
    SanitationCrew: 'id',
    Road: 'id',
    VehicleDispatch: 'id vehicle { status }',
  });
});
afterAll(() => server.stop());

const missing = '01a1fc14-c3c1-7069-8000-000000000099';
const divisionCode = '410105007003';
const location = { longitude: 113.68, latitude: 34.79 };
const kinds = ['VACUUM', 'FLUSH', 'SUCTION', 'SCRUB', 'SWEEP', 'MANUAL'];

let plates = 0;
async function registeredVehicle(): Promise<string> {
  plates += 1;
  const input = { divisionCode, plateNumber: `豫A·试${plates}`, kind: 'SWEEPER', onDuty: true, location };
  return (await server.write('registerSanitationVehicle', input)).result.id;
}
async function registeredCrew(): Promise<string> {
  const input = {
    divisionCode,
    name: '示例班组',
    phone: '0371-00000000',
    leaderName: '示例',
    workersOnDuty: 8,
  };
  return (await server.write('registerSanitationCrew', input)).result.id;
}
async function newRoad(): Promise<string> {
  const input = { divisionCode, name: '示例路', cleaningGrade: 'FIRST', lengthMetres: 900, location };
  return (await server.write('registerRoad', input)).result.id;
}
async function openRun(roadId?: string): Promise<string> {
  const { result } = await server.write('startCleaningRun', { roadId: roadId ?? (await newRoad()) });
  return result.id;
}
const statusOf = async (vehicleId: string) =>
  (await server.request('query ($id: ID!) { sanitationVehicle(id: $id) { status } }', { id: vehicleId })).data
    .sanitationVehicle.status;
const recount = () => server.sql`select * from tally_recount()`;

describe('a run', () => {
  it('goes through its six steps in order, and is completed with the last', async () => {
    const roadId = await newRoad();
    const { result: started } = await server.write('startCleaningRun', { roadId });
    expect(started).toMatchObject({ status: 'OPEN', completedAt: null });
    expect(started.steps.map(({ kind, status }: Record<string, string>) => [kind, status])).toEqual(
      kinds.map((kind) => [kind, 'PENDING']),
    );
    const runId = started.id;
    for (const [index, kind] of kinds.entries()) {
      const started = await server.write('startCleaningStep', { runId, kind });
      expect(started.result.steps[index]).toMatchObject({ status: 'IN_PROGRESS', completedAt: null });
      const { result } = await server.write('completeCleaningStep', { runId, kind });
      expect(result.steps[index].status).toBe('COMPLETED');
      expect(result.status).toBe(kind === 'MANUAL' ? 'COMPLETED' : 'OPEN');
    }
    const events = await eventsOf(server, runId);
    expect(events.map(({ action }) => action)).toEqual([
      'startCleaningRun',
      ...kinds.flatMap(() => ['startCleaningStep', 'completeCleaningStep']),
    ]);
    expect(events.at(-1)).toMatchObject({ fromStatus: 'OPEN', toStatus: 'COMPLETED' });
    const [{ detail } = { detail: null }] = await server.sql`
      select detail from change_event where entity_id = ${runId} order by sequence offset 1 limit 1`;
    expect(detail).toEqual({ step: 'VACUUM', stepFrom: 'PENDING', stepTo: 'IN_PROGRESS' });
    expect(await server.sql`select day from road_flush where road_id = ${roadId}`).toHaveLength(1);
    expect(await recount()).toHaveLength(0);
    const { data } = await server.request(
      `query ($id: ID!, $date: Date!) { cleaningRun(id: $id) { status road { id runs(date: $date) { nodes { id } } } } }`,
      { id: runId, date: await today() },
    );
    expect(data.cleaningRun).toEqual({
      status: 'COMPLETED',
      road: { id: roadId, runs: { nodes: [{ id: runId }] } },
    });
  });

  it('accepts steps that are reported only when they are done', async () => {
    const runId = await openRun();
    const crewId = await registeredCrew();
    const { result } = await server.write('completeCleaningStep', { runId, kind: 'VACUUM', crewId });
    expect(result.steps[0]).toMatchObject({
      status: 'COMPLETED',
      startedAt: result.startedAt,
      crew: { id: crewId },
    });
    const { result: next } = await server.write('completeCleaningStep', { runId, kind: 'FLUSH' });
    expect(next.steps[1].startedAt).toBe(next.steps[0].completedAt);
  });

  it('refuses every step but the next one, which it names', async () => {
    const runId = await openRun();
    for (const action of ['startCleaningStep', 'completeCleaningStep']) {
      for (const kind of kinds.slice(1)) {
        const { result } = await server.write(action, { runId, kind });
        expect(result).toMatchObject({ __typename: 'StepOutOfOrder', expected: 'VACUUM' });
        expect(result.message).toMatch(/\p{Script=Han}/u);
      }
    }
    await server.write('startCleaningStep', { runId, kind: 'VACUUM' });
    expect((await server.write('startCleaningStep', { runId, kind: 'FLUSH' })).result.expected).toBe(
      'VACUUM',
    );
    expect((await server.write('startCleaningStep', { runId, kind: 'VACUUM' })).result).toMatchObject({
      __typename: 'InvalidTransition',
      from: 'IN_PROGRESS',
      to: 'IN_PROGRESS',
    });
    await server.write('completeCleaningStep', { runId, kind: 'VACUUM' });
    expect((await server.write('completeCleaningStep', { runId, kind: 'VACUUM' })).result.expected).toBe(
      'FLUSH',
    );
    expect(await eventsOf(server, runId)).toHaveLength(3);
  });

  it('ends once: a completed or abandoned one does not continue', async () => {
    const runId = await openRun();
    const { result } = await server.write('abandonCleaningRun', { runId, reason: '示例：道路施工' });
    expect(result).toMatchObject({ status: 'ABANDONED', completedAt: null, abandonReason: '示例：道路施工' });
    expect(result.abandonedAt).not.toBeNull();
    for (const action of ['startCleaningStep', 'completeCleaningStep']) {
      const refused = (await server.write(action, { runId, kind: 'VACUUM' })).result;
      expect(refused).toMatchObject({ __typename: 'InvalidTransition', from: 'ABANDONED' });
    }
    expect((await server.write('abandonCleaningRun', { runId, reason: '又' })).result.__typename).toBe(
      'InvalidTransition',
    );
    expect((await eventsOf(server, runId)).at(-1)).toMatchObject({
      fromStatus: 'OPEN',
      toStatus: 'ABANDONED',
    });
    expect(await recount()).toHaveLength(0);
  });

  it('is refused for an unknown road, run, vehicle or crew, and is not abandoned without a reason', async () => {
    const runId = await openRun();
    const step = { runId, kind: 'VACUUM' };
    for (const [action, input, code] of [
      ['startCleaningRun', { roadId: missing }, 'NO_SUCH_RECORD'],
      ['startCleaningRun', { roadId: 'x' }, 'NO_SUCH_RECORD'],
      ['startCleaningStep', { ...step, runId: missing }, 'NO_SUCH_RECORD'],
      ['startCleaningStep', { ...step, vehicleId: missing }, 'NO_SUCH_RECORD'],
      ['startCleaningStep', { ...step, crewId: missing }, 'NO_SUCH_RECORD'],
      ['completeCleaningStep', { ...step, runId: missing }, 'NO_SUCH_RECORD'],
      ['completeCleaningStep', { ...step, vehicleId: missing }, 'NO_SUCH_RECORD'],
      ['abandonCleaningRun', { runId: missing, reason: '示例' }, 'NO_SUCH_RECORD'],
      ['abandonCleaningRun', { runId, reason: ' ' }, 'BAD_USER_INPUT'],
      ['abandonCleaningRun', { runId, reason: 'a\0' }, 'BAD_USER_INPUT'],
    ] as const)
      expect((await server.write(action, input)).code, `${action} ${JSON.stringify(input)}`).toBe(code);
    expect(await eventsOf(server, runId)).toHaveLength(1);
  });
});

async function today(): Promise<string> {
  const [row] = await server.sql<{ day: string }[]>`select shanghai_day(now()) as day`;
  return row?.day ?? '';
}

describe('a road', () => {
  it('has one open run, with any number of concurrent starts', async () => {
    const roadId = await newRoad();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => server.write('startCleaningRun', { roadId })),
    );
    const runs = answers.filter(({ result }) => result.__typename === 'CleaningRun');
    expect(runs).toHaveLength(1);
    const refusals = answers.filter(({ result }) => result.__typename === 'RunAlreadyOpen');
    expect(refusals).toHaveLength(19);
    for (const { result } of refusals) expect(result.run).toEqual({ id: runs[0]?.result.id, status: 'OPEN' });
    await server.write('abandonCleaningRun', { runId: runs[0]?.result.id, reason: '示例' });
    expect((await server.write('startCleaningRun', { roadId })).result.status).toBe('OPEN');
  });

  it('has each step completed once, with any number of concurrent reports', async () => {
    const runId = await openRun();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => server.write('completeCleaningStep', { runId, kind: 'VACUUM' })),
    );
    const types = answers.map(({ result }) => result.__typename);
    expect(types.filter((type) => type === 'CleaningRun')).toHaveLength(1);
    expect(types.filter((type) => type === 'StepOutOfOrder')).toHaveLength(7);
  });
});

describe('a vehicle', () => {
  /** It is used by the first step of the run, and not available before the step is done. */
  async function staysAtWork(vehicleId: string, runId: string) {
    const elsewhere = { runId: await openRun(), kind: 'VACUUM', vehicleId };
    const unavailable = { __typename: 'VehicleUnavailable', vehicle: { status: 'WORKING' } };
    expect((await server.write('startCleaningStep', elsewhere)).result).toMatchObject(unavailable);
    const sent = await server.write('dispatchVehicle', { vehicleId, purpose: 'CAMPAIGN' });
    expect(sent.result).toMatchObject(unavailable);
    await server.write('completeCleaningStep', { runId, kind: 'VACUUM' });
    expect(await statusOf(vehicleId)).toBe('AVAILABLE');
  }

  it('that returns from a dispatch during a step stays at work until the step is done', async () => {
    const [runId, vehicleId] = [await openRun(), await registeredVehicle()];
    const { result } = await server.write('dispatchVehicle', { vehicleId, purpose: 'CLEANING' });
    await server.write('startCleaningStep', { runId, kind: 'VACUUM', vehicleId });
    const back = await server.write('returnVehicle', { dispatchId: result.id });
    expect(back.result.vehicle.status).toBe('WORKING');
    await staysAtWork(vehicleId, runId);
  });

  it('that is repaired during a step stays at work until the step is done', async () => {
    const [runId, vehicleId] = [await openRun(), await registeredVehicle()];
    await server.write('startCleaningStep', { runId, kind: 'VACUUM', vehicleId });
    await server.write('startVehicleMaintenance', { vehicleId });
    expect((await server.write('endVehicleMaintenance', { vehicleId })).result.status).toBe('WORKING');
    await staysAtWork(vehicleId, runId);
  });

  it('is at work while its step is in progress', async () => {
    const runId = await openRun();
    const vehicleId = await registeredVehicle();
    const { result } = await server.write('startCleaningStep', { runId, kind: 'VACUUM', vehicleId });
    expect(result.steps[0].vehicle).toEqual({ id: vehicleId, status: 'WORKING' });
    const elsewhere = await server.write('startCleaningStep', {
      runId: await openRun(),
      kind: 'VACUUM',
      vehicleId,
    });
    expect(elsewhere.result).toMatchObject({
      __typename: 'VehicleUnavailable',
      vehicle: { id: vehicleId, status: 'WORKING' },
    });
    await server.write('completeCleaningStep', { runId, kind: 'VACUUM' });
    expect(await statusOf(vehicleId)).toBe('AVAILABLE');
    await server.write('startCleaningStep', { runId, kind: 'FLUSH', vehicleId });
    await server.write('abandonCleaningRun', { runId, reason: '示例' });
    expect(await statusOf(vehicleId)).toBe('AVAILABLE');
    expect((await eventsOf(server, vehicleId)).map(({ toStatus }) => toStatus)).toEqual([
      'AVAILABLE',
      'WORKING',
      'AVAILABLE',
      'WORKING',
      'AVAILABLE',
    ]);
  });

  it('that is dispatched for cleaning works at one step at a time, and stays dispatched; one dispatched otherwise cannot', async () => {
    const vehicleId = await registeredVehicle();
    await server.write('dispatchVehicle', { vehicleId, purpose: 'CLEANING' });
    const runId = await openRun();
    const started = await server.write('startCleaningStep', { runId, kind: 'VACUUM', vehicleId });
    expect(started.result.steps[0].vehicle.status).toBe('DISPATCHED');
    const second = await server.write('startCleaningStep', {
      runId: await openRun(),
      kind: 'VACUUM',
      vehicleId,
    });
    expect(second.result.__typename).toBe('VehicleUnavailable');
    await server.write('completeCleaningStep', { runId, kind: 'VACUUM' });
    expect(await statusOf(vehicleId)).toBe('DISPATCHED');
    const away = await registeredVehicle();
    await server.write('dispatchVehicle', { vehicleId: away, purpose: 'CAMPAIGN' });
    const refused = await server.write('startCleaningStep', { runId, kind: 'FLUSH', vehicleId: away });
    expect(refused.result).toMatchObject({
      __typename: 'VehicleUnavailable',
      vehicle: { status: 'DISPATCHED' },
    });
  });
});

it('gives the first answer of an idempotency key again, with its steps, though the run has advanced', async () => {
  const runId = await openRun();
  const input = { runId, kind: 'VACUUM', idempotencyKey: `k-${performance.now()}` };
  const first = await server.write('startCleaningStep', input);
  await server.write('completeCleaningStep', { runId, kind: 'VACUUM' });
  expect((await server.write('startCleaningStep', input)).result).toEqual(first.result);
});
