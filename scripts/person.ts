// npm run person -- export | erase <elderId>: the rights of an elder under the Personal Information Protection Law: access and erasure.
import './command-line/closed-output.ts';
import { existsSync } from 'node:fs';
import { AccessRecords } from '@district-graph/kit/access-log/records';
import { isId } from '@district-graph/kit/database/ids';
import { type ErasedSubgraph, eraseElder } from '@district-graph/kit/personal-data/erasure';
import { readAboutElder, seekElder } from '@district-graph/kit/personal-data/personal-data';
import { readArguments } from './command-line/arguments.ts';
import { reportError } from './command-line/report-error.ts';
import { changeFile } from './files/replace-file.ts';
import { subgraphs } from './subgraphs/all-subgraphs.ts';
import { inEachSubgraph, inSubgraph, operator, subgraphOfElders } from './subgraphs/each-subgraph.ts';

const usage = `用法 usage:
  npm run person -- export <elderId> [--out <file.json>]   查阅与复制 access and copy (art. 45)
  npm run person -- erase <elderId> [--anonymise]          删除；--anonymise 保留历史与计数 erasure; --anonymise keeps histories and counts (art. 47)
范围：该标识下的所有数据，以及用其档案中的姓名和电话所作的预约；不含他人用同一电话所作的预约。
Both cover all data under the id, and bookings made with the recorded name and telephone; not those of other persons with the same telephone.
更正请用 updateElder (art. 46)。 To correct data, use the mutation updateElder.`;

const fileExists = (file: string) =>
  new Error(
    `${file} 已存在；请用 --out 指定其他文件。 ${file} exists already; name another file with --out.`,
  );

async function exportElder(elderId: string, file: string): Promise<void> {
  if (existsSync(file)) throw fileExists(file);
  const elder = await inSubgraph(subgraphOfElders, ({ subgraph, ...reached }) =>
    seekElder(subgraph, { ...reached, elderId }),
  );
  const stored = await inEachSubgraph(async ({ subgraph, sql, keyring }) => {
    const records = new AccessRecords({ sql, keyring, log: () => {} });
    const cause = { viewer: operator, operation: 'person export', requestId: null, address: null };
    try {
      return await readAboutElder(subgraph, { sql, keyring, elder }, (given) =>
        records.disclose(cause, given),
      );
    } finally {
      await records.stop();
    }
  });
  const subgraphs = Object.fromEntries(stored.filter(([, about]) => about !== null));
  if (Object.keys(subgraphs).length === 0)
    throw new Error(`没有关于 ${elderId} 的任何数据。 No data are stored about ${elderId}.`);
  const text = JSON.stringify({ elderId, exportedAt: new Date().toISOString(), subgraphs }, null, 2);
  await changeFile(file, (existing) => {
    // Never overwrite the file of another person.
    if (existing !== null) throw fileExists(file);
    return `${text}\n`;
  });
  process.stderr.write(`${file}\n`);
}

function linesOf(subgraph: string, { tables, answersForgotten }: ErasedSubgraph): string[] {
  return [
    ...tables.flatMap(({ table, deleted, anonymised, retained, basis }) => [
      ...(deleted ? [`${subgraph} ${table}: 删除 deleted ${deleted}`] : []),
      ...(anonymised ? [`${subgraph} ${table}: 匿名化 anonymised ${anonymised}`] : []),
      ...(retained ? [`${subgraph} ${table}: 依法保留 kept by law ${retained}（${basis}）`] : []),
    ]),
    ...(answersForgotten ? [`${subgraph} idempotency_key: 遗忘 forgotten ${answersForgotten}`] : []),
  ];
}

async function erase(elderId: string, keepsHistories: boolean): Promise<void> {
  const elder = await inSubgraph(subgraphOfElders, async ({ subgraph, ...reached }) => {
    // A refusal must come before anything is erased in another subgraph.
    await subgraph.personalData.checkErasable?.(reached.sql, elderId);
    return seekElder(subgraph, { ...reached, elderId });
  });
  // The elder's record is erased last: after a failure, a second run still finds bookings by its name and telephone.
  const last = subgraphs.filter((subgraph) => subgraph !== subgraphOfElders).concat(subgraphOfElders);
  const erased = await inEachSubgraph(
    ({ subgraph, sql, keyring }) =>
      eraseElder(subgraph, { sql, keyring, viewer: operator, elder, keepsHistories }),
    last,
  );
  const lines = erased.flatMap(([subgraph, outcome]) => linesOf(subgraph, outcome));
  const accessRecords =
    'access_record: 依法保留 kept by law（《个人信息保护法》第五十六条，至少三年 article 56, three years at least）';
  if (lines.length === 0) lines.push(`${elderId}：没有可删除的数据 no data that could be erased`);
  process.stdout.write(`${[...lines, accessRecords].join('\n')}\n`);
}

try {
  const { values, positionals } = readArguments(usage, {
    allowPositionals: true,
    options: { out: { type: 'string' }, anonymise: { type: 'boolean', default: false } },
  });
  const [command, elderId, ...more] = positionals;
  if (!elderId || more.length || (command !== 'export' && command !== 'erase')) throw new Error(usage);
  if (!isId(elderId)) throw new Error(`${elderId} 不是老年人的标识。 ${elderId} is not the id of an elder.`);
  if (command === 'export') await exportElder(elderId, values.out ?? `person-${elderId}.json`);
  else await erase(elderId, values.anonymise);
} catch (error) {
  reportError(error);
}
