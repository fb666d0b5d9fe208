// npm run audit:verify: verifies the chain of access records of each subgraph, and reports what was changed, removed or forged.
import '../command-line/closed-output.ts';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { anchorsFile, readAnchors } from '@district-graph/kit/access-log/anchors';
import {
  type ChainEnd,
  type ChainFault,
  type ChainFaultKind,
  type Verification,
  verifyAccessRecords,
} from '@district-graph/kit/access-log/verification';
import { Environment } from '@district-graph/kit/config/environment';
import { accessRecordSettings } from '@district-graph/kit/config/subgraph-config';
import { openDatabase } from '@district-graph/kit/database/database';
import { listedSubgraphs } from '@district-graph/schema/registry';
import { readArguments } from '../command-line/arguments.ts';
import { reportError } from '../command-line/report-error.ts';
import { reachDatabase } from '../databases/subgraph-databases.ts';
import { anchorsDir } from '../settings/data-directories.ts';

const usage = `用法 usage: npm run -s audit:verify -- [--subgraph <name>]… [--anchors <file>]… [--anchor <subgraph>:<sequence>:<hash>]… [--limit <faults shown, 20>]`;

const subgraphs = listedSubgraphs.map(({ name }) => name);

const sentences: Record<ChainFaultKind, { zh: string; en: string }> = {
  MISSING: { zh: '缺失', en: 'missing' },
  CHANGED: { zh: '内容被改动', en: 'changed after it was written' },
  MOVED: { zh: '被移位', en: 'has another number than it was written with' },
  FORGED: { zh: '系伪造，或被改动', en: 'forged, or changed after it was written' },
  UNKNOWN_KEY: { zh: '所用密钥不在密钥环中，无法核验', en: 'signed with a key that is not in the keyring' },
  TRUNCATED: { zh: '尾部被截去（早于锚点）', en: 'cut off at the end: an anchor has a later number' },
  REWRITTEN: { zh: '与锚点不符，链已被重写', en: 'differs from the anchor: the chain was rewritten' },
};

function lineOf({ kind, sequence, until, from }: ChainFault): string {
  const { zh, en } = sentences[kind];
  const which = until === sequence ? `#${sequence}` : `#${sequence}–${until}`;
  const origin = from === undefined ? '' : `（原号 was #${from}）`;
  return `  ${which} ${kind}：${zh}${origin}。 ${en}.`;
}

interface Request {
  /** Files with anchors, and anchors by subgraph. */
  files: readonly string[];
  anchors: ReadonlyMap<string, readonly ChainEnd[]>;
  limit: number;
}

/** Verifies one subgraph and prints its faults; returns whether there are none. */
async function verify(subgraph: string, { files, anchors: passed, limit }: Request): Promise<boolean> {
  const database = await reachDatabase(subgraph);
  const sql = openDatabase(database.url, { maxConnections: 1, statementTimeoutMs: 600_000 });
  try {
    const anchors: ChainEnd[] = [...(passed.get(subgraph) ?? [])];
    const faults: string[] = [];
    for (const file of files) {
      const read = readAnchors(database.keyring, subgraph, readFileSync(file, 'utf8'));
      anchors.push(...read.anchors);
      for (const line of read.badLines.slice(0, limit))
        faults.push(
          `  ${file}:${line} 锚点伪造、损坏，或所用密钥不在密钥环中。 An anchor is forged, damaged or signed with a key that is not in the keyring.`,
        );
    }
    const verification = await verifyAccessRecords(sql, database.keyring, anchors, { maxFaults: limit });
    faults.push(...verification.faults.map(lineOf));
    if (verification.more) faults.push(`  另有 ${verification.more} 处。 ${verification.more} more.`);
    process.stdout.write(
      `${[summary(subgraph, verification, anchors.length, faults.length), ...faults].join('\n')}\n`,
    );
    return faults.length === 0;
  } finally {
    await sql.end();
    await database.close();
  }
}

function summary(subgraph: string, { records, end }: Verification, anchors: number, faults: number): string {
  const last = end ? `，末条 the last ${subgraph}:${end.sequence}:${end.hash}` : '';
  // Without an anchor, missing records at the end cannot be detected, nor whether there were any records.
  const anchored = anchors
    ? `${anchors} 个锚点 anchors`
    : '没有锚点，无法发现末尾缺失的记录 no anchor: records that are missing at the end, or all of them, cannot be detected';
  const verdict = faults ? '有误 FAULTS' : '无误 no fault';
  return `${subgraph}: ${records} 条记录 records${last}；${anchored}；${verdict}`;
}

function readRequest(): Request & { chosen: readonly string[] } {
  const { values } = readArguments(usage, {
    options: {
      subgraph: { type: 'string', multiple: true, default: [] },
      anchors: { type: 'string', multiple: true, default: [] },
      anchor: { type: 'string', multiple: true, default: [] },
      limit: { type: 'string', default: '20' },
    },
  });
  const wrong: string[] = [];
  const check = (isRight: boolean, zh: string, en: string) => {
    if (!isRight) wrong.push(`${zh} ${en}`);
  };
  for (const subgraph of values.subgraph)
    check(subgraphs.includes(subgraph), `没有子图 ${subgraph}。`, `There is no subgraph ${subgraph}.`);
  for (const file of values.anchors)
    check(existsSync(file), `没有文件 ${file}。`, `There is no file ${file}.`);
  check(
    /^[1-9]\d{0,5}$/.test(values.limit),
    '--limit 应为正整数。',
    '--limit: expected a positive whole number.',
  );
  const anchors = new Map<string, ChainEnd[]>();
  for (const text of values.anchor) {
    const [, subgraph = '', sequence, hash = ''] = /^([\w-]+):(\d{1,15}):([\da-f]{64})$/i.exec(text) ?? [];
    check(
      subgraphs.includes(subgraph),
      `锚点 ${text} 有误。`,
      `${text} is not an anchor: expected <subgraph>:<sequence>:<hash>.`,
    );
    anchors.set(subgraph, [
      ...(anchors.get(subgraph) ?? []),
      { sequence: Number(sequence), hash: hash.toLowerCase() },
    ]);
  }
  const ownFile = join(anchorsDir(process.env), anchorsFile);
  check(
    values.anchors.length > 0 ||
      !new Environment().read(accessRecordSettings).accessAnchorsDir ||
      existsSync(ownFile),
    `ACCESS_ANCHORS_DIR 中没有 ${ownFile}。`,
    `There is no ${ownFile} in ACCESS_ANCHORS_DIR.`,
  );
  if (wrong.length) throw new Error([...wrong, usage].join('\n'));
  const files = values.anchors.length || !existsSync(ownFile) ? values.anchors : [ownFile];
  return {
    files,
    anchors,
    limit: Number(values.limit),
    chosen: values.subgraph.length ? values.subgraph : subgraphs,
  };
}

try {
  const { chosen, ...what } = readRequest();
  for (const subgraph of chosen) if (!(await verify(subgraph, what))) process.exitCode = 1;
} catch (error) {
  reportError(error);
}
