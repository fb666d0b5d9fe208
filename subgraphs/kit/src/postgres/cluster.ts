// The files of a PostgreSQL cluster: made whole or not at all, and the file by which its running server is found.
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
  /** Its folder in the data directory. */
  path: string;
  account: Account;
  program: Program;
  durable: boolean;
}

export const superuser = 'postgres';

/**
 * Where the server finds its cluster. Its working directory is set before it gives up root, and this link leads there
 * without passing through the folders above, which may be closed to its account.
 */
export const clusterArgument = (path: string, account: Account): string =>
  account.uid !== undefined && process.platform === 'linux' ? '/proc/self/cwd' : path;

/** The superuser's password. Made once: the link appears with its text, so that nobody reads half of it. */
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

/** The password of the cluster. Makes the cluster first where there is none. Throws when one was left without the other. */
export async function ensureCluster(cluster: Cluster): Promise<string> {
  if (!existsSync(join(cluster.path, 'PG_VERSION'))) await createCluster(cluster);
  for (const name of readdirSync(cluster.dataDir)) {
    // What a start that was killed left behind; a younger one may still be at work.
    if (!name.includes('.making-')) continue;
    const left = statSync(join(cluster.dataDir, name), { throwIfNoEntry: false });
    if (left && left.mtimeMs < Date.now() - hourMs)
      rmSync(join(cluster.dataDir, name), { recursive: true, force: true });
  }
  const file = join(cluster.dataDir, 'postgres-password');
  if (!existsSync(file))
    throw new Error(
      `缺少数据库密码文件 ${file}；请恢复该文件，或用 DATA_DIR 指定其他目录。 The password file ${file} is missing; restore it, or name another directory by DATA_DIR.`,
    );
  return readFileSync(file, 'utf8').trim();
}

/** Makes the cluster beside its place and moves it there when it is whole. */
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
      // Its own group, like the server's: an interrupt at the terminal ends our process in its own order.
      {
        cwd: whole,
        env: environment(program),
        stdio: ['ignore', 'ignore', 'pipe'],
        detached: true,
        ...account,
      },
    );
    let complaint = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      complaint += chunk;
    });
    const code = await new Promise((done, fail) => child.once('close', done).once('error', fail));
    if (code !== 0)
      throw new Error(
        `无法创建数据库目录。 The cluster could not be made: ${complaint.trim() || `initdb: exit ${code}`}`,
      );
    renameSync(whole, path);
  } catch (error) {
    // Another start was faster: its cluster is as good.
    if (!existsSync(join(path, 'PG_VERSION'))) throw error;
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
}

export interface RunningServer {
  pid: number;
  port: number;
}

/** The server that runs on the cluster, by the file it keeps there; null when that file is stale. */
export function runningServer(path: string): RunningServer | null {
  const text = readPidFile(path);
  if (text === null) return null;
  const [pid = 0, , , port = 0] = text.split('\n').map(Number);
  return pid && port && isServerOf(path, pid, port) ? { pid, port } : null;
}

/** Where the server that runs on a data directory has a database, whoever owns it; null when none runs. */
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

/** Whether the process is this cluster's server: the number may by now be another program's. */
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
    // A dead process keeps its number until it is reaped, which not every container's first process does.
    const state = /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
    if (state === 'Z' || state === 'X') return false;
    const folder = statSync(path);
    try {
      const works = statSync(`/proc/${pid}/cwd`);
      return works.dev === folder.dev && works.ino === folder.ino;
    } catch (error) {
      if (!['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    }
    // Root in a container may not look into the processes of others; the command line is open to all.
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
 * Removes a server's file whose number now belongs to another program. PostgreSQL sees only that the number is alive
 * and would refuse for as long as that program runs; where the number is dead it clears the file by itself.
 */
export function clearStalePidFile(path: string): void {
  const stale = readPidFile(path);
  const pid = Number(stale?.split('\n')[0]);
  if (!stale || !pid || runningServer(path)) return;
  const aside = `${pidFile(path)}.stale-${process.pid}`;
  try {
    process.kill(pid, 0);
    renameSync(pidFile(path), aside);
    // Between reading and moving, another start may have cleared it and started its server: that file goes back.
    if (readFileSync(aside, 'utf8') !== stale) linkSync(aside, pidFile(path));
    rmSync(aside, { force: true });
  } catch {
    // The number is dead or another user's, or the file is gone: nothing stands in PostgreSQL's way.
    rmSync(aside, { force: true });
  }
}

/** Tells the server to end: SIGINT cuts connections and writes everything, SIGQUIT ends at once. */
export function signalServer(program: Program, pid: number, signal: 'SIGINT' | 'SIGQUIT'): void {
  try {
    // Windows has no signals; PostgreSQL brings its own there.
    if (process.platform === 'win32')
      execFileSync(join(program.bin, 'pg_ctl'), ['kill', signal.slice(3), String(pid)], { stdio: 'ignore' });
    else process.kill(pid, signal);
  } catch (error) {
    if (process.platform !== 'win32' && (error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
