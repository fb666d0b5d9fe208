import { today } from '@district-graph/kit/calendar';
import { seedId } from '@district-graph/kit/database/ids';
import { elderId, loadSyntheticCity } from '@district-graph/kit/seed/synthetic-city';
import { headersOf } from '@district-graph/kit/testing/identity';
import { emptyDatabase, type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let security: TestSubgraph;
beforeAll(async () => {
  security = await testSubgraph(subgraph);
});
afterAll(() => security.stop());

const firstCommunity = (code: string) => loadSyntheticCity('default').communitiesOf(code)[0]?.code ?? '';

describe('the incidents that other subgraphs refer to', () => {
  it('are the fire and the lost elder of March 2021 in Shangjie', async () => {
    const fields = 'kind status raisedAt division { code } elder { id } peopleAssisted timeline { action }';
    const { data } = await security.request(
      `query ($fire: ID!, $lost: ID!) { fire: incident(id: $fire) { ${fields} } lost: incident(id: $lost) { ${fields} } }`,
      { fire: seedId('incident', '410106', 0), lost: seedId('incident', '410106', 1) },
    );
    expect(data.fire).toMatchObject({ kind: 'SITE_FIRE', raisedAt: expect.stringContaining('2021-03-23') });
    expect(data.lost).toMatchObject({
      kind: 'LOST_PERSON',
      status: 'CLOSED',
      raisedAt: expect.stringContaining('2021-03-20'),
      division: { code: '410106001' },
      elder: { id: elderId(firstCommunity('410106001'), 0) },
      peopleAssisted: 1,
    });
    expect(data.lost.timeline.map((entry: { action: string }) => entry.action)).toEqual([
      'RAISED',
      'ACKNOWLEDGED',
      'DISPATCHED',
      'RESOLVED',
      'CLOSED',
    ]);
  });

  it('are, elsewhere, an open one about a lost elder and a recent fire', async () => {
    const elder = elderId(firstCommunity('410105'), 0);
    const { data } = await security.request(
      `query ($r: [_Any!]!, $fire: ID!) {
        _entities(representations: $r) { ... on Elder { incidents(first: 1) { nodes { id kind status } } } }
        fire: incident(id: $fire) { kind }
      }`,
      { r: [{ __typename: 'Elder', id: elder }], fire: seedId('incident', '410105', 1) },
    );
    expect(data._entities[0].incidents.nodes).toEqual([
      { id: seedId('incident', '410105', 0), kind: 'LOST_PERSON', status: 'DISPATCHED' },
    ]);
    expect(data.fire.kind).toBe('SITE_FIRE');
  });
});

const emergency = (divisions = ['410100'], sub = 'officer') =>
  headersOf({ sub, roles: ['duty-officer'], divisions }, 'EMERGENCY');
const dispatcher = await headersOf({ roles: ['sanitation-dispatcher'] }, 'EMERGENCY');

describe('an incident about a person', () => {
  const fields =
    'division { code } description location { longitude latitude } source { id } timeline { note }';

  it('shows its location coarsely and nothing of its notes; another shows both', async () => {
    const { data } = await security.request(
      `query ($fire: ID!, $lost: ID!) { fire: incident(id: $fire) { ${fields} } lost: incident(id: $lost) { ${fields} } }`,
      { fire: seedId('incident', '410106', 0), lost: seedId('incident', '410106', 1) },
    );
    expect(data.lost.description).toBeNull();
    expect(data.lost.timeline.every((entry: { note: string | null }) => entry.note === null)).toBe(true);
    expect(String(data.lost.location.longitude)).toMatch(/^\d+(\.\d{1,2})?$/);
    expect(data.lost.division.code).toMatch(/^\d{9}$/);
    expect(data.fire.description).not.toBeNull();
    expect(String(data.fire.location.longitude)).toMatch(/\.\d{3,}$/);
    expect(data.fire.division.code).toMatch(/^\d{12}$/);
  });

  it.each(['LOST_PERSON', 'HELP_CALL', 'MEDICAL', 'DISPUTE', 'THEFT', 'DISTURBANCE', 'OTHER'])(
    'is each of kind %s, to whoever may see incidents',
    async (kind) => {
      const list = `{ incidents(within: "410105", kind: ${kind}, first: 20) { nodes { ${fields} } } }`;
      for (const headers of [undefined, dispatcher]) {
        const { data } = await security.request(list, {}, headers);
        expect(data.incidents.nodes.length).toBeGreaterThan(0);
        for (const { division, description, location, source, timeline } of data.incidents.nodes) {
          expect(division.code).toMatch(/^\d{9}$/);
          expect([description, source]).toEqual([null, null]);
          expect(`${location.longitude} ${location.latitude}`).toMatch(/^\d+(\.\d{1,2})? \d+(\.\d{1,2})?$/);
          expect(timeline.every(({ note }: { note: string | null }) => note === null)).toBe(true);
        }
      }
      const { data } = await security.request(list, {}, await emergency());
      expect(
        data.incidents.nodes.every(
          ({ division }: { division: { code: string } }) => division.code.length === 12,
        ),
      ).toBe(true);
    },
  );

  it('is disclosed with a purpose and a record: where it happened, also through its device and what is near', async () => {
    const [from] = await security.sql<{ id: string; elderId: string | null }[]>`
      select id, elder_id from incident where kind = 'HELP_CALL' and source_device_id is not null limit 1`;
    const id = from?.id ?? '';
    const query = (selected: string) => `query ($id: ID!) { incident(id: $id) { ${selected} } }`;
    for (const [selected, field] of [
      ['source { division { code } }', 'source'],
      ['nearbyDevices(withinMetres: 500) { distanceMetres }', 'nearbyDevices'],
      ['division { code }', 'division'],
    ] as const) {
      const { errors } = await security.request(query(selected), { id }, await emergency(undefined, field));
      expect(errors).toBeUndefined();
      expect(
        await security.sql`select subject_id, fields from access_record where viewer = ${field}`,
      ).toMatchObject([{ subjectId: from?.elderId ?? id, fields: [field] }]);
    }
  });

  it('is not found in its community by lists without a purpose, and each of it is on record with one', async () => {
    const [row] = await security.sql<{ divisionCode: string }[]>`
      select division_code from incident where kind = 'HELP_CALL' and length(division_code) = 12 limit 1`;
    const within = row?.divisionCode ?? '';
    const lists = [
      ['{ incidents(within: $code, kind: HELP_CALL) { totalCount } }', '$code: ID!', {}],
      [
        '{ _entities(representations: $r) { ... on Division { security { incidentList(kind: HELP_CALL) { totalCount } } } } }',
        '$r: [_Any!]!',
        { r: [{ __typename: 'Division', code: within }] },
      ],
    ] as const;
    for (const [index, [list, variable, variables]] of lists.entries()) {
      const request = (headers: Record<string, string>) =>
        security.request(`query (${variable}) ${list}`, { code: within, ...variables }, headers);
      for (const headers of [dispatcher, await headersOf({ roles: ['duty-officer'] })]) {
        const { errors } = await request(headers);
        expect(errors?.map(({ extensions }) => [extensions.code, extensions.within])).toEqual([
          ['FORBIDDEN', within],
        ]);
      }
      expect((await request(await emergency(undefined, `list-${index}`))).errors).toBeUndefined();
      expect(
        await security.sql`select distinct fields from access_record where viewer = ${`list-${index}`}`,
      ).toEqual([{ fields: ['division'] }]);
    }
  });
});

describe('nearby devices', () => {
  it('come nearest first, inside the radius, of the kind asked for, in one statement for all incidents', async () => {
    security.statements();
    const { data } = await security.request(`{
      incidents(within: "410104", first: 20) {
        nodes { nearbyDevices(kind: ALARM_BOX, withinMetres: 1500, first: 5) { distanceMetres device { kind status deviceCode } } }
      }
    }`);
    expect(security.statements()).toHaveLength(2);
    const lists: { distanceMetres: number; device: { kind: string } }[][] = data.incidents.nodes.map(
      (node: { nearbyDevices: unknown }) => node.nearbyDevices,
    );
    expect(lists.flat().length).toBeGreaterThan(20);
    for (const list of lists) {
      const distances = list.map((near) => near.distanceMetres);
      expect(distances).toEqual([...distances].sort((a, b) => a - b));
      expect(Math.max(0, ...distances)).toBeLessThanOrEqual(1500);
      expect(list.every((near) => near.device.kind === 'ALARM_BOX')).toBe(true);
    }
  });

  const distancesFor = async (purpose?: string, divisions = ['410100']) => {
    const viewer = { roles: ['duty-officer' as const], divisions };
    const { data, errors } = await security.request(
      `query ($id: ID!) { incident(id: $id) { location { longitude latitude }
        nearbyDevices(withinMetres: 3000, first: 20) { distanceMetres device { id division { code } location { longitude latitude } } } } }`,
      { id: seedId('incident', '410106', 1) },
      await headersOf(viewer, purpose),
    );
    return errors ? errors[0]?.extensions.code : data.incident;
  };
  type Point = { longitude: number; latitude: number };
  type Near = { distanceMetres: number; device: { division: { code: string }; location: Point } };
  /** As geo_plane measures. */
  const metres = (one: Point, other: Point) =>
    Math.hypot((one.longitude - other.longitude) * 0.8216, one.latitude - other.latitude) * 111_319.49;

  it('are as far as the positions that are shown, so that distances tell no more than those', async () => {
    for (const shown of [await distancesFor(), await distancesFor('EMERGENCY')]) {
      expect(shown.nearbyDevices.length).toBeGreaterThan(0);
      for (const { distanceMetres, device } of shown.nearbyDevices as Near[])
        expect(Math.abs(distanceMetres - metres(shown.location, device.location))).toBeLessThan(1);
    }
  });

  it("are those inside the viewer's divisions", async () => {
    const whole = (await distancesFor('EMERGENCY')).nearbyDevices as Near[];
    const { data } = await security.request('query ($id: ID!) { incident(id: $id) { division { code } } }', {
      id: seedId('incident', '410106', 1),
    });
    const subdistrict = data.incident.division.code.slice(0, 9);
    const own = (await distancesFor('EMERGENCY', [subdistrict])).nearbyDevices as Near[];
    expect(own.every(({ device }) => device.division.code.startsWith(subdistrict))).toBe(true);
    expect(own.length).toBeLessThanOrEqual(whole.length);
  });

  it.each([0, 50_001])('refuse a radius of %i m', async (withinMetres) => {
    const { errors } = await security.request(
      'query ($id: ID!, $m: Int!) { incident(id: $id) { nearbyDevices(withinMetres: $m) { distanceMetres } } }',
      { id: seedId('incident', '410105', 0), m: withinMetres },
    );
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'withinMetres' });
  });
});

