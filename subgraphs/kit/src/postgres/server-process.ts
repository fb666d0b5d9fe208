// The process of the embedded PostgreSQL server: its settings, port and log, how it is launched and stopped.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, copyFileSync, existsSync, openSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Cluster, clusterArgument, isServerOf, type RunningServer, signalServer } from './cluster.ts';
import { environment } from './program.ts';

/** The system takes ports above it for outgoing connections. */
const lastPort = 32_767;
const stopTimeoutMs = 15_000;
const maxLogBytes = 10_000_000;

/** Launches the server in a process group of its own: an interrupt at the terminal is for its owner, which stops it last. */
export function launchServer(
  { dataDir, path, account, program, durable }: Cluster,
  port: number,
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
  truncateLog(dataDir);
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

/** Stops the server: connections are closed and everything is written. After 15 s it is stopped in immediate mode. */
export async function stopServer({ path, program }: Cluster, { pid, port }: RunningServer): Promise<void> {
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

export const hasExited = (child: ChildProcess): boolean =>
  child.exitCode !== null || child.signalCode !== null;

/** Waits until the exit of the child is noticed: until then it stays in the list of processes. */
export async function reaped(child: ChildProcess): Promise<void> {
  if (hasExited(child)) return;
  child.ref();
  await once(child, 'exit');
}

export async function freePort(first: number): Promise<number> {
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

const logFile = (dataDir: string) => join(dataDir, 'postgres.log');

/** Keeps the log and the previous one, each of about 10 MB. The server appends, and therefore continues in the truncated file. */
export function truncateLog(dataDir: string): void {
  const file = logFile(dataDir);
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) <= maxLogBytes) return;
  copyFileSync(file, join(dataDir, 'postgres.previous.log'));
  truncateSync(file);
}

export const lastLogLines = (dataDir: string): string =>
  existsSync(logFile(dataDir))
    ? readFileSync(logFile(dataDir), 'utf8').trim().split('\n').slice(-8).join('\n')
    : '';
