// npm run bench:import [-- <rows> [<import>] [--xlsx]]: rows per second of imports: the first time, unchanged, and with every row changed.
import '../command-line/closed-output.ts';
import { once } from 'node:events';
import { createWriteStream, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { subgraph as elderlyCare } from '@district-graph/elderly-care';
import { checkDigitOf } from '@district-graph/elderly-care/id-number';
import { addDays } from '@district-graph/kit/calendar';
import { openDatabase } from '@district-graph/kit/database/database';
import { newId } from '@district-graph/kit/database/ids';
import { migrateDatabase } from '@district-graph/kit/database/migrations';
import type { ModuleImport } from '@district-graph/kit/import/module-import';
import { type ImportReport, runImport } from '@district-graph/kit/import/run';
import { startPostgresServer } from '@district-graph/kit/postgres/server';
import { readSdl } from '@district-graph/kit/schema/sdl';
import { loadSyntheticCity, type SyntheticDivision } from '@district-graph/kit/seed/synthetic-city';
import { csvLine } from '@district-graph/kit/spreadsheet/csv';
import { writeTextWorkbook } from '@district-graph/kit/spreadsheet/writing/text-workbook';
import { migrationsOf, type Subgraph } from '@district-graph/kit/subgraph';
import { subgraph as places } from '@district-graph/places';
import { subgraph as security } from '@district-graph/security';
import { parse } from 'graphql';
import { numberOption, readArguments } from '../command-line/arguments.ts';

const usage = `用法 usage: npm run bench:import [-- <rows, 200000> [<import>] [--xlsx]]`;
const { positionals, values } = readArguments(usage, {
  options: { xlsx: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const [rowsText = '200000', only] = positionals;
const rows = numberOption(usage, 'rows', rowsText, 1);
const city = loadSyntheticCity('default');

interface Bench {
  subgraph: Subgraph;
  /** The name of the import. */
  name: string;
  /** The cells of the row with an ordinal in a community; `round` is appended to a name. */
  cells: (ordinal: number, community: SyntheticDivision, round: string) => string[];
}

/** A unique identity number for each ordinal up to ten million, with a date of birth from 1930 on. */
function idNumber(ordinal: number, { code }: SyntheticDivision): string {
  const day = addDays('1930-01-01', Math.floor(ordinal / 1000)).replaceAll('-', '');
  const digits = `${code.slice(0, 6)}${day}${String(ordinal % 1000).padStart(3, '0')}`;
  return `${digits}${checkDigitOf(digits)}`;
}

const point = ({ longitude, latitude }: SyntheticDivision) => [longitude.toFixed(5), latitude.toFixed(5)];
const benches: readonly Bench[] = [
  {
    subgraph: places,
    name: 'places.service-point',
    cells: (ordinal, community, round) => [
      ...[`${community.code.slice(0, 6)}-${String(ordinal).padStart(7, '0')}`, community.code],
      ...[`示例便民超市${ordinal}${round}`, '生活服务圈', '示例路 1 号', '0371-00012345', '低收入家庭'],
      ...point(community),
    ],
  },
  {
    subgraph: security,
    name: 'security.camera',
    cells: (ordinal, community, round) => [
      ...[`${community.code.slice(0, 6)}00081320${String(ordinal).padStart(6, '0')}`, community.code],
      ...[`示例路口${ordinal}${round}`, ...point(community), '', 'DOME', '红外'],
      ...[String((ordinal % 8) + 1), '否', '示例厂商', 'SL-2000', '2024-05-01'],
    ],
  },
  {
    subgraph: elderlyCare,
    name: 'elderly-care.elder',
    cells: (ordinal, community, round) => [
      ...[idNumber(ordinal, community), community.code, `示例老人${round}`, '00000000001'],
      ...['郑州市金水区 示例路 1 号', 'ALONE', 'HOME', '', '', ''],
    ],
  },
];

function* rowsOf(definition: ModuleImport, { cells }: Bench, round: string): Generator<string[]> {
  yield definition.columns.map(({ name }) => name);
  for (let ordinal = 1; ordinal <= rows; ordinal += 1) {
    const community = city.communities[Math.floor(((ordinal - 1) * city.communities.length) / rows)];
    if (community) yield cells(ordinal, community, round);
  }
}

async function writeFileOf(file: string, table: Iterable<string[]>) {
  const out = createWriteStream(file);
  const write = async (content: string | Buffer) => {
    if (!out.write(content)) await once(out, 'drain');
  };
  if (values.xlsx) await writeTextWorkbook('bench', Readable.from(table), write);
  else for (const cells of table) await write(csvLine(cells));
  out.end();
  await once(out, 'finish');
}

/** Inserts the records that the rows refer to: the divisions, or a platform for the city and one for each subdistrict. */
async function prepare({ name }: Subgraph, url: string): Promise<void> {
  const sql = openDatabase(url, { maxConnections: 1 });
  if (name === 'places')
    await sql`insert into division ${sql(
      city.divisions.map(({ code, name: title, level, parentCode, longitude, latitude }) => ({
        ...{ code, name: title, level, longitude, latitude, kind: 'ADMINISTRATIVE' },
        parent_code: level === 'CITY' ? null : parentCode,
      })),
    )}`;
  if (name === 'security') {
    const centre = newId('410100');
    const platforms = city.divisions
      .filter(({ level }) => level === 'CITY' || level === 'SUBDISTRICT')
      .map(({ code, level, longitude, latitude }, nth) => ({
        ...{ division_code: code, name: '示例平台', longitude, latitude },
        ...(level === 'CITY'
          ? { id: centre, parent_id: null, tier: 'CITY_110_CENTRE' }
          : { id: newId(code), parent_id: centre, tier: 'SUBDISTRICT_OR_BRANCH' }),
        device_code: `${code.slice(0, 6)}00002000${String(nth).padStart(6, '0')}`,
      }));
    await sql`insert into monitoring_platform ${sql(platforms)}`;
  }
  await sql.end();
}

/** CPU seconds of the server's terminated processes; the process of a connection ends with it. 0 on systems other than Linux. */
function serverSeconds(): number {
  if (process.platform !== 'linux') return 0;
  const [pid] = readFileSync(join(folder, 'postgres', 'postmaster.pid'), 'utf8').split('\n');
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const clockTicksPerSecond = 100;
  return (Number(fields[13]) + Number(fields[14])) / clockTicksPerSecond;
}

/** Runs an import and measures the CPU seconds of this process and of the server. */
async function measured(run: () => Promise<ImportReport>) {
  const [own, servers] = [process.cpuUsage(), serverSeconds()];
  const report = await run();
  const { user, system } = process.cpuUsage(own);
  const ended = performance.now() + 1000;
  while (serverSeconds() === servers && performance.now() < ended) await delay(10);
  return { report, seconds: [(user + system) / 1e6, serverSeconds() - servers] };
}

const folder = await mkdtemp(join(tmpdir(), 'district-graph-bench-'));
const server = await startPostgresServer({ dataDir: folder, port: 17_450 });
try {
  const head = `${rows.toLocaleString('en')} rows`.padEnd(20);
  process.stdout.write(
    `${head}${['new', 'unchanged', 'changed'].map((round) => round.padStart(31)).join('')}\n`,
  );
  for (const bench of benches.filter(({ name }) => !only || name === only)) {
    const { subgraph, name: importName } = bench;
    const definition = subgraph.imports?.find(({ name }) => name === importName);
    if (!definition) throw new Error(`${subgraph.name} has no import ${importName}`);
    const database = subgraph.name.replaceAll('-', '_');
    await server.ensureDatabase(database);
    const databaseUrl = server.databaseUrl(database);
    await migrateDatabase(databaseUrl, migrationsOf(subgraph));
    await prepare(subgraph, databaseUrl);
    const file = join(folder, `rows.${values.xlsx ? 'xlsx' : 'csv'}`);
    const times: string[] = [];
    for (const round of ['', '', '改']) {
      await writeFileOf(file, rowsOf(definition, bench, round));
      const { report, seconds } = await measured(() =>
        runImport(definition, {
          databaseUrl,
          file,
          operator: 'bench',
          schema: parse(readSdl(subgraph.folder)),
        }),
      );
      if (report.rejected > 0) throw new Error(JSON.stringify(report.faults[0]));
      const rate = Math.round(rows / report.seconds).toLocaleString('en');
      const cpu = seconds.map((each) => each.toFixed(1)).join(' + ');
      times.push(`${report.seconds.toFixed(2)} s ${rate.padStart(8)}/s (${cpu})`.padStart(31));
    }
    process.stdout.write(`${importName.padEnd(20)}${times.join('')}\n`);
  }
  const load = loadavg()
    .map((number) => number.toFixed(1))
    .join(' ');
  process.stdout.write(
    `In brackets: CPU seconds of Node and PostgreSQL. Peak memory of Node ${Math.round(process.resourceUsage().maxRSS / 1024)} MB. ${availableParallelism()} processors, load average ${load}\n`,
  );
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
