// The mock gateway as applications use it: the client against generated data, pages, mutations, refusals, errors and events.
import { createClient, isRefusal, TypedDocumentString } from '@district-graph/client';
import * as documents from '@district-graph/client/documents';
import { BookSeatDocument, DistrictBoardDocument, VenueWeekDocument } from '@district-graph/client/documents';
import { registeredDivisions } from '@district-graph/kit/divisions/division-register';
import { parse, separateOperations } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MockGateway, startMockGateway } from './mock-gateway.ts';
import { startMockSubgraph } from './mock-subgraph.ts';

let mock: MockGateway;
const today = new Date('2026-11-30');
beforeAll(async () => {
  mock = await startMockGateway({ port: 0, seed: '1', today, latencyMs: 0, eventsMs: 4000, env: {} });
});
afterAll(() => mock.stop());

const clientOf = (headers: Record<string, string> = {}) =>
  createClient({ url: `${mock.url}/graphql`, headers, retries: 0 });
// biome-ignore lint/suspicious/noExplicitAny: the shape is the query's; the test states what it expects of it.
const document = (text: string) => new TypedDocumentString<any, Record<string, unknown>>(text);
const query = async (text: string, variables = {}) =>
  (await clientOf().query(document(text), variables)).data;

const week = { from: '2026-11-30', to: '2026-12-06' };
const sessionsOf = `query ($first: Int, $after: String) { sessions(within: "410105", period: { from: "${week.from}", to: "${week.to}" }, first: $first, after: $after) {
  totalCount nodes { id startsAt endsAt status capacity seatsLeft division { code } } pageInfo { hasNextPage endCursor } } }`;

describe('data', () => {
  it('are the same for the same seed, and others for another', async () => {
    const valuesOf = async (seed: string) => {
      const subgraph = await startMockSubgraph({ name: 'culture', seed, today, latencyMs: 0, eventsMs: 0 });
      const body = JSON.stringify({ query: sessionsOf, variables: { first: 5 } });
      const response = await fetch(subgraph.url, { method: 'POST', body });
      const { data } = (await response.json()) as { data: { sessions: { nodes: unknown[] } } };
      await subgraph.stop();
      return data.sessions.nodes;
    };
    const first = await valuesOf('1');
    expect(first).toHaveLength(5);
    expect(await valuesOf('1')).toEqual(first);
    expect(await valuesOf('2')).not.toEqual(first);
  });

  it('of divisions are those of the register', async () => {
    const { division } = await query(
      '{ division(code: "410105") { __typename name level parent { name } children(first: 100) { totalCount nodes { code name } } } }',
    );
    const inDistrict = [...registeredDivisions().values()].filter(
      ({ parentCode }) => parentCode === '410105',
    );
    expect(division).toEqual({
      __typename: 'District',
      name: '金水区',
      level: 'DISTRICT',
      parent: { name: '郑州市' },
      children: {
        totalCount: inDistrict.length,
        nodes: inDistrict.map(({ code, name }) => ({ code, name })),
      },
    });
  });

  it('fit their fields', async () => {
    const { sessions } = await query(sessionsOf, { first: 100 });
    for (const { startsAt, endsAt, capacity, seatsLeft, division, status } of sessions.nodes) {
      expect(startsAt.slice(0, 10) >= week.from && startsAt.slice(0, 10) <= week.to).toBe(true);
      expect(Date.parse(endsAt)).toBeGreaterThan(Date.parse(startsAt));
      expect(seatsLeft).toBeLessThanOrEqual(capacity);
      expect(division.code).toMatch(/^410105\d{6}$/);
      if (startsAt > '2026-12-02') expect(['SCHEDULED', 'CANCELLED']).toContain(status);
    }
    const { incidents } = await query(
      '{ incidents(within: "410105", first: 100) { nodes { status raisedAt acknowledgedAt resolvedAt severity } } }',
    );
    for (const { status, raisedAt, acknowledgedAt, severity } of incidents.nodes) {
      expect(acknowledgedAt === null).toBe(['RAISED', 'FALSE_ALARM'].includes(status));
      if (acknowledgedAt) expect(acknowledgedAt > raisedAt).toBe(true);
      expect(severity >= 1 && severity <= 4).toBe(true);
    }
  });

  it('of an entity are the same by every path', async () => {
    const { incidents } = await query(
      '{ incidents(within: "410105", first: 50) { nodes { id kind elder { id name age } } } }',
    );
    const { id, kind, elder } = incidents.nodes.find((each: { elder: unknown }) => each.elder);
    const found = await query(
      'query ($incident: ID!, $elder: ID!) { incident(id: $incident) { kind } elder(id: $elder) { name age } }',
      {
        incident: id,
        elder: elder.id,
      },
    );
    expect(found).toEqual({ incident: { kind }, elder: { name: elder.name, age: elder.age } });
  });

  it('lists page without gaps and repetitions, and refuse cursors of other lists', async () => {
    const all = await query(sessionsOf, { first: 100 });
    const ids: string[] = [];
    let after: string | null = null;
    do {
      const { sessions } = await query(sessionsOf, { first: 7, after });
      ids.push(...sessions.nodes.map(({ id }: { id: string }) => id));
      after = sessions.pageInfo.hasNextPage ? sessions.pageInfo.endCursor : null;
    } while (after && ids.length < 98);
    expect(all.sessions.totalCount).toBeGreaterThan(100);
    expect(ids).toEqual(all.sessions.nodes.slice(0, ids.length).map(({ id }: { id: string }) => id));
    await expect(query(sessionsOf, { after: 'nonsense' })).rejects.toMatchObject({ code: 'BAD_CURSOR' });
  });

  it('lists are filtered and sorted as their arguments say', async () => {
    const { venues } = await query(
      '{ venues(within: "410105", kind: DANCE_ROOM, orderBy: CAPACITY_DESC, first: 50) { nodes { kind capacity } } }',
    );
    expect(new Set(venues.nodes.map(({ kind }: { kind: string }) => kind))).toEqual(new Set(['DANCE_ROOM']));
    const capacities = venues.nodes.map(({ capacity }: { capacity: number }) => capacity);
    expect(capacities).toEqual(capacities.toSorted((one: number, other: number) => other - one));
  });
});