describe('lists of incidents', () => {
  it.each(['410100', '410104', '410104001', '410104001001'])(
    'page newest first inside %s, each once',
    async (within) => {
      const seen: { id: string; raisedAt: string; division: { code: string } }[] = [];
      let after: string | null = null;
      do {
        const { data, errors } = await security.request(
          `query ($within: ID!, $after: String, $period: DateRange) { incidents(within: $within, period: $period, first: 37, after: $after) {
          totalCount nodes { id raisedAt division { code } } pageInfo { hasNextPage endCursor }
        } }`,
          { within, after, period: { from: '2015-01-01', to: '2015-01-20' } },
          within.length > 9 ? await emergency() : undefined,
        );
        expect(errors).toBeUndefined();
        seen.push(...data.incidents.nodes);
        after = data.incidents.pageInfo.hasNextPage ? data.incidents.pageInfo.endCursor : null;
        if (!after) expect(seen).toHaveLength(data.incidents.totalCount);
      } while (after);
      expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
      const instants = seen.map(({ raisedAt }) => raisedAt);
      expect(instants).toEqual([...instants].sort().reverse());
      expect(seen.every(({ division }) => division.code.startsWith(within.replace(/00$/, '')))).toBe(true);
    },
  );

  it('of divisions of several levels take one statement', async () => {
    security.statements();
    const { data } = await security.request(
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Division { security { incidentList(open: true, first: 5) { totalCount nodes { status } } } } } }',
      {
        r: ['410100', '410104', '410105', firstCommunity('410105').slice(0, 9), '410100'].map((code) => ({
          __typename: 'Division',
          code,
        })),
      },
    );
    expect(security.statements()).toHaveLength(2);
    const lists = data._entities.map(
      (entity: { security: { incidentList: unknown } }) => entity.security.incidentList,
    );
    expect(lists[0]).toEqual(lists[4]);
    expect(lists[3].nodes).toContainEqual({ status: 'DISPATCHED' });
  });

  it.each([
    'kind: THEFT',
    'severity: 1',
    'status: FALSE_ALARM',
    'open: true',
    'open: false, kind: THEFT',
    'kind: THEFT, severity: 2',
    'status: CLOSED, severity: 1',
  ])('count what %s selects as the rows do', async (filter) => {
    const { data } = await security.request(
      `{ incidents(within: "410105", ${filter}, first: 100) { totalCount nodes { id } pageInfo { endCursor hasNextPage } } }`,
    );
    let { nodes, pageInfo } = data.incidents;
    let seen = nodes.length;
    while (pageInfo.hasNextPage) {
      const next = await security.request(
        `{ incidents(within: "410105", ${filter}, first: 100, after: "${pageInfo.endCursor}") { nodes { id } pageInfo { endCursor hasNextPage } } }`,
      );
      ({ nodes, pageInfo } = next.data.incidents);
      seen += nodes.length;
    }
    expect(data.incidents.totalCount).toBe(seen);
    expect(seen).toBeGreaterThan(0);
  });

  it('refuse a period that ends before it starts, a severity of 5, and an invalid cursor', async () => {
    for (const [args, expected] of [
      ['period: { from: "2015-02-01", to: "2015-01-01" }', { code: 'BAD_USER_INPUT', argument: 'period.to' }],
      ['severity: 5', { code: 'BAD_USER_INPUT', argument: 'severity' }],
      ['after: "abc"', { code: 'BAD_CURSOR' }],
      ['first: 101', { code: 'BAD_USER_INPUT', argument: 'first' }],
    ] as const) {
      const { errors } = await security.request(`{ incidents(within: "410104", ${args}) { totalCount } }`);
      expect(errors?.[0]?.extensions).toMatchObject(expected);
    }
  });
});

