// npm run backup -- <dir>: backs up the databases of all subgraphs at one moment, while they stay in use.
import './command-line/closed-output.ts';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { openDatabase } from '@district-graph/kit/database/database';
import type { Keyring } from '@district-graph/kit/encryption/keyring';
import { type BackupSource, backUp, withSnapshots } from '@district-graph/kit/maintenance/backup';
import {
  authenticated,
  type DatabaseBackup,
  format,
  type Manifest,
  manifestText,
} from '@district-graph/kit/maintenance/manifest';
import { showProgress } from '@district-graph/kit/progress';
import { readArguments } from './command-line/arguments.ts';
import { reportError } from './command-line/report-error.ts';
import { presentKeys } from './credentials/subgraph-keys.ts';
import { keyringOf, reachDatabases } from './databases/subgraph-databases.ts';
import { syncFolder } from './files/replace-file.ts';
import { dataDir } from './settings/data-directories.ts';
import { subgraphs } from './subgraphs/all-subgraphs.ts';

const usage = `用法 usage: npm run backup -- <dir>
备份所有子图的数据库。备份不含密钥，请另外妥善保存 keys.json 或各 <SUBGRAPH>_KEYS。
Backs up the databases of all subgraphs. The backup does not contain the keys: keep keys.json, or each <SUBGRAPH>_KEYS, elsewhere.`;

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () =>
    interrupted.abort(new Error('已中断，没有备份。 Interrupted; there is no backup.')),
  );

/** Writes the backup to a partial folder, which gets its name only when everything is on disk. */
async function writeFolder(folder: string): Promise<Manifest> {
  if (existsSync(folder))
    throw new Error(`${folder} 已存在；请指定其他目录。 ${folder} exists already; name another directory.`);
  const partial = `${folder}.partial`;
  mkdirSync(dirname(folder), { recursive: true });
  if (existsSync(partial))
    throw new Error(
      `${partial} 已存在：可能有另一备份正在进行。如没有，请删除它。 ${partial} exists already: another backup may be running. If none is, delete it.`,
    );
  mkdirSync(partial, { mode: 0o700 });
  try {
    const manifest = await backUpAll(partial);
    const [name, text] = manifestText(manifest);
    writeFileSync(join(partial, name), text, { flag: 'wx', mode: 0o600, flush: true });
    for (const { subgraph } of manifest.databases) syncFolder(join(partial, subgraph));
    syncFolder(partial);
    renameSync(partial, folder);
    syncFolder(dirname(folder));
    return manifest;
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw error;
  }
}

async function backUpAll(folder: string): Promise<Manifest> {
  const env = { ...process.env, ...presentKeys(dataDir(process.env), process.env) };
  const keyrings = new Map(subgraphs.map(({ name }) => [name, keyringOf(name, env)]));
  const { urls, close } = await reachDatabases(subgraphs.map(({ name }) => name));
  const databases = subgraphs.map((subgraph): BackupSource => {
    const options = { maxConnections: 1, statementTimeoutMs: 0, applicationName: `backup ${subgraph.name}` };
    const keyring = keyrings.get(subgraph.name) as Keyring;
    return { subgraph, keyring, sql: openDatabase(urls[subgraph.name] ?? '', options) };
  });
  // A connection cannot be closed in an orderly way during a COPY.
  const disconnect = () => Promise.all(databases.map(({ sql }) => sql.end({ timeout: 0 })));
  interrupted.signal.addEventListener('abort', () => void disconnect());
  let failure: unknown;
  try {
    return await withSnapshots(databases, async (snapshots) => {
      const at = new Date().toISOString();
      const written: DatabaseBackup[] = [];
      try {
        for (const snapshot of snapshots)
          written.push(await backUp(snapshot, folder, showProgress(snapshot.subgraph.name)));
      } catch (error) {
        failure = error;
        await disconnect();
        throw error;
      }
      const databases = snapshots.map(({ keyring }, index) =>
        authenticated(written[index] as DatabaseBackup, at, keyring),
      );
      return { format, at, databases };
    });
  } catch (error) {
    throw interrupted.signal.reason ?? failure ?? error;
  } finally {
    await disconnect();
    await close();
  }
}

try {
  const { positionals } = readArguments(usage, { allowPositionals: true, options: {} });
  const [name, ...more] = positionals;
  if (!name || more.length) throw new Error(usage);
  const folder = resolve(name);
  const { databases } = await writeFolder(folder);
  for (const { subgraph, tables, keys } of databases) {
    const rows = tables.reduce((sum, table) => sum + table.rows, 0);
    const bytes = tables.reduce((sum, table) => sum + table.bytes, 0);
    const needed = keys.map(({ id, fingerprint }) => `${id} (${fingerprint})`).join(', ');
    process.stdout.write(
      `${subgraph}: ${rows.toLocaleString('en')} 行 rows, ${bytes.toLocaleString('en')} 字节 bytes；所需密钥 needs the keys ${needed}\n`,
    );
  }
  process.stdout.write(`${folder}\n`);
} catch (error) {
  reportError(error);
  // A connection that was cut may wait for an answer forever.
  process.exit(1);
}