it('answers every query of the kept operations without an error', async () => {
  const { incidents } = await query('{ incidents(within: "410105007", first: 1) { nodes { id } } }');
  const failed: string[] = [];
  for (const [name, text] of Object.entries(documents)) {
    if (!name.endsWith('Document') || name.includes('Fragment')) continue;
    const [operation] = Object.values(separateOperations(parse(String(text))))[0]?.definitions ?? [];
    if (operation?.kind !== 'OperationDefinition' || operation.operation !== 'query') continue;
    const variables = Object.fromEntries(
      (operation.variableDefinitions ?? [])
        .filter(({ defaultValue }) => !defaultValue)
        .map(({ variable, type }) => [
          variable.name.value,
          valueFor(variable.name.value, JSON.stringify(type), incidents.nodes[0].id),
        ]),
    );
    const { fieldErrors } = await clientOf().query(document(String(text)), variables);
    failed.push(...fieldErrors.map(({ message, path }) => `${name} ${path}: ${message}`));
  }
  expect(failed).toEqual([]);
});

/** A value for a variable of the kept operations. */
function valueFor(name: string, type: string, id: string): unknown {
  if (type.includes('DateRange')) return week;
  if (type.includes('GeoPointInput')) return { longitude: 113.66, latitude: 34.76 };
  if (type.includes('"Date"')) return week.from;
  if (/codes/.test(name)) return ['410105', '410102'];
  if (/gridCode/.test(name)) return '410105007003001';
  return /^(code|within|subdistrict|district)$/.test(name) ? '410105007' : id;
}