it('takes one statement for any number of incidents, and answers null for invalid keys', async () => {
  security.statements();
  const { data } = await security.request(
    'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Incident { kind } } }',
    {
      r: [
        seedId('incident', '410106', 0),
        seedId('incident', '410106', 1),
        seedId('incident', '410106', 999_999),
        'x',
      ].map((id) => ({ __typename: 'Incident', id })),
    },
  );
  expect(data._entities).toEqual([{ kind: 'SITE_FIRE' }, { kind: 'LOST_PERSON' }, null, null]);
  expect(security.statements()).toHaveLength(1);
});

it('refuses steps out of order, instants that do not match the status, and changes of the timeline', async () => {
  const { sql, drop } = await emptyDatabase(subgraph);
  const raised = `${today()}T00:00:00+08:00`;
  const row = (ordinal: number, change: Record<string, unknown> = {}) => ({
    id: seedId('incident', '410105', ordinal),
    division_code: '410105007',
    kind: 'THEFT',
    severity: 3,
    longitude: 113.7,
    latitude: 34.8,
    raised_at: raised,
    ...change,
  });
  const insert = (...args: Parameters<typeof row>) => sql`insert into incident ${sql(row(...args))}`;
  await insert(0);
  await expect(sql`update incident set status = 'RESOLVED', outcome = 'CASE'`).rejects.toMatchObject({
    constraint_name: 'incident_status_step',
  });
  await expect(sql`update incident set status = 'ACKNOWLEDGED'`).rejects.toThrow('incident_status_instants');
  await sql`update incident set status = 'ACKNOWLEDGED', acknowledged_at = raised_at + interval '1 minute'`;
  await expect(insert(1, { suspects_caught: 1 })).rejects.toThrow('incident_suspects');
  await expect(insert(1, { alarm_method: 'PHONE', alarm_type: 1 })).rejects.toThrow('incident_alarm_type');
  await expect(insert(1, { alarm_type: 1 })).rejects.toThrow('incident_alarm_type');
  await expect(insert(1, { id: seedId('incident', '410106', 1) })).rejects.toThrow('incident_id_home');
  await sql`insert into incident_timeline values (${seedId('incident', '410105', 0)}, 1, ${raised}, '席位', 'RAISED')`;
  for (const change of [sql`update incident_timeline set note = 'x'`, sql`delete from incident_timeline`]) {
    await expect(change).rejects.toMatchObject({ constraint_name: 'incident_timeline_append_only' });
  }
  const open = () =>
    sql`select sum(amount)::integer as open from tally where metric = 'open_incidents' and division_code = '410100'`;
  expect([...(await open())]).toEqual([{ open: 1 }]);
  await sql`update incident set status = 'FALSE_ALARM', false_alarm_at = acknowledged_at`;
  expect([...(await open())]).toEqual([{ open: 0 }]);
  expect(await sql`select * from tally_recount()`).toEqual([]);
  await drop();
});
