// The manifest of a backup: its databases, the keys that they need, and a checksum of every file.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChainEnd } from '../access-log/verification.ts';
import type { LastMigrations } from '../database/migrations-schema.ts';
import type { KeyFingerprint, Keyring } from '../encryption/keyring.ts';
import type { Progress } from '../progress.ts';

export interface TableBackup {
  /** Qualified and quoted, as in a statement. */
  table: string;
  /** Quoted, without generated columns. */
  columns: readonly string[];
  rows: number;
  /** Relative to the backup's directory: the rows in COPY's text format, compressed with gzip. */
  file: string;
  bytes: number;
  sha256: string;
}

export interface DatabaseBackup {
  subgraph: string;
  keys: readonly KeyFingerprint[];
  /** The `when` of the last migrations of the kit and of the subgraph that were applied. */
  migrations: LastMigrations;
  /** The last value of each sequence that was used. */
  sequences: readonly { sequence: string; value: string }[];
  /** The end of its access records; null if there are none. */
  accessRecords: ChainEnd | null;
  tables: readonly TableBackup[];
  /** An authentication code of all the above with a key of the subgraph. Backups of earlier versions have none. */
  mac?: { key: string; value: string };
}

export interface Manifest {
  format: 'district-graph backup 1';
  /** The instant of its snapshots, RFC 3339. */
  at: string;
  databases: readonly DatabaseBackup[];
}

const manifestFile = 'manifest.json';
export const format: Manifest['format'] = 'district-graph backup 1';

const checksumOf = (manifest: Manifest): string =>
  createHash('sha256').update(JSON.stringify(manifest)).digest('hex');

function macOf({ mac: _, ...backup }: DatabaseBackup, at: string, key: Buffer): Buffer {
  return createHmac('sha256', key)
    .update(JSON.stringify([format, at, backup]))
    .digest();
}

/** The backup with its authentication code under the current key. */
export function authenticated(backup: DatabaseBackup, at: string, keyring: Keyring): DatabaseBackup {
  const { id, key } = keyring.current('backups');
  return { ...backup, mac: { key: id, value: macOf(backup, at, key).toString('hex') } };
}

/** Whether the backup is unchanged and was written with a key of the keyring. */
export function isAuthentic(backup: DatabaseBackup, at: string, keyring: Keyring): boolean {
  const { key: id, value } = backup.mac ?? { key: '', value: '' };
  const key = keyring.named('backups', String(id));
  const received = Buffer.from(String(value), 'hex');
  return key !== null && received.length === 32 && timingSafeEqual(received, macOf(backup, at, key));
}

/** The file of a table's rows, relative to the backup's directory. */
export const fileOf = (subgraph: string, table: string): string =>
  `${subgraph}/${table.replaceAll('"', '')}.copy.gz`;

/** Matches no path that leads out of the directory. */
const fileName = /^[a-z][a-z-]*\/\w+\.\w+\.copy\.gz$/;

/** The name of the manifest's file and its text, which contains a checksum of itself. */
export const manifestText = (manifest: Manifest): [name: string, text: string] => [
  manifestFile,
  `${JSON.stringify({ checksum: checksumOf(manifest), manifest }, null, 1)}\n`,
];

/** The manifest of a backup. Throws if it is missing or was changed. */
export function readManifest(folder: string): Manifest {
  let text: string;
  try {
    text = readFileSync(join(folder, manifestFile), 'utf8');
  } catch {
    throw new Error(
      `${folder} 中没有完整的备份（缺少 ${manifestFile}）。 There is no complete backup in ${folder}: ${manifestFile} is missing.`,
    );
  }
  try {
    const { checksum, manifest } = JSON.parse(text) as { checksum: string; manifest: Manifest };
    if (checksum === checksumOf(manifest) && manifest.format === format) return manifest;
  } catch {
    // Reported below.
  }
  throw new Error(
    `${join(folder, manifestFile)} 已损坏，或不是本版本可读的备份。 ${join(folder, manifestFile)} is damaged, or not of a format that this version can read.`,
  );
}

/** Reads every file of the databases. Throws with the names of those that were changed. */
export async function checkFiles(
  folder: string,
  databases: readonly DatabaseBackup[],
  progress: Progress,
): Promise<void> {
  for (const { subgraph, tables } of databases)
    for (const { table, file } of tables)
      if (file !== fileOf(subgraph, table) || !fileName.test(file))
        throw new Error(
          `备份中的文件名不合规，未写入任何内容。 The backup contains an invalid file name; nothing was written: ${JSON.stringify(file)}`,
        );
  const files = databases.flatMap(({ tables }) => tables);
  const rows = files.reduce((sum, table) => sum + table.rows, 0);
  const damaged: string[] = [];
  let done = 0;
  for (const { file, bytes, sha256, rows: ofTable } of files) {
    if ((await digestOf(join(folder, file), bytes)) !== sha256) damaged.push(file);
    done += ofTable;
    progress(done, rows ? done / rows : 1);
  }
  progress(rows, 1, true);
  if (damaged.length)
    throw new Error(
      `备份已损坏或不完整，未写入任何内容。 The backup is damaged or incomplete; nothing was written:\n${damaged.join('\n')}`,
    );
}

/** The SHA-256 of a file; null if it does not exist or has another size. */
async function digestOf(path: string, bytes: number): Promise<string | null> {
  if ((await stat(path).catch(() => null))?.size !== bytes) return null;
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** The keys that a backup needs and the keyring does not have, or has with another secret under the same id. */
export const missingKeys = (backup: DatabaseBackup, keyring: Keyring): KeyFingerprint[] => {
  const present = new Map(keyring.fingerprints().map(({ id, fingerprint }) => [id, fingerprint]));
  return backup.keys.filter(({ id, fingerprint }) => present.get(id) !== fingerprint);
};
