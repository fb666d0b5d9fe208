// npm run export over the whole graph: the files that it writes from the responses of the gateway.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '@district-graph/scripts/command-line/run-command';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGraph, type TestGraph } from '../testkit/test-graph.ts';

const folder = mkdtempSync(join(tmpdir(), 'district-graph-export-'));
let graph: TestGraph;
beforeAll(async () => {
  graph = await startTestGraph();
});
afterAll(async () => {
  await graph.stop();
  rmSync(folder, { recursive: true });
});

const run = (args: string[], env: Record<string, string> = {}) =>
  runCommand('export', args, { GATEWAY_URL: graph.url, ...env });

const linesOf = (text: string) => text.split('\r\n').slice(0, -1);

describe('an export', () => {
  it('pages through a whole list, with a column for each field that is a value', async () => {
    const { code, output } = await run(['Query.roads', '--within', '410105']);
    expect(code).toBe(0);
    const [header, ...rows] = linesOf(output);
    expect(header?.startsWith('\uFEFFid,')).toBe(true);
    expect(header?.split(',')).toEqual(
      expect.arrayContaining(['name', 'lengthMetres', 'location.longitude']),
    );
    const { data } = await graph.query(`{ roads(within: "410105", first: 1) { totalCount } }`);
    expect(data.roads.totalCount).toBeGreaterThan(100);
    expect(rows).toHaveLength(data.roads.totalCount);
    expect(new Set(rows.map((row) => row.slice(0, 36))).size).toBe(rows.length);
  });

  it('has the named fields as columns, with their Chinese descriptions as headers', async () => {
    const args = ['roads', '--within', '410105001', '--fields', 'name,division.name,location.latitude'];
    const { output } = await run([...args, '--headers', 'zh']);
    const [header, first] = linesOf(output);
    expect(header).toBe('\uFEFF路名,所在区划·名称,纬度');
    expect(first?.split(',')).toHaveLength(3);
  });

  it('accepts any query with pages, including fragments and aliases, and names its file only when it is complete', async () => {
    const query = join(folder, 'venues.graphql');
    const file = join(folder, 'venues.csv');
    writeFileSync(
      query,
      `query Subgraphs($code: ID!, $first: Int, $after: String) {
        inside: venues(within: $code, first: $first, after: $after) { ...Page }
      }
      fragment Page on VenueConnection { nodes { title: name ... on Venue { kind division { code } } } pageInfo { hasNextPage endCursor } }`,
    );
    const args = ['--query', query, '--path', 'inside', '--variables', '{"code":"410105"}', '--out', file];
    expect(await run(args)).toMatchObject({ code: 0, output: '' });
    expect(linesOf(readFileSync(file, 'utf8'))[0]).toBe('\uFEFFtitle,kind,division.code');
    expect(linesOf(readFileSync(file, 'utf8')).length).toBeGreaterThan(10);
    expect(readdirSync(folder).filter((name) => name.includes('.part'))).toEqual([]);
  });

  it.each([
    ['an unknown list', ['Query.road', '--within', '410105'], /Query\.roads/],
    ['a missing argument', ['sessions', '--within', '410105'], /period/],
    [
      'a missing division',
      ['roads'],
      /请加上 --within <code>。 The argument within is missing: add --within <code>\./,
    ],
    [
      'a file in a folder that does not exist',
      ['roads', '--within', '410105', '--out', join(folder, 'none/x.csv')],
      /none\/x\.csv\.part-\d+：.*（ENOENT，open）；请检查 --out。/,
    ],
    ['an unknown argument', ['roads', '--variables', '{"inside":"410105"}'], /inside/],
    ['an unknown field', ['roads', '--within', '410105', '--fields', 'colour'], /colour/],
    ['variables that are not an object', ['roads', '--variables', '[1]'], /--variables/],
    ['an invalid division code', ['roads', '--within', '99'], /within 应为/],
    ['nothing to export', [], /用法 usage/],
  ])('is refused for %s', async (_reason, args, message) => {
    const { code, errorOutput } = await run(args as string[]);
    expect(code).toBe(1);
    expect(errorOutput).toMatch(message as RegExp);
  });
});

describe('a gateway that fails half-way', () => {
  let gateway: Server;
  const requests: { authorization: string | undefined; after: unknown }[] = [];
  beforeAll(async () => {
    gateway = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      const { after } = JSON.parse(body).variables;
      requests.push({ authorization: request.headers.authorization, after });
      const pageInfo = { hasNextPage: true, endCursor: 'one' };
      const page = { data: { roads: { nodes: [{ name: '=1+1' }, { name: '-5' }], pageInfo } } };
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify(after === null ? page : { ...page, errors: [{ message: '没有了。 Gone.' }] }),
      );
    });
    await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => gateway.close());

  it('leaves no file, and its message is printed; the token is sent, but not as an argument', async () => {
    const file = join(folder, 'half.csv');
    const url = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
    const { code, errorOutput } = await run(
      ['roads', '--within', '410105', '--fields', 'name', '--out', file],
      {
        GATEWAY_URL: url,
        GATEWAY_TOKEN: 'secret',
      },
    );
    expect({ code, errorOutput }).toEqual({ code: 1, errorOutput: '没有了。 Gone.\n' });
    expect(existsSync(file) || existsSync(`${file}.part`)).toBe(false);
    expect(requests).toEqual([
      { authorization: 'Bearer secret', after: null },
      { authorization: 'Bearer secret', after: 'one' },
    ]);
  });

  it('leaves the earlier pages on standard output, with formulas as text', async () => {
    const url = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
    const { code, output } = await run(['roads', '--within', '410105', '--fields', 'name'], {
      GATEWAY_URL: url,
    });
    expect(code).toBe(1);
    expect(linesOf(output)).toEqual(['\uFEFFname', "'=1+1", "'-5"]);
  });
});

it('reports why the gateway cannot be reached', async () => {
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  const { code, errorOutput } = await run(['roads', '--within', '410105'], {
    GATEWAY_URL: `http://127.0.0.1:${port}`,
  });
  expect(code).toBe(1);
  expect(errorOutput).toMatch(/cannot be reached \(ECONNREFUSED\)/);
});
