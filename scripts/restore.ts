// npm run restore -- <dir>: restores a backup into empty databases.
import './command-line/closed-output.ts';
import { resolve } from 'node:path';
import { AccessAnchors } from '@district-graph/kit/access-log/anchors';
import { type Database, openDatabase } from '@district-graph/kit/database/database';
import type { Keyring } from '@district-graph/kit/encryption/keyring';
import {
  checkFiles,
  type DatabaseBackup,
  isAuthentic,
  type Manifest,
  missingKeys,
  readManifest,
} from '@district-graph/kit/maintenance/manifest';
import { isEmpty, restore } from '@district-graph/kit/maintenance/restore';
import { showProgress } from '@district-graph/kit/progress';
import { migrateSubgraph, migrationsOf, type Subgraph } from '@district-graph/kit/subgraph';
import { readArguments } from './command-line/arguments.ts';
import { reportError } from './command-line/report-error.ts';
import { keysVariable, presentKeys } from './credentials/subgraph-keys.ts';
import { keyringOf, reachDatabases } from './databases/subgraph-databases.ts';
import { anchorsDir, dataDir } from './settings/data-directories.ts';
import { subgraphs } from './subgraphs/all-subgraphs.ts';

const usage = `用法 usage: npm run restore -- <dir> [--subgraph <name>]… [--without-keys] [--without-mac]
--subgraph      只恢复所列子图 restores only these subgraphs
--without-keys  没有所需密钥也恢复：加密的值将无法读取，也无法验证备份未被改动 restores even without the keys: encrypted values cannot be read, and nothing proves that the backup is unchanged
--without-mac   恢复早期版本所作、不带验证码的备份：无法验证其未被改动 restores a backup of an earlier version, without an authentication code: nothing proves that it is unchanged`;

interface Restored {
  subgraph: Subgraph;
  backup: DatabaseBackup;
  keyring: Keyring;
  hasKeys: boolean;
}

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => interrupted.abort(new Error('已中断。 Interrupted.')));

/** Throws when the keys are present, but the backup was not written with them. */
function checkAuthentic(restored: readonly Restored[], at: string, withoutMac: boolean): void {
  for (const { subgraph, backup, keyring, hasKeys } of restored) {
    if (!hasKeys || isAuthentic(backup, at, keyring) || (!backup.mac && withoutMac)) continue;
    const reason = backup.mac
      ? '备份的验证码不符：备份已被改动 was changed after it was written: its authentication code does not match'
      : '备份没有验证码（由早期版本所作，或验证码已被去除）；如确信其来源，请用 --without-mac has no authentication code: an earlier version wrote it, or the code was removed. If you trust its origin, use --without-mac';
    throw new Error(`${subgraph.name}：${reason}。\n未写入任何内容。 Nothing was written.`);
  }
}

function withKeys(backups: readonly DatabaseBackup[], withoutKeys: boolean): Restored[] {
  const env = { ...process.env, ...presentKeys(dataDir(process.env), process.env) };
  const faults: string[] = [];
  const restored = backups.map((backup): Restored => {
    const subgraph = subgraphs.find(({ name }) => name === backup.subgraph);
    if (!subgraph) throw new Error(`没有子图 ${backup.subgraph}。 There is no subgraph ${backup.subgraph}.`);
    const keyring = keyringOf(subgraph.name, env);
    const missing = missingKeys(backup, keyring).map(({ id, fingerprint }) => `${id} (${fingerprint})`);
    if (missing.length)
      faults.push(
        `${subgraph.name}：缺少密钥 lacks the keys ${missing.join(', ')}（${keysVariable(subgraph.name)}）`,
      );
    return { subgraph, backup, keyring, hasKeys: missing.length === 0 };
  });
  if (faults.length === 0) return restored;
  const keysFile = resolve(dataDir(env), 'keys.json');
  const message = `${faults.join('\n')}\n请把备份当时的 keys.json 放到 ${keysFile}，或设置上述变量。 Put the keys.json from the time of the backup at ${keysFile}, or set these variables.`;
  if (!withoutKeys) throw new Error(`${message}\n未写入任何内容。 Nothing was written.\n\n${usage}`);
  process.stderr.write(`${message}\n`);
  return restored;
}

