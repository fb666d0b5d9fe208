// npm run bench:import [-- <rows>]: rows a second of imports, first, again unchanged, and with every row changed.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { csvLine } from '@district-graph/kit/csv';
import { openDatabase } from '@district-graph/kit/database';
import { runImport } from '@district-graph/kit/import-run';
import type { ConceptImport } from '@district-graph/kit/imports';
import { migrateDatabase } from '@district-graph/kit/migrations';
import { startPostgresServer } from '@district-graph/kit/postgres-server';
import { readSdl } from '@district-graph/kit/sdl';
import { migrationsOf, type Subgraph } from '@district-graph/kit/subgraph';
import { loadSyntheticCity, type SyntheticDivision } from '@district-graph/kit/synthetic-city';
import { subgraph as places } from '@district-graph/places';
import { subgraph as security } from '@district-graph/security';
import { parse } from 'graphql';

const rows = Number(process.argv[2] ?? 200_000);
const city = loadSyntheticCity('default');

interface Bench {
  room: Subgraph;
  concept: string;
  /** The cells of a row: of its ordinal, in a community, in the round of this name. */
  cells: (ordinal: number, community: SyntheticDivision, round: string) => string[];
}

const point = ({ longitude, latitude }: SyntheticDivision) => [longitude.toFixed(5), latitude.toFixed(5)];
const benches: readonly Bench[] = [
  {
    room: places,
    concept: 'places.service-point',
    cells: (ordinal, community, round) => [
      ...[`${community.code.slice(0, 6)}-${String(ordinal).padStart(7, '0')}`, community.code],
      ...[`示例便民超市${ordinal}${round}`, '生活服务圈', '示例路 1 号', '0371-00012345', '低收入家庭'],
      ...point(community),
    ],
  },
  {
    room: security,
    concept: 'security.camera',
    cells: (ordinal, community, round) => [
      ...[`${community.code.slice(0, 6)}00081320${String(ordinal).padStart(6, '0')}`, community.code],
      ...[`示例路口${ordinal}${round}`, ...point(community), '', 'DOME', '红外'],
      ...[String((ordinal % 8) + 1), '否', '示例厂商', 'SL-2000', '2024-05-01'],
    ],
  },
];

async function writeFileOf(file: string, definition: ConceptImport, { cells }: Bench, round: string) {
  const out = createWriteStream(file);
  out.write(csvLine(definition.columns.map(({ name }) => name)));
  for (let ordinal = 1; ordinal <= rows; ordinal += 1) {
    const community = city.communities[Math.floor(((ordinal - 1) * city.communities.length) / rows)];
    if (community && !out.write(csvLine(cells(ordinal, community, round)))) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}

/** What the rows refer to: the divisions, or a platform for the city. */
async function prepare({ name }: Subgraph, url: string): Promise<void> {
  const sql = openDatabase(url, { maxConnections: 1 });
  if (name === 'places')
    await sql`insert into division ${sql(
      city.divisions.map(({ code, name: title, level, parentCode, longitude, latitude }) => ({
        ...{ code, name: title, level, longitude, latitude, kind: 'ADMINISTRATIVE' },
        parent_code: level === 'CITY' ? null : parentCode,
      })),
    )}`;
  else
    await sql`insert into monitoring_platform (id, division_code, device_code, name, tier, longitude, latitude)
      values ('01a1fc14-c3c1-7064-8000-000000000001', '410100', '41010000002000000001', '示例平台', 'CITY_110_CENTRE', 113.6, 34.75)`;
  await sql.end();
}

const folder = await mkdtemp(join(tmpdir(), 'district-graph-bench-'));
const server = await startPostgresServer({ dataDir: folder, port: 17_450 });
try {
  process.stdout.write(
    `${rows.toLocaleString('en')} rows        ${['new', 'unchanged', 'changed'].map((round) => round.padStart(20)).join('')}\n`,
  );
  for (const bench of benches) {
    const { room, concept } = bench;
    const definition = room.imports?.find(({ name }) => name === concept);
    if (!definition) throw new Error(`${room.name} imports no ${concept}`);
    await server.ensureDatabase(room.name);
    const databaseUrl = server.databaseUrl(room.name);
    await migrateDatabase(databaseUrl, migrationsOf(room));
    await prepare(room, databaseUrl);
    const file = join(folder, 'rows.csv');
    const times: string[] = [];
    for (const round of ['', '', '改']) {
      await writeFileOf(file, definition, bench, round);
      const report = await runImport(definition, {
        ...{ databaseUrl, file, caller: 'bench', schema: parse(readSdl(room.room)) },
      });
      if (report.rejected > 0) throw new Error(JSON.stringify(report.faults[0]));
      const rate = Math.round(rows / report.seconds).toLocaleString('en');
      times.push(`${report.seconds.toFixed(2)} s ${rate.padStart(8)}/s`.padStart(20));
    }
    process.stdout.write(`${concept.padEnd(20)}${times.join('')}\n`);
  }
  const load = loadavg()
    .map((number) => number.toFixed(1))
    .join(' ');
  process.stdout.write(`${availableParallelism()} processors, load average ${load}\n`);
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
