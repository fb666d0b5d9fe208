// The files of a PostgreSQL cluster, which is created completely or not at all, and the pid file by which its running server is found.
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { type Account, environment, type Program } from './program.ts';

export interface Cluster {
  dataDir: string;
  /** Its directory inside the data directory. */
  path: string;
  account: Account;
  program: Program;
  durable: boolean;
}

export const superuser = 'postgres';

/**
 * The path of the cluster for the server. Its working directory is set before it drops root, and this link leads there
 * without the directories above, which its account may not be allowed to enter.
 */
export const clusterArgument = (path: string, account: Account): string =>
  account.uid !== undefined && process.platform === 'linux' ? '/proc/self/cwd' : path;

/** Creates the superuser's password once. The link appears with the complete text, so that no other process reads half of it. */
function ensurePassword(dataDir: string): string {
  const file = join(dataDir, 'postgres-password');
  if (!existsSync(file)) {
    const making = `${file}.making-${process.pid}-${randomBytes(4).toString('hex')}`;
    writeFileSync(making, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
    try {
      linkSync(making, file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      rmSync(making);
    }
  }
  return file;
}

const hourMs = 3_600_000;

/** The password of the cluster, which is created first if there is none. Throws if the cluster exists without its password. */
export async function ensureCluster(cluster: Cluster): Promise<string> {
  if (!existsSync(join(cluster.path, 'PG_VERSION'))) await createCluster(cluster);
  for (const name of readdirSync(cluster.dataDir)) {
    // Left behind by a start that was killed; a younger one may still be in use.
    if (!name.includes('.making-')) continue;
    const left = statSync(join(cluster.dataDir, name), { throwIfNoEntry: false });
    if (left && left.mtimeMs < Date.now() - hourMs)
      rmSync(join(cluster.dataDir, name), { recursive: true, force: true });
  }
  const file = join(cluster.dataDir, 'postgres-password');
  if (!existsSync(file))
    throw new Error(
      `缺少数据库密码文件 ${file}；请恢复该文件，或用 DATA_DIR 指定其他目录。 The password file ${file} is missing; restore it, or set DATA_DIR to another directory.`,
    );
  return readFileSync(file, 'utf8').trim();
}

/** Creates the cluster in a temporary directory and renames it once it is complete. */
async function createCluster({ dataDir, path, account, program, durable }: Cluster): Promise<void> {
  const passwordFile = ensurePassword(dataDir);
  const making = mkdtempSync(`${path}.making-`);
  try {
    const passwordCopy = join(making, 'password');
    writeFileSync(passwordCopy, readFileSync(passwordFile), { mode: 0o600 });
    const whole = join(making, 'cluster');
    mkdirSync(whole, { mode: 0o700 });
    if (account.uid !== undefined)
      for (const file of [making, passwordCopy, whole])
        chownSync(file, account.uid, account.gid ?? account.uid);
    const argument = clusterArgument(whole, account);
    const child = spawn(
      join(program.bin, 'initdb'),
      [
        ...['-D', argument, '-U', superuser, '-E', 'UTF8', '--locale=C', '-A', 'scram-sha-256'],
        ...[`--pwfile=${argument === whole ? passwordCopy : `${argument}/../password`}`, '--no-instructions'],
        ...(durable ? [] : ['--no-sync']),
      ],
      // In a process group of its own, as the server: an interrupt at the terminal is handled by this process.
      {
        cwd: whole,
        env: environment(program),
        stdio: ['ignore', 'ignore', 'pipe'],
        detached: true,
        ...account,
      },
    );
    let errors = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      errors += chunk;
    });
    const code = await new Promise((done, fail) => child.once('close', done).once('error', fail));
    if (code !== 0)
      throw new Error(
        `无法创建数据库目录。 The cluster could not be created: ${errors.trim() || `initdb: exit ${code}`}`,
      );
    renameSync(whole, path);
  } catch (error) {
    // Another start was faster, and its cluster can be used.
    if (!existsSync(join(path, 'PG_VERSION'))) throw error;
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
}

export interface RunningServer {
  pid: number;
  port: number;
}

/** The server that runs on the cluster, by its pid file; null if there is none or it is stale. */
export function runningServer(path: string): RunningServer | null {
  const text = readPidFile(path);
  if (text === null) return null;
  const [pid = 0, , , port = 0] = text.split('\n').map(Number);
  return pid && port && isServerOf(path, pid, port) ? { pid, port } : null;
}

/** The URL of a database of the server that runs on a data directory, whichever process owns it; null if none runs. */
export function runningDatabaseUrl(dataDir: string, database: string): string | null {
  const running = runningServer(join(dataDir, 'postgres'));
  const file = join(dataDir, 'postgres-password');
  if (!running || !existsSync(file)) return null;
  return `postgres://${superuser}:${readFileSync(file, 'utf8').trim()}@127.0.0.1:${running.port}/${database}`;
}

const pidFile = (path: string) => join(path, 'postmaster.pid');

function readPidFile(path: string): string | null {
  try {
    return readFileSync(pidFile(path), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Whether the process is this cluster's server: its id may belong to another program by now. */
export function isServerOf(path: string, pid: number, port: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  if (process.platform === 'linux') return isLinuxServerOf(path, pid, port);
  const [command, ...args] =
    process.platform === 'win32'
      ? ['tasklist', '/NH', '/FI', `PID eq ${pid}`]
      : ['ps', '-o', 'comm=', '-p', String(pid)];
  try {
    return execFileSync(command as string, args, { encoding: 'utf8' }).includes('postgres');
  } catch {
    return false;
  }
}

function isLinuxServerOf(path: string, pid: number, port: number): boolean {
  try {
    // A dead process keeps its id until it is reaped, which the first process of some containers does not do.
    const state = /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
    if (state === 'Z' || state === 'X') return false;
    const folder = statSync(path);
    try {
      const cwd = statSync(`/proc/${pid}/cwd`);
      return cwd.dev === folder.dev && cwd.ino === folder.ino;
    } catch (error) {
      if (!['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    }
    // Root in a container may not inspect processes of other users, but may read their command line.
    const [program = '', ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return (
      basename(program) === 'postgres' &&
      args.includes(`port=${port}`) &&
      statSync(`/proc/${pid}`).uid === folder.uid
    );
  } catch {
    return false;
  }
}

/**
 * Removes a pid file whose process id now belongs to another program. PostgreSQL only sees that the process exists,
 * and would not start for as long as that program runs; a pid file without a process it removes itself.
 */
export function clearStalePidFile(path: string): void {
  const stale = readPidFile(path);
  const pid = Number(stale?.split('\n')[0]);
  if (!stale || !pid || runningServer(path)) return;
  const aside = `${pidFile(path)}.stale-${process.pid}`;
  try {
    process.kill(pid, 0);
    renameSync(pidFile(path), aside);
    // Another start may have removed it and started its server since it was read: then the new file is put back.
    if (readFileSync(aside, 'utf8') !== stale) linkSync(aside, pidFile(path));
    rmSync(aside, { force: true });
  } catch {
    // The process does not exist or belongs to another user, or the file is gone: PostgreSQL can start.
    rmSync(aside, { force: true });
  }
}

/** Signals the server to stop: SIGINT closes connections and writes everything, SIGQUIT quits immediately. */
export function signalServer(program: Program, pid: number, signal: 'SIGINT' | 'SIGQUIT'): void {
  try {
    // Windows has no signals; PostgreSQL emulates them there.
    if (process.platform === 'win32')
      execFileSync(join(program.bin, 'pg_ctl'), ['kill', signal.slice(3), String(pid)], { stdio: 'ignore' });
    else process.kill(pid, signal);
  } catch (error) {
    if (process.platform !== 'win32' && (error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