async function restoreSubgraph(
  sql: Database,
  url: string,
  folder: string,
  restored: Restored,
): Promise<void> {
  const { subgraph, backup, keyring, hasKeys } = restored;
  const { name } = subgraph;
  await restore(sql, backup, {
    folder,
    migrationsFolder: migrationsOf(subgraph),
    progress: showProgress(name),
  });
  // Migrations that are newer than the backup.
  if (hasKeys) {
    await migrateSubgraph(subgraph, url, keyring);
    const directory = anchorsDir(process.env);
    await new AccessAnchors({ sql, keyring, subgraph: name, directory, log: () => {} }).write();
  }
  const rows = backup.tables.reduce((sum, table) => sum + table.rows, 0);
  process.stdout.write(`${name}: ${rows.toLocaleString('en')} 行 rows\n`);
}

async function run(): Promise<void> {
  const { values, positionals } = readArguments(usage, {
    allowPositionals: true,
    options: {
      subgraph: { type: 'string', multiple: true, default: [] },
      'without-keys': { type: 'boolean', default: false },
      'without-mac': { type: 'boolean', default: false },
    },
  });
  const [name, ...more] = positionals;
  if (!name || more.length) throw new Error(usage);
  const folder = resolve(name);
  const { at, databases }: Manifest = readManifest(folder);
  const absent = values.subgraph.filter((name) => !databases.some(({ subgraph }) => subgraph === name));
  if (absent.length)
    throw new Error(`备份中没有 ${absent.join('、')}。 The backup has no ${absent.join(', ')}.`);
  const chosen = databases.filter(
    ({ subgraph }) => values.subgraph.length === 0 || values.subgraph.includes(subgraph),
  );
  const restored = withKeys(chosen, values['without-keys']);
  checkAuthentic(restored, at, values['without-mac']);
  await checkFiles(folder, chosen, showProgress('核对 checking'));
  const { urls, close } = await reachDatabases(chosen.map(({ subgraph }) => subgraph));
  const pools = new Map(
    chosen.map(({ subgraph }) => {
      const options = { maxConnections: 1, statementTimeoutMs: 0, applicationName: `restore ${subgraph}` };
      return [subgraph, openDatabase(urls[subgraph] ?? '', options)] as const;
    }),
  );
  const disconnect = () => Promise.all([...pools.values()].map((sql) => sql.end({ timeout: 0 })));
  interrupted.signal.addEventListener('abort', () => void disconnect());
  try {
    const filled: string[] = [];
    for (const [subgraph, sql] of pools) if (!(await isEmpty(sql))) filled.push(subgraph);
    if (filled.length)
      throw new Error(
        `以下子图的数据库不为空，未写入任何内容；请使用空数据库，或用 --subgraph 选择其他子图。 These databases are not empty, and nothing was written; use empty databases, or choose other subgraphs with --subgraph: ${filled.join(', ')}`,
      );
    for (const each of restored) {
      const { name } = each.subgraph;
      await restoreSubgraph(pools.get(name) as Database, urls[name] ?? '', folder, each);
    }
  } catch (error) {
    throw interrupted.signal.reason ?? error;
  } finally {
    await disconnect();
    await close();
  }
  process.stdout.write(
    `已恢复至 ${at}。请用相同的设置运行 npm run -s audit:verify，核验访问记录。 Restored to ${at}. Verify the access records with npm run -s audit:verify and the same settings.\n`,
  );
}

try {
  await run();
} catch (error) {
  reportError(error);
  // A connection that was cut may wait for an answer forever.
  process.exit(1);
}
