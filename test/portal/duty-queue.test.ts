// The queue of the duty officer page on the real graph, over a connection that is cut.
import { type ClientOptions, createClient } from '@district-graph/client';
import { type FaultyProxy, startFaultyProxy } from '@district-graph/client/testing/faulty-proxy';
import { webSockets } from '@district-graph/client/websocket';
import { tokenOf } from '@district-graph/kit/testing/identity';
import { DeviceStatuses } from '@district-graph/portal/duty/device-statuses';
import { LiveQueue } from '@district-graph/portal/duty/live-queue';
import { OpenIncident } from '@district-graph/portal/duty/open-incident';
import { type IncidentRow, incidentsDocument } from '@district-graph/portal/duty/operations';
import { argumentsOf, type QueueView } from '@district-graph/portal/duty/queue';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { startTestGraph, type TestGraph } from '../testkit/test-graph.ts';

let graph: TestGraph;
let proxy: FaultyProxy;
let token: string;
const opened: LiveQueue[] = [];

beforeAll(async () => {
  graph = await startTestGraph({ databases: 'empty', only: ['places', 'security'] });
  proxy = await startFaultyProxy(graph.url);
  token = await tokenOf({ roles: ['duty-officer'], divisions: ['410105'] });
});
afterEach(() => {
  for (const queue of opened.splice(0)) queue.close();
});
afterAll(async () => {
  await proxy.stop();
  await graph.stop();
});

const view: QueueView = { within: '410105', shows: 'open', severity: null };
const clientAt = (url: string, transport?: ClientOptions['transport']) =>
  createClient({ url: `${url}/graphql`, token, transport });

/** A queue that reaches the gateway through the proxy, with the changes that it has reported. */
async function open(changes: Partial<QueueView> = {}, transport?: ClientOptions['transport']) {
  const reports: { row: IncidentRow; isNew: boolean }[] = [];
  const queue = new LiveQueue({
    client: clientAt(proxy.url, transport),
    view: { ...view, ...changes },
    onChange: (row, isNew) => reports.push({ row, isNew }),
  });
  opened.push(queue);
  void queue.run();
  await expect.poll(() => queue.isRead.value && queue.connection.value, { interval: 5 }).toBe('live');
  return { queue, reports };
}

async function raise(severity = 2): Promise<string> {
  const input = {
    kind: 'PUBLIC_FACILITY',
    severity,
    divisionCode: '410105007003',
    location: { longitude: 113.68, latitude: 34.79 },
  };
  const { raiseIncident } = await graph.dataOf(
    'mutation ($input: RaiseIncidentInput!) { raiseIncident(input: $input) { ... on Incident { id } } }',
    { input },
  );
  return raiseIncident.id;
}

const advance = (incidentId: string, to: string) =>
  graph.dataOf(
    'mutation ($input: AdvanceIncidentInput!) { advanceIncident(input: $input) { ... on Incident { id } } }',
    { input: { incidentId, to } },
  );

/** What the list answers now. */
const listed = async (changes: Partial<QueueView> = {}): Promise<readonly IncidentRow[]> => {
  const values = { ...argumentsOf({ ...view, ...changes }), first: 100, after: null };
  const { data } = await clientAt(graph.url).query(incidentsDocument, values);
  return data.incidents?.nodes ?? [];
};

it.each([
  ['WebSocket, as on the page', () => webSockets()],
  ['server-sent events', () => undefined],
])(
  'misses and repeats nothing while the connection is cut, and ends as the list is: over %s',
  async (_name, transportOf) => {
    const before = await raise();
    const { queue, reports } = await open({}, transportOf());
    expect(queue.rows.value.map(({ id }) => id)).toContain(before);
    // What was raised before may be reported after it was listed.
    const reported = () => reports.filter(({ row }) => row.id !== before || row.status !== 'RAISED');
    const first = await raise();
    await expect.poll(() => reported().length).toBe(1);
    proxy.cut();
    await expect.poll(() => queue.connection.value).toBe('reconnecting');
    const missed = [await raise(1), await raise(4)];
    await advance(first, 'ACKNOWLEDGED');
    await advance(before, 'FALSE_ALARM');
    proxy.restore();
    await expect.poll(() => reported().length, { timeout: 20_000 }).toBe(5);
    expect(queue.connection.value).toBe('live');
    expect(queue.rows.value).toEqual(await listed());
    expect(reported().map(({ row }) => row.id)).toEqual([first, ...missed, first, before]);
    // Each incident that was raised is new once, whatever happens to it later.
    expect(reports.filter(({ isNew }) => isNew).map(({ row }) => row.id)).toEqual([first, ...missed]);
  },
);

