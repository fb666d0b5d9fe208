// npm run person -- export | erase <elderId>: what an elder may ask for by the Personal Information Protection Law.
import './command-line/closed-output.ts';
import { existsSync } from 'node:fs';
import { AccessRecords } from '@district-graph/kit/access-log/records';
import { isId } from '@district-graph/kit/database/ids';
import { type ErasedSubgraph, eraseElder } from '@district-graph/kit/personal-data/erasure';
import { readAboutElder, seekElder } from '@district-graph/kit/personal-data/personal-data';
import { readArguments } from './command-line/arguments.ts';
import { changeFile } from './files/replace-file.ts';
import { subgraphs } from './subgraphs/all-subgraphs.ts';
import { inEachSubgraph, inSubgraph, operator, subgraphOfElders } from './subgraphs/each-subgraph.ts';

const usage = `用法 usage:
  npm run person -- export <elderId> [--out <file.json>]   查阅与复制 access and copy (art. 45)
  npm run person -- erase <elderId> [--anonymise]          删除；--anonymise 保留历史与计数 erasure, or histories and counts stay (art. 47)
所及为该标识下的一切，以及以其档案中姓名连同电话所作的预约；同一电话下他人的预约除外。
Both take in all under that key, and bookings by the name together with the telephone on record; not those of others on that telephone.
更正请用 updateElder (art. 46)。 Correction is the mutation updateElder.`;

const isThere = (file: string) =>
  new Error(`${file} 已存在；请以 --out 另行指定。 ${file} is there already; name another with --out.`);

async function exportElder(elderId: string, file: string): Promise<void> {
  if (existsSync(file)) throw isThere(file);
  const elder = await inSubgraph(subgraphOfElders, ({ subgraph, ...reached }) =>
    seekElder(subgraph, { ...reached, elderId }),
  );
  const held = await inEachSubgraph(async ({ subgraph, sql, keyring }) => {
    const records = new AccessRecords({ sql, keyring, log: () => {} });
    const cause = { viewer: operator, operation: 'person export', requestId: null, address: null };
    try {
      return await readAboutElder(subgraph, { sql, keyring, elder }, (given) => records.give(cause, given));
    } finally {
      await records.stop();
    }
  });
  const subgraphs = Object.fromEntries(held.filter(([, about]) => about !== null));
  if (Object.keys(subgraphs).length === 0)
    throw new Error(`没有关于 ${elderId} 的任何数据。 Nothing is held about ${elderId}.`);
  const text = JSON.stringify({ elderId, exportedAt: new Date().toISOString(), subgraphs }, null, 2);
  await changeFile(file, (there) => {
    // Never over another person's.
    if (there !== null) throw isThere(file);
    return `${text}\n`;
  });
  process.stderr.write(`${file}\n`);
}

function linesOf(subgraph: string, { tables, answersForgotten }: ErasedSubgraph): string[] {
  return [
    ...tables.flatMap(({ table, deleted, anonymised, held, basis }) => [
      ...(deleted ? [`${subgraph} ${table}: 删除 deleted ${deleted}`] : []),
      ...(anonymised ? [`${subgraph} ${table}: 匿名化 anonymised ${anonymised}`] : []),
      ...(held ? [`${subgraph} ${table}: 依法保留 held by law ${held}（${basis}）`] : []),
    ]),
    ...(answersForgotten ? [`${subgraph} idempotency_key: 遗忘 forgotten ${answersForgotten}`] : []),
  ];
}

async function erase(elderId: string, keepsHistories: boolean): Promise<void> {
  const elder = await inSubgraph(subgraphOfElders, async ({ subgraph, ...reached }) => {
    // What it refuses is refused before anything is done elsewhere.
    await subgraph.personalData.checkErasable?.(reached.sql, elderId);
    return seekElder(subgraph, { ...reached, elderId });
  });
  // The elder's record goes last: while it stands, a second run finds by name and telephone what a first could not reach.
  const last = subgraphs.filter((subgraph) => subgraph !== subgraphOfElders).concat(subgraphOfElders);
  const erased = await inEachSubgraph(
    ({ subgraph, sql, keyring }) =>
      eraseElder(subgraph, { sql, keyring, viewer: operator, elder, keepsHistories }),
    last,
  );
  const lines = erased.flatMap(([subgraph, outcome]) => linesOf(subgraph, outcome));
  const accessRecords =
    'access_record: 依法保留 held by law（《个人信息保护法》第五十六条，至少三年 article 56, three years at least）';
  if (lines.length === 0)
    lines.push(`${elderId}：没有可删除的数据 nothing is held under it that could be erased`);
  process.stdout.write(`${[...lines, accessRecords].join('\n')}\n`);
}

try {
  const { values, positionals } = readArguments(usage, {
    allowPositionals: true,
    options: { out: { type: 'string' }, anonymise: { type: 'boolean', default: false } },
  });
  const [command, elderId, ...more] = positionals;
  if (!elderId || more.length || (command !== 'export' && command !== 'erase')) throw new Error(usage);
  if (!isId(elderId)) throw new Error(`${elderId} 不是老年人的标识。 ${elderId} is no key of an elder.`);
  if (command === 'export') await exportElder(elderId, values.out ?? `person-${elderId}.json`);
  else await erase(elderId, values.anonymise);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
