// The PostgreSQL server that comes with the project: one cluster in a data directory, owned by one process at a time.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import postgres from 'postgres';
import {
  type Cluster,
  clearStalePidFile,
  clusterArgument,
  ensureCluster,
  isServerOf,
  type RunningServer,
  runningServer,
  signalServer,
  superuser,
} from './cluster.ts';
import { accountFor, environment, programFor } from './program.ts';

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
  /** Makes the database where there is none. Its name: lower-case letters, digits and underscores. */
  ensureDatabase: (database: string) => Promise<void>;
  /** Ends the server and waits for it. */
  stop: () => Promise<void>;
}

const defaultPort = 15_432;
/** Above it the system takes ports for outgoing connections. */
const lastPort = 32_767;
/** Recovery after a crash replays up to max_wal_size before the server answers. */
const startTimeoutMs = 180_000;
/** A server notices within moments that its killed owner's connection has ended. */
const lockPatienceMs = 1000;
/** A port that was another cluster's all along ends our own server well before. */
const passwordPatienceMs = 5000;
const stopTimeoutMs = 15_000;
const relaunchPauseMs = 2000;
const pollMs = 50;
/** The advisory lock that the owner of the server holds as long as it lives. */
const ownerLock = 7_305_105_410;

/** Starts the server of the data directory, or takes over one whose owner was killed. Refuses one that has an owner. */
export async function startPostgresServer(options: PostgresServerOptions): Promise<PostgresServer> {
  const dataDir = resolve(options.dataDir);
  mkdirSync(dataDir, { recursive: true });
  const path = join(dataDir, 'postgres');
  const account = accountFor(path);
  const program = await programFor(account);
  const cluster: Cluster = { dataDir, path, account, program, durable: options.durable ?? true };
  const password = await ensureCluster(cluster);
  const stopping = new AbortController();
  let owned = true;
  let child: ChildProcess | null = null;
  let lost: Promise<void> | null = null;
  const connect = (port: number) =>
    postgres({
      host: '127.0.0.1',
      port,
      user: superuser,
      password,
      database: 'postgres',
      max: 1,
      idle_timeout: 0,
      max_lifetime: null,
      connect_timeout: 5,
      onnotice: () => {},
      onclose: () => {
        if (!stopping.signal.aborted && held) lost ??= regain(held.port).finally(() => (lost = null));
      },
    });
  let held: Held | null = null;
  held = await takeServer(cluster, options.port ?? defaultPort, connect);
  const { owner, port, adopted } = held;
  child = held.child;
  const bounding = setInterval(() => boundLog(dataDir), 60_000).unref();

  /** A crash ends the owner's connection, and with it the lock, or the whole server: both are brought back. */
  async function regain(lostPort: number): Promise<void> {
    owned = false;
    let launchAfter = 0;
    while (!stopping.signal.aborted) {
      try {
        if (Date.now() > launchAfter && !runningServer(path)) {
          clearStalePidFile(path);
          child = launch(cluster, lostPort);
          launchAfter = Date.now() + relaunchPauseMs;
        }
        await delay(pollMs, undefined, { signal: stopping.signal });
        const [row] = await owner`select pg_try_advisory_lock(${ownerLock}) as locked`;
        owned = row?.locked === true;
        if (owned) return;
      } catch {
        // Not up yet: tried again.
      }
    }
  }

  async function stop(): Promise<void> {
    if (lost) await Promise.race([lost, delay(stopTimeoutMs, undefined, { signal: stopping.signal })]);
    stopping.abort();
    clearInterval(bounding);
    // One just launched may not have written its file yet.
    const running = runningServer(path) ?? (child?.pid && isRunning(child) ? { pid: child.pid, port } : null);
    // The lock is held until the server is gone: nobody adopts one that is about to end.
    if (running && (owned || running.pid === child?.pid)) {
      await endServer(cluster, running);
      if (child?.pid === running.pid) await reaped(child);
    }
    await owner.end({ timeout: 0 });
    await lost;
  }
  let stopped: Promise<void> | null = null;
  return {
    port,
    adopted,
    databaseUrl: (database) => `postgres://${superuser}:${password}@127.0.0.1:${port}/${database}`,
    ensureDatabase: async (database) => {
      if (!/^[a-z][a-z0-9_]{0,62}$/.test(database))
        throw new Error(`unfit database name ${JSON.stringify(database)}; expected a-z, 0-9 and _`);
      if ((await owner`select from pg_database where datname = ${database}`).length > 0) return;
      await owner.unsafe(`create database "${database}" template template0 encoding 'UTF8' locale 'C'`);
    },
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

interface Held {
  owner: postgres.Sql;
  port: number;
  adopted: boolean;
  /** Null when it is another process's. */
  child: ChildProcess | null;
}

/** Connects to the running server or launches one, until the owner's lock of the cluster's server is held. */
async function takeServer(
  cluster: Cluster,
  wantedPort: number,
  connect: (port: number) => postgres.Sql,
): Promise<Held> {
  const deadline = Date.now() + startTimeoutMs;
  let firstPort = wantedPort;
  let failures = 0;
  while (Date.now() < deadline) {
    const found = runningServer(cluster.path);
    if (found) {
      const isAlive = () => isServerOf(cluster.path, found.pid, found.port);
      const owner = await own(cluster, () => connect(found.port), isAlive, deadline);
      if (owner) return { owner, port: found.port, adopted: true, child: null };
      // It ended meanwhile: its owner was stopping it.
      continue;
    }
    clearStalePidFile(cluster.path);
    const port = await freePort(firstPort);
    const child = launch(cluster, port);
    let exited = false;
    child.once('exit', () => {
      exited = true;
    });
    child.once('error', () => {
      exited = true;
    });
    const owner = await own(
      cluster,
      () => connect(port),
      () => !exited,
      deadline,
    );
    if (owner) {
      const adopted = runningServer(cluster.path)?.pid !== child.pid;
      return { owner, port, adopted, child: adopted ? null : child };
    }
    if (!exited && child.pid) await endServer(cluster, { pid: child.pid, port });
    // It gave way to another start on these files, or another program took the port in between; else it cannot start.
    if (runningServer(cluster.path)) continue;
    if ((await freePort(port)) === port) failures += 1;
    else firstPort = port + 1;
    if (failures === 2) break;
    await delay(100);
  }
  throw new Error(
    `PostgreSQL 未能启动，日志末尾如下。 PostgreSQL did not start; the end of its log:\n${lastLogLines(cluster.dataDir)}`,
  );
}

/** The connection that holds the owner's lock; null when the server is gone or the time is over. Throws when it is owned. */
async function own(
  { dataDir, path }: Cluster,
  connect: () => postgres.Sql,
  isAlive: () => boolean,
  deadline: number,
): Promise<postgres.Sql | null> {
  let patientUntil = 0;
  let refusedUntil = 0;
  while (isAlive() && Date.now() < deadline) {
    const owner = connect();
    let locked = false;
    try {
      const [row] = await owner`select pg_try_advisory_lock(${ownerLock}) as locked`;
      if (row?.locked) return owner;
      locked = true;
    } catch (error) {
      // While our own server is coming up, the port may be another cluster's; a running one of ours knows the password.
      if ((error as { code?: string }).code === '28P01' && runningServer(path)) {
        refusedUntil ||= Date.now() + passwordPatienceMs;
        if (Date.now() > refusedUntil) {
          await owner.end({ timeout: 0 });
          throw new Error(
            `数据目录 ${dataDir} 中的密码与正在运行的数据库不符。 The password in the data directory ${dataDir} is not that of the running database.`,
          );
        }
      }
    }
    await owner.end({ timeout: 0 });
    if (locked) {
      patientUntil ||= Date.now() + lockPatienceMs;
      if (Date.now() > patientUntil)
        throw new Error(
          `数据目录 ${dataDir} 正被另一个进程使用；请先停止它，或用 DATA_DIR 指定其他目录。 The data directory ${dataDir} is in use by another process; stop it first, or name another directory by DATA_DIR.`,
        );
    }
    await delay(pollMs);
  }
  return null;
}

/** Starts the server in a process group of its own: an interrupt at the terminal is for its owner, who stops it last. */
function launch({ dataDir, path, account, program, durable }: Cluster, port: number): ChildProcess {
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
  boundLog(dataDir);
  const log = openSync(logFile(dataDir), 'a', 0o600);
  const child = spawn(
    join(program.bin, 'postgres'),
    [
      '-D',
      clusterArgument(path, account),
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    { cwd: path, env: environment(program), stdio: ['ignore', log, log], detached: true, ...account },
  );
  closeSync(log);
  child.on('error', () => {});
  child.unref();
  return child;
}

const maxLogBytes = 10_000_000;
const logFile = (dataDir: string) => join(dataDir, 'postgres.log');

/** Keeps the log and the one before it, each of about 10 MB: the server appends, so it goes on in the emptied file. */
function boundLog(dataDir: string): void {
  const file = logFile(dataDir);
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) <= maxLogBytes) return;
  copyFileSync(file, join(dataDir, 'postgres.previous.log'));
  truncateSync(file);
}

const lastLogLines = (dataDir: string): string =>
  existsSync(logFile(dataDir))
    ? readFileSync(logFile(dataDir), 'utf8').trim().split('\n').slice(-8).join('\n')
    : '';

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

/** Ends the server: connections are cut and everything is written; after 15 s it is told to end at once. */
async function endServer({ path, program }: Cluster, { pid, port }: RunningServer): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    if (!isServerOf(path, pid, port)) return;
    signalServer(program, pid, signal);
    const deadline = Date.now() + stopTimeoutMs;
    while (Date.now() < deadline) {
      if (!isServerOf(path, pid, port)) return;
      await delay(20);
    }
  }
  throw new Error(`PostgreSQL (pid ${pid}) 未能停止。 PostgreSQL (pid ${pid}) did not stop.`);
}

const isRunning = (child: ChildProcess) => child.exitCode === null && child.signalCode === null;

/** A child that has ended is in the list of processes until its parent has taken note. */
async function reaped(child: ChildProcess): Promise<void> {
  if (!isRunning(child)) return;
  child.ref();
  await once(child, 'exit');
}
