import { type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';
import { checkDeviceCode, deviceCodeOf, deviceCodeParts, typesOfKind } from './device-code.ts';

const code = '41010500081320000001';
const rules = {
  industries: new Set(['00', '08']),
  types: typesOfKind.CAMERA,
  networks: new Set(['0', '5']),
  district: '410105',
};

it('splits a code into its parts and joins them again', () => {
  const parts = deviceCodeParts(code);
  expect(parts).toEqual({
    division: '410105',
    basicUnit: '00',
    industry: '08',
    type: '132',
    network: '0',
    serial: '000001',
  });
  expect(deviceCodeOf(parts)).toBe(code);
});

it('accepts the example of the standard', () => {
  expect(checkDeviceCode(code, rules)).toBeNull();
});

it.each([
  ['a letter', '4101050008132000000A', 20, 'NOT_A_DIGIT'],
  ['a full-width digit', '４1010500081320000001', 1, 'NOT_A_DIGIT'],
  ['a digit too few', '4101050008132000000', 20, 'LENGTH'],
  ['a digit too many', `${code}1`, 21, 'LENGTH'],
  ['nothing at all', '', 1, 'LENGTH'],
  ['another district', '41010400081320000001', 1, 'DIVISION'],
  ['an industry that is none', '41010500991320000001', 9, 'INDUSTRY'],
  ['the type of an alarm box', '41010500081340000001', 11, 'TYPE'],
  ['a network that is none', '41010500081323000001', 14, 'NETWORK'],
  ['a serial of zeros', '41010500081320000000', 15, 'SERIAL'],
])('says where %s is wrong', (_what, wrong, position, reason) => {
  expect(checkDeviceCode(wrong, rules)).toMatchObject({ position, reason });
});

describe('the code tables', () => {
  let security: TestSubgraph;
  beforeAll(async () => {
    security = await testSubgraph(subgraph);
  });
  afterAll(() => security.stop());

  it('contain the industries, types and networks of GB/T 28181, and every type that a kind may have', async () => {
    const { data } = await security.request(`{
      industries: deviceCodeTable(table: INDUSTRY) { code name }
      types: deviceCodeTable(table: TYPE) { code }
      networks: deviceCodeTable(table: NETWORK) { code }
    }`);
    expect([data.industries.length, data.types.length, data.networks.length]).toEqual([21, 49, 10]);
    expect(data.industries).toContainEqual({ code: '08', name: '城市管理接入' });
    const types = data.types.map((entry: { code: string }) => entry.code);
    expect(types).toEqual(expect.arrayContaining(Object.values(typesOfKind).flatMap((set) => [...set])));
  });

  it('validate a code before registration', async () => {
    const { data } = await security.request(`{
      right: checkDeviceCode(deviceCode: "${code}", kind: CAMERA) { reason }
      wrong: checkDeviceCode(deviceCode: "${code}", kind: ALARM_BOX) { position reason message }
    }`);
    expect(data.right).toBeNull();
    expect(data.wrong).toMatchObject({ position: 11, reason: 'TYPE' });
    expect(data.wrong.message).toMatch(/^第 11–13 位应为类型编码 134/);
  });
});
