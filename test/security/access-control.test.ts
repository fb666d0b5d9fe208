// Broken access control as the OWASP API Security Top 10 lists it, tried on every mutation and on one record of each type.
import { newId } from '@district-graph/kit/database/ids';
import { type RoleName, roles } from '@district-graph/kit/identity/roles';
import { headersOf, tokenOf } from '@district-graph/kit/testing/identity';
import {
  type GraphQLInputType,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isRequiredInputField,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { supergraph } from '../access/protected-fields.ts';
import { home, secretsIn } from '../access/protected-records.ts';
import { elsewhere, type ProtectedGraph, request, startProtectedGraph } from './protected-graph.ts';

let city: ProtectedGraph;
beforeAll(async () => {
  city = await startProtectedGraph();
});
afterAll(() => city.stop());

/** A well-formed value of the type; its ids name no record. */
function exampleOf(type: GraphQLInputType): unknown {
  const bare = getNullableType(type);
  if (isListType(bare)) return [exampleOf(bare.ofType)];
  if (isEnumType(bare)) return bare.getValues()[0]?.name;
  if (isInputObjectType(bare))
    return Object.fromEntries(
      Object.values(bare.getFields())
        .filter(isRequiredInputField)
        .map((field) => [field.name, field.name === 'divisionCode' ? home : exampleOf(field.type)]),
    );
  const values: Record<string, unknown> = {
    ID: newId('410105'),
    String: '示例',
    Int: 1,
    Float: 34.8,
    Long: 1,
    Boolean: true,
    Date: '2026-01-01',
    DateTime: '2099-01-01T00:00:00+08:00',
    PartialDate: '1940',
  };
  return values[getNamedType(bare).name];
}

const mutations = Object.values(supergraph.getMutationType()?.getFields() ?? {}).map((field) => {
  const rule = field.astNode?.directives?.find(({ name }) => name.value === 'access');
  const scope = rule?.arguments?.find(({ name }) => name.value === 'scope')?.value;
  const input = field.args[0]?.type as GraphQLInputType;
  return {
    name: field.name,
    scope: scope?.kind === 'StringValue' ? scope.value : null,
    query: `mutation ($input: ${String(input)}) { ${field.name}(input: $input) { __typename } }`,
    input: exampleOf(input),
  };
});

describe('function level authorization (API5:2023)', () => {
  it('every mutation has an access rule with a scope', () => {
    expect(mutations.length).toBeGreaterThan(90);
    expect(mutations.filter(({ scope }) => scope === null).map(({ name }) => name)).toEqual([]);
  });

  it.each(['anonymous', ...Object.keys(roles)])(
    '%s is refused every mutation whose scope it lacks, at the gateway and at the subgraphs',
    async (name) => {
      const role = name === 'anonymous' ? null : (name as RoleName);
      const headers = role ? await headersOf({ roles: [role], divisions: ['410105'] }) : {};
      const granted: readonly string[] = role ? roles[role].scopes : [];
      const wrong: string[] = [];
      for (const { name: mutation, scope, query, input } of mutations) {
        if (granted.includes(scope ?? '')) continue;
        const { codes, data } = await request(city.gateway, query, headers, { input });
        if (codes[0] !== 'FORBIDDEN' || data?.[mutation]) wrong.push(`${mutation}: ${codes}`);
      }
      expect(wrong).toEqual([]);
      for (const [subgraph, { sql }] of Object.entries(city.graph.subgraphs)) {
        const [before] = await sql`select count(*)::integer as events from change_event`;
        for (const { name: mutation, scope, query, input } of mutations) {
          if (granted.includes(scope ?? '')) continue;
          const { codes, data } = await request(city.subgraphClient(subgraph), query, headers, { input });
          if (!['FORBIDDEN', 'GRAPHQL_VALIDATION_FAILED'].includes(codes[0]) || data?.[mutation])
            wrong.push(`${subgraph} ${mutation}: ${codes}`);
        }
        const [after] = await sql`select count(*)::integer as events from change_event`;
        expect(after).toEqual(before);
      }
      expect(wrong).toEqual([]);
    },
  );

  it('a mutation sent with its scope is validated by its input', async () => {
    for (const { scope, query, input } of mutations) {
      const headers = await headersOf({ scopes: [scope as never], divisions: ['410105'] });
      const { codes } = await request(city.gateway, query, headers, { input });
      expect([query, codes[0]]).not.toEqual([query, 'GRAPHQL_VALIDATION_FAILED']);
    }
  });
});

describe('object level authorization (API1:2023)', () => {
  const edits = (): [string, RoleName, Record<string, unknown>][] => [
    ['updateElder', 'care-manager', { elderId: city.ids.Elder }],
    ['updateCareWorker', 'care-manager', { careWorkerId: city.ids.CareWorker }],
    ['updateMonitoringPlatform', 'device-maintainer', { platformId: city.ids.MonitoringPlatform }],
    ['updateCamera', 'device-maintainer', { cameraId: city.ids.Camera }],
    ['updateSanitationCrew', 'sanitation-dispatcher', { crewId: city.ids.SanitationCrew }],
  ];

  it('an edit without changes discloses nothing about a record of another district, whatever the version', async () => {
    for (const [action, role, input] of edits())
      for (const version of [1, 2, 99]) {
        const type = `${action[0]?.toUpperCase()}${action.slice(1)}`;
        const query = `mutation ($input: ${type}Input!) { ${action}(input: $input) { __typename ... on VersionConflict { current } } }`;
        const { data, codes, text } = await request(city.gateway, query, await elsewhere(role), {
          input: { ...input, version },
        });
        expect([action, data, codes]).toEqual([action, { [action]: null }, ['FORBIDDEN']]);
        expect(text).not.toContain('410105007');
      }
  });

  it('a transition of a record of another district is refused before its status is disclosed', async () => {
    const steps: [string, RoleName, Record<string, unknown>][] = [
      ['completeCareVisit', 'care-worker', { visitId: city.ids.CareVisit }],
      ['paySubsidy', 'care-manager', { subsidyId: city.ids.Subsidy }],
      ['advanceIncident', 'duty-officer', { incidentId: city.ids.Incident, to: 'CLOSED' }],
      ['cancelBooking', 'venue-manager', { bookingId: city.ids.Booking }],
    ];
    for (const [action, role, input] of steps) {
      const type = `${action[0]?.toUpperCase()}${action.slice(1)}`;
      const query = `mutation ($input: ${type}Input!) { ${action}(input: $input) { __typename ... on InvalidTransition { from } } }`;
      const { data, codes } = await request(city.gateway, query, await elsewhere(role), { input });
      expect([action, data, codes]).toEqual([action, { [action]: null }, ['FORBIDDEN']]);
    }
  });

  it('the id of a record elsewhere and an id of no record differ in the error code only: ids have 62 random bits', async () => {
    const headers = await elsewhere('care-manager');
    const there = await request(city.gateway, `{ elder(id: "${city.ids.Elder}") { name } }`, headers);
    const nowhere = await request(city.gateway, `{ elder(id: "${newId('410105')}") { name } }`, headers);
    expect([there.codes, there.data]).toEqual([['FORBIDDEN'], { elder: null }]);
    expect([nowhere.codes, nowhere.data]).toEqual([[], { elder: null }]);
    const edit = 'mutation ($input: UpdateElderInput!) { updateElder(input: $input) { __typename } }';
    const missing = await request(city.gateway, edit, headers, {
      input: { elderId: newId('410105'), version: 1 },
    });
    expect(missing.codes).toEqual(['NO_SUCH_RECORD']);
    // The last 64 bits without the two variant bits; they come from the system's random source.
    const keys = Array.from({ length: 1000 }, () => newId('410105').slice(20));
    expect(new Set(keys).size).toBe(1000);
  });

  it('a client without any access gets the same response for every id', async () => {
    const answers = await Promise.all(
      [city.ids.Elder, newId('410105'), 'x'].map(
        async (id) => (await request(city.gateway, `{ elder(id: "${id}") { name } }`)).text,
      ),
    );
    expect(new Set(answers).size).toBe(1);
  });

  it('several ids in one request are authorized one by one', async () => {
    const of = Array.from({ length: 10 }, (_each, index) => (index === 4 ? city.ids.Elder : newId('410105')));
    const query = `{ ${of.map((id, index) => `e${index}: elder(id: "${id}") { name }`).join(' ')} }`;
    const answer = await request(city.gateway, query, await elsewhere('care-manager', 'CARE'));
    expect([answer.codes, secretsIn(answer.text)]).toEqual([['FORBIDDEN'], []]);
    const inside = await request(
      city.gateway,
      query,
      await headersOf({ roles: ['care-manager'], divisions: ['410105'] }),
    );
    expect([inside.data.e4.name, secretsIn(inside.text)]).toEqual(['欧***', []]);
  });
});

describe('property level authorization (API3:2023)', () => {
  it('a masked value stays masked under any alias, and is in no extension or error', async () => {
    const query = `query ($id: ID!) { elder(id: $id) { id: name name: phone phone: address division { name: code } ...A } }
      fragment A on Elder { address: name emergencyContacts { relationship: name } }`;
    const headers = {
      ...(await headersOf({ roles: ['care-manager'], divisions: ['410105'] })),
      'graphql-cost-report': '1',
    };
    const { text, codes } = await request(city.gateway, query, headers, { id: city.ids.Elder });
    expect([codes, secretsIn(text)]).toEqual([[], []]);
  });

  it('introspection returns fields and rules, and no data', async () => {
    const { text } = await request(
      city.gateway,
      '{ __schema { types { name description fields { name description args { defaultValue } } } directives { name } } }',
    );
    expect(secretsIn(text)).toEqual([]);
    for (const each of Object.values(city.ids)) expect(text).not.toContain(each);
  });
});

describe('fields that lead to protected records', () => {
  it('overviews of a division are public and contain no personal data', async () => {
    const query = `{ division(code: "${home}") { elderlyCare { elders } security { cameras openIncidents } sanitation { vehiclesOnDuty } culture { venues } } }`;
    const { codes, text } = await request(city.gateway, query);
    expect([codes, secretsIn(text.replaceAll(home, ''))]).toEqual([[], []]);
  });

  it('lists of protected records in overviews are refused too', async () => {
    for (const list of ['devices', 'platforms', 'incidentList']) {
      const { data, codes } = await request(
        city.gateway,
        `{ division(code: "${home}") { security { ${list} { nodes { id } } } } }`,
        await elsewhere('duty-officer', 'EMERGENCY'),
      );
      expect([list, data?.division.security[list], codes]).toEqual([list, null, ['FORBIDDEN']]);
    }
  });

  it('an interface and its implementations, a union and its members are refused alike (GHSA-mx7m-j9xf-62hw, GHSA-x33c-7c2v-mrj9)', async () => {
    const headers = await headersOf({ roles: ['care-manager'], divisions: ['410105'] }, 'CARE');
    for (const fields of [
      'id',
      'deviceCode',
      '... on Camera { location { longitude } }',
      '... on SecurityDevice { location { latitude } }',
      '__typename',
    ]) {
      const { data, codes, text } = await request(
        city.gateway,
        `{ device(id: "${city.ids.Camera}") { ${fields} } }`,
        headers,
      );
      expect([fields, data?.device ?? null, codes, secretsIn(text)]).toEqual([
        fields,
        null,
        ['FORBIDDEN'],
        [],
      ]);
    }
  });
});

describe('the SDL of a subgraph', () => {
  it('is returned to partner bureaus only', async () => {
    const sdl = async (headers: Record<string, string>) =>
      (await request(city.subgraphClient('elderly-care'), '{ _service { sdl } }', headers)).codes;
    expect(await sdl({})).toEqual(['FORBIDDEN']);
    for (const role of Object.keys(roles) as RoleName[])
      expect([role, await sdl(await headersOf({ roles: [role] }))]).toEqual([role, ['FORBIDDEN']]);
    expect(await sdl(await headersOf({ roles: ['partner-bureau'], bureau: '统计局' }))).toEqual([]);
  });
});

describe('a token in the URL', () => {
  it('is ignored: URLs are logged on their way', async () => {
    const token = await tokenOf({ roles: ['care-manager'] });
    const query = `{ elder(id: "${city.ids.Elder}") { name } }`;
    for (const name of ['access_token', 'token', 'authorization', 'Authorization', 'jwt', 'api_key']) {
      const { code, text } = await city.gateway.get({ query, [name]: `Bearer ${token}` });
      expect([name, code, secretsIn(text)]).toEqual([name, 'FORBIDDEN', []]);
    }
  });
});
