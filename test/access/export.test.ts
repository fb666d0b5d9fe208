// An export is an ordinary query: values that the viewer may not see are masked in the file, or no file is written.
import { type Bearer, tokenOf } from '@district-graph/kit/testing/identity';
import { runCommand } from '@district-graph/scripts/command-line/run-command';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestGraph, type TestGraph } from '../testkit/test-graph.ts';
import { insertProtectedRecords, secretsIn } from './protected-records.ts';

let graph: TestGraph;
beforeAll(async () => {
  graph = await startTestGraph({ databases: 'empty' });
  await insertProtectedRecords(graph);
});
afterAll(() => graph.stop());

async function exportElders(bearer: Bearer | null): Promise<{ code: number; text: string }> {
  const env = { GATEWAY_URL: graph.url, GATEWAY_TOKEN: bearer ? await tokenOf(bearer) : '' };
  const fields = 'name,idNumber,phone,address,birthDate,division.code';
  const args = ['Query.elders', '--within', '410105', '--fields', fields];
  const { code, output, errorOutput } = await runCommand('export', args, env);
  return { code, text: output + errorOutput };
}

it('contains masked values: an export declares no purpose', async () => {
  const { code, text } = await exportElders({ roles: ['care-manager'], divisions: ['410105'] });
  expect([code, secretsIn(text)]).toEqual([0, []]);
  expect(text).toMatch(
    /^欧\*\*\*,410105\*{8}\d{3}\*,139\*{4}0001,郑州市金水区南阳路街道\*{4},1940,410105007/m,
  );
});

it.each<[string, Bearer | null]>([
  ['an anonymous client', null],
  ['a viewer without the scope', { roles: ['venue-manager'] }],
  ['a viewer of another district', { roles: ['care-manager'], divisions: ['410102'] }],
])('is refused to %s', async (_viewer, bearer) => {
  const { code, text } = await exportElders(bearer);
  expect([code, secretsIn(text)]).toEqual([1, []]);
  expect(text).toContain('elder:read');
});