describe('mutations', () => {
  const venueWeek = async () => {
    const { serviceCentres } = await query('{ serviceCentres(within: "410105", first: 1) { nodes { id } } }');
    const { data } = await clientOf().query(VenueWeekDocument, {
      centreId: serviceCentres.nodes[0].id,
      week,
    });
    const sessions =
      data.serviceCentre?.venues?.nodes?.flatMap(({ sessions }) => sessions?.nodes ?? []) ?? [];
    return sessions[0]?.id ?? '';
  };

  it('answer with their record, which is then what queries find', async () => {
    const visit =
      'mutation ($input: RequestCareVisitInput!) { requestCareVisit(input: $input) { ... on CareVisit { id kind status } } }';
    const { elders } = await query('{ elders(within: "410105", first: 1) { nodes { id } } }');
    const input = { elderId: elders.nodes[0].id, kind: 'BATHING', scheduledAt: '2026-12-01T09:00:00+08:00' };
    const { requestCareVisit: made } = (await clientOf().mutate(document(visit), { input })).data;
    expect(made).toMatchObject({ kind: 'BATHING', status: 'REQUESTED' });
    const cancel =
      'mutation ($input: CancelCareVisitInput!) { cancelCareVisit(input: $input) { ... on CareVisit { id status } } }';
    const cancelled = await clientOf().mutate(document(cancel), {
      input: { visitId: made.id, reason: '改期' },
    });
    expect(cancelled.data.cancelCareVisit).toEqual({ id: made.id, status: 'CANCELLED' });
    const found = await query('query ($id: ID!) { careVisit(id: $id) { kind status scheduledAt } }', {
      id: made.id,
    });
    expect(found.careVisit).toEqual({ kind: 'BATHING', status: 'CANCELLED', scheduledAt: input.scheduledAt });
  });

  it('are applied once under a key, which is refused with other input', async () => {
    const sessionId = await venueWeek();
    const input = { sessionId, seats: 1, idempotencyKey: 'k' };
    const [first, second] = [
      await clientOf().mutate(BookSeatDocument, { input }),
      await clientOf().mutate(BookSeatDocument, { input }),
    ];
    expect(second.data).toEqual(first.data);
    const other = clientOf().mutate(BookSeatDocument, { input: { ...input, seats: 2 } });
    await expect(other).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  });

  it.each([
    ['the header', { 'x-mock': 'refuse=SessionClosed' }, undefined],
    ['the key', {}, 'refuse:SessionClosed'],
  ])('are refused when %s asks for it', async (_what, headers, idempotencyKey) => {
    const sessionId = await venueWeek();
    const { data } = await clientOf(headers as Record<string, string>).mutate(
      BookSeatDocument,
      { input: { sessionId } },
      { idempotencyKey },
    );
    expect(isRefusal(data.bookSession)).toBe(true);
    expect(data.bookSession).toMatchObject({
      __typename: 'SessionClosed',
      message: expect.stringMatching(/\p{Script=Han}/u),
    });
  });
});

describe('errors', () => {
  it('are those of the gateway', async () => {
    await expect(query('{ nothing }')).rejects.toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' });
    await expect(query('{ venues(within: "41") { nodes { id } } }')).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
    });
    await expect(query('{')).rejects.toMatchObject({ code: 'GRAPHQL_PARSE_FAILED' });
  });

  it('are made when a header asks for them', async () => {
    const refused = clientOf({ 'x-mock': 'error=FORBIDDEN' }).query(
      document('{ venues(within: "410105") { nodes { id } } }'),
    );
    await expect(refused).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const { data, serviceErrors } = await clientOf({ 'x-mock': 'down=culture' }).query(
      DistrictBoardDocument,
      {
        period: week,
      },
    );
    expect(data.divisions?.nodes?.[0]?.name).toBe('中原区');
    expect(serviceErrors['divisions.nodes']).toMatchObject({
      code: 'SUBGRAPH_UNAVAILABLE',
      service: 'culture',
    });
  });
});

describe('subscriptions', () => {
  const feed = document(
    'subscription ($within: ID!) { incidentChanged(within: $within) { id status severity division { code } } }',
  );

  it('receive what mutations change', async () => {
    const { incidents } = await query(
      '{ incidents(within: "410105", status: RAISED, first: 1) { nodes { id division { code } } } }',
    );
    const [{ id, division }] = incidents.nodes;
    const stream = clientOf().subscribe(feed, { within: division.code });
    await expect.poll(() => stream.state.status).toBe('live');
    const advance = document(
      'mutation ($input: AdvanceIncidentInput!) { advanceIncident(input: $input) { __typename } }',
    );
    await clientOf().mutate(advance, { input: { incidentId: id, to: 'ACKNOWLEDGED' } });
    const { value } = await stream.next();
    expect(value?.data.incidentChanged).toMatchObject({ id, status: 'ACKNOWLEDGED' });
    stream.close();
  });

  it('receive events of the mock from time to time', async () => {
    const stream = clientOf().subscribe(feed, { within: '410100' });
    const { value } = await stream.next();
    expect(value?.data.incidentChanged.division.code).toMatch(/^4101\d{8}$/);
    stream.close();
  });
});
