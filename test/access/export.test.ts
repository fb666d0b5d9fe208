// Exports go the way of every query: what the caller may not see is masked in the file, or there is no file.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Bearer, tokenOf } from '@district-graph/kit/testing/identity';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestGraph, type TestGraph } from '../testkit/test-graph.ts';
import { secrets, settle } from './protected-records.ts';

const program = fileURLToPath(new URL('../../scripts/export.ts', import.meta.url));
let town: TestGraph;
beforeAll(async () => {
  town = await startTestGraph();
  await settle(town);
});
afterAll(() => town.stop());

async function exported(bearer: Bearer | null): Promise<{ code: number; text: string }> {
  const env = { ...process.env, GATEWAY_URL: town.url, GATEWAY_TOKEN: bearer ? await tokenOf(bearer) : '' };
  const fields = 'name,idNumber,phone,address,birthDate,division.code';
  const args = [program, 'Query.elders', '--within', '410105', '--fields', fields];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { env }, (error, out, complaint) =>
      resolve({ code: error ? Number(error.code) : 0, text: out + complaint }),
    );
  });
}

const told = (text: string) =>
  Object.values(secrets)
    .flat()
    .filter((secret) => text.includes(secret));

it('holds masks, as nobody declares a purpose for a file', async () => {
  const { code, text } = await exported({ roles: ['care-manager'], divisions: ['410105'] });
  expect([code, told(text)]).toEqual([0, []]);
  expect(text).toMatch(
    /^欧\*\*\*,410105\*{8}\d{3}\*,139\*{4}0001,郑州市金水区南阳路街道\*{4},1940,410105007/m,
  );
});

it.each<[string, Bearer | null]>([
  ['nobody', null],
  ['who has not the scope', { roles: ['venue-manager'] }],
  ['who is of another district', { roles: ['care-manager'], divisions: ['410102'] }],
])('is refused to %s', async (_who, bearer) => {
  const { code, text } = await exported(bearer);
  expect([code, told(text)]).toEqual([1, []]);
  expect(text).toContain('elder:read');
});
