// Ownership of the embedded server: the owner holds an advisory lock for as long as it lives. A server without an owner is adopted.
import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import type postgres from 'postgres';
import { type Cluster, clearStalePidFile, isServerOf, runningServer } from './cluster.ts';
import { freePort, lastLogLines, launchServer, stopServer } from './server-process.ts';

/** After a crash PostgreSQL replays up to max_wal_size before it accepts connections. */
const startTimeoutMs = 180_000;
/** A server notices within moments that the connection of its killed owner is closed. */
const lockPatienceMs = 1000;
/** If the port belongs to another cluster, our own server has exited well before. */
const passwordPatienceMs = 5000;
const pollMs = 50;
/** The advisory lock that the owner of the server holds for as long as it lives. */
const ownerLock = 7_305_105_410;

type Connect = (port: number) => postgres.Sql;

interface AcquiredServer {
  /** The connection that holds the owner's lock. */
  owner: postgres.Sql;
  port: number;
  adopted: boolean;
  /** Null if the server is a child of another process. */
  child: ChildProcess | null;
}

export async function tryOwnerLock(sql: postgres.Sql): Promise<boolean> {
  const [row] = await sql`select pg_try_advisory_lock(${ownerLock}) as locked`;
  return row?.locked === true;
}

/** Connects to the running server or launches one, until the owner's lock of the cluster's server is acquired. */
export async function acquireServer(
  cluster: Cluster,
  wantedPort: number,
  connect: Connect,
): Promise<AcquiredServer> {
  const deadline = Date.now() + startTimeoutMs;
  let firstPort = wantedPort;
  let failures = 0;
  while (Date.now() < deadline) {
    if (runningServer(cluster.path)) {
      const adopted = await adoptServer(cluster, connect, deadline);
      if (adopted) return adopted;
      // It has exited meanwhile: its owner was stopping it.
      continue;
    }
    clearStalePidFile(cluster.path);
    const port = await freePort(firstPort);
    const launched = await launchAndAcquire(cluster, port, connect, deadline);
    if (launched) return launched;
    // Another process has started a server on these files, or another program has taken the port; otherwise it cannot start.
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

async function adoptServer(
  cluster: Cluster,
  connect: Connect,
  deadline: number,
): Promise<AcquiredServer | null> {
  const running = runningServer(cluster.path);
  if (!running) return null;
  const { pid, port } = running;
  const isAlive = () => isServerOf(cluster.path, pid, port);
  const owner = await acquireLock(cluster, () => connect(port), isAlive, deadline);
  return owner && { owner, port, adopted: true, child: null };
}

async function launchAndAcquire(
  cluster: Cluster,
  port: number,
  connect: Connect,
  deadline: number,
): Promise<AcquiredServer | null> {
  const child = launchServer(cluster, port);
  let exited = false;
  const onExit = () => {
    exited = true;
  };
  child.once('exit', onExit).once('error', onExit);
  const isAlive = () => !exited;
  const owner = await acquireLock(cluster, () => connect(port), isAlive, deadline);
  if (owner) {
    const adopted = runningServer(cluster.path)?.pid !== child.pid;
    return { owner, port, adopted, child: adopted ? null : child };
  }
  if (!exited && child.pid) await stopServer(cluster, { pid: child.pid, port });
  return null;
}

/** The connection that holds the owner's lock; null if the server has exited or the time is over. Throws if another process holds the lock. */
async function acquireLock(
  { dataDir, path }: Cluster,
  connect: () => postgres.Sql,
  isAlive: () => boolean,
  deadline: number,
): Promise<postgres.Sql | null> {
  let lockedUntil = 0;
  let refusedUntil = 0;
  while (isAlive() && Date.now() < deadline) {
    const owner = connect();
    let isLocked = false;
    try {
      if (await tryOwnerLock(owner)) return owner;
      isLocked = true;
    } catch (error) {
      // While our own server is starting, the port may belong to another cluster; a running server of ours knows the password.
      if ((error as { code?: string }).code === '28P01' && runningServer(path)) {
        refusedUntil ||= Date.now() + passwordPatienceMs;
        if (Date.now() > refusedUntil) {
          await owner.end({ timeout: 0 });
          throw wrongPassword(dataDir);
        }
      }
    }
    await owner.end({ timeout: 0 });
    if (isLocked) {
      lockedUntil ||= Date.now() + lockPatienceMs;
      if (Date.now() > lockedUntil) throw inUse(dataDir);
    }
    await delay(pollMs);
  }
  return null;
}

const wrongPassword = (dataDir: string) =>
  new Error(
    `数据目录 ${dataDir} 中的密码与正在运行的数据库不符。 The password in the data directory ${dataDir} is not that of the running database.`,
  );

const inUse = (dataDir: string) =>
  new Error(
    `数据目录 ${dataDir} 正被另一个进程使用；请先停止它，或用 DATA_DIR 指定其他目录。 The data directory ${dataDir} is in use by another process: stop that process first, or set DATA_DIR to another directory.`,
  );