it('while paused, changes wait, are counted, and are applied in their order afterwards', async () => {
  const { queue, reports } = await open();
  const shown = queue.rows.value;
  queue.pause(true);
  const raised = await raise();
  await advance(raised, 'ACKNOWLEDGED');
  await expect.poll(() => queue.waiting.value).toBe(2);
  expect([queue.rows.value, reports]).toEqual([shown, []]);
  queue.pause(false);
  expect(queue.waiting.value).toBe(0);
  expect(queue.rows.value).toEqual(await listed());
  expect(queue.rows.value.find(({ id }) => id === raised)?.status).toBe('ACKNOWLEDGED');
});

it('shows only what its view selects, and reports every change in the division', async () => {
  const { queue, reports } = await open({ severity: 1 });
  await raise(3);
  const urgent = await raise(1);
  await expect.poll(() => reports.length).toBe(2);
  expect(queue.rows.value).toEqual(await listed({ severity: 1 }));
  expect(reports.map(({ isNew }) => isNew)).toEqual([false, true]);
  await advance(urgent, 'FALSE_ALARM');
  await expect.poll(() => queue.rows.value.some(({ id }) => id === urgent)).toBe(false);
});

it('says why it is not kept up to date when the viewer may not see incidents', async () => {
  const resident = await tokenOf({ roles: ['resident'], divisions: ['410105'] });
  const queue = new LiveQueue({
    client: createClient({ url: `${graph.url}/graphql`, token: resident }),
    view,
  });
  await queue.run();
  expect([queue.failure.value?.code, queue.connection.value]).toEqual(['FORBIDDEN', 'closed']);
});

it('an open incident has its timeline and the devices near it, whose statuses are shown as they change', async () => {
  await graph.dataOf(
    'mutation ($input: RegisterMonitoringPlatformInput!) { registerMonitoringPlatform(input: $input) { __typename } }',
    {
      input: {
        deviceCode: '41010500002000000001',
        name: '测试平台',
        tier: 'DISTRICT_CENTRE',
        divisionCode: '410105',
        location: { longitude: 113.68, latitude: 34.79 },
      },
    },
  );
  const input = {
    deviceCode: '41010500081320000001',
    name: '测试摄像机',
    divisionCode: '410105007003',
    location: { longitude: 113.681, latitude: 34.79 },
    form: 'DOME',
  };
  const { registerCamera } = await graph.dataOf(
    'mutation ($input: RegisterCameraInput!) { registerCamera(input: $input) { __typename ... on Camera { id } } }',
    { input },
  );
  expect(registerCamera.__typename).toBe('Camera');
  const client = clientAt(graph.url);
  const open = new OpenIncident(client, await raise(), 2000);
  await open.read();
  expect(open.failure.value).toBeNull();
  expect(open.incident.value?.timeline.map(({ action }) => action)).toEqual(['RAISED']);
  const [near] = open.incident.value?.nearbyDevices ?? [];
  expect(near?.device).toMatchObject({ name: '测试摄像机', status: 'OFFLINE' });
  // Sanitation is not running: what it owns is missing, and nothing else.
  expect(open.incident.value?.supportVehicles).toBeNull();

  const devices = new DeviceStatuses(client, view.within);
  const running = devices.run();
  const countOf = (status: string) =>
    devices.place.value?.security?.deviceCounts.find((each) => each.status === status)?.count;
  await expect.poll(() => countOf('OFFLINE')).toBe(1);
  await expect.poll(() => devices.isLive.value).toBe(true);
  await graph.dataOf(
    'mutation ($input: ReportDeviceFaultInput!) { reportDeviceFault(input: $input) { __typename } }',
    { input: { deviceId: registerCamera.id } },
  );
  await expect.poll(() => near && devices.current(near.device).status).toBe('FAULT');
  await expect.poll(() => countOf('FAULT'), { timeout: 10_000 }).toBe(1);
  devices.close();
  await running;
  open.close();
});
