// The embedded PostgreSQL server: one cluster in a data directory, owned by one process at a time.
import type { ChildProcess } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import postgres from 'postgres';
import { type Cluster, clearStalePidFile, ensureCluster, runningServer, superuser } from './cluster.ts';
import { acquireServer, tryOwnerLock } from './ownership.ts';
import { accountFor, programFor } from './program.ts';
import { hasExited, launchServer, reaped, stopServer, truncateLog } from './server-process.ts';

export interface PostgresServerOptions {
  /** The directory of the cluster (`postgres/`), the password and the log. Created if it does not exist. */
  dataDir: string;
  /** The first port to try; the server takes the next free one below 32768. */
  port?: number;
  /** False for tests: nothing is synced to disk, and a power failure may lose everything. */
  durable?: boolean;
}

export interface PostgresServer {
  port: number;
  /** True if the server was found running without an owner. */
  adopted: boolean;
  databaseUrl: (database: string) => string;
  /** Creates the database unless it exists. Its name: lower-case letters, digits and underscores. */
  ensureDatabase: (database: string) => Promise<void>;
  /** Stops the server and waits until it has exited. */
  stop: () => Promise<void>;
}

const defaultPort = 15_432;
const stopTimeoutMs = 15_000;
const relaunchPauseMs = 2000;
const pollMs = 50;
const logCheckMs = 60_000;

/** Starts the server of the data directory, or adopts one whose owner was killed. Throws if another process owns it. */
export async function startPostgresServer({
  dataDir,
  port = defaultPort,
  durable = true,
}: PostgresServerOptions): Promise<PostgresServer> {
  const directory = resolve(dataDir);
  mkdirSync(directory, { recursive: true });
  const path = join(directory, 'postgres');
  const account = accountFor(path);
  const cluster: Cluster = {
    dataDir: directory,
    path,
    account,
    program: await programFor(account),
    durable,
  };
  const password = await ensureCluster(cluster);
  return OwnedServer.start(cluster, password, port);
}

/** A server that this process owns for as long as it runs: after a crash the server and the owner's lock are restored. */
class OwnedServer implements PostgresServer {
  readonly port: number;
  readonly adopted: boolean;
  #cluster: Cluster;
  #password: string;
  #owner: postgres.Sql;
  /** Null while the server is a child of another process. */
  #child: ChildProcess | null;
  #isOwned = true;
  #stopping = new AbortController();
  #recovery: Promise<void> | null = null;
  #stopped: Promise<void> | null = null;
  #logTimer: NodeJS.Timeout;

  static async start(cluster: Cluster, password: string, firstPort: number): Promise<OwnedServer> {
    let server: OwnedServer | null = null;
    const connect = (port: number) =>
      connectOwner(port, password, () => {
        if (server) server.#recover();
      });
    const { owner, port, adopted, child } = await acquireServer(cluster, firstPort, connect);
    server = new OwnedServer(cluster, password, { owner, port, adopted, child });
    return server;
  }

  private constructor(
    cluster: Cluster,
    password: string,
    { owner, port, adopted, child }: Awaited<ReturnType<typeof acquireServer>>,
  ) {
    this.#cluster = cluster;
    this.#password = password;
    this.#owner = owner;
    this.port = port;
    this.adopted = adopted;
    this.#child = child;
    this.#logTimer = setInterval(() => truncateLog(cluster.dataDir), logCheckMs).unref();
  }

  databaseUrl(database: string): string {
    return `postgres://${superuser}:${this.#password}@127.0.0.1:${this.port}/${database}`;
  }

  async ensureDatabase(database: string): Promise<void> {
    if (!/^[a-z][a-z0-9_]{0,62}$/.test(database))
      throw new Error(`invalid database name ${JSON.stringify(database)}; expected a-z, 0-9 and _`);
    if ((await this.#owner`select from pg_database where datname = ${database}`).length > 0) return;
    await this.#owner.unsafe(`create database "${database}" template template0 encoding 'UTF8' locale 'C'`);
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  /** A crash closes the owner's connection, and with it releases the lock, or ends the whole server. */
  #recover(): void {
    if (this.#stopping.signal.aborted) return;
    this.#recovery ??= this.#restoreOwnership().finally(() => {
      this.#recovery = null;
    });
  }

  async #restoreOwnership(): Promise<void> {
    const { signal } = this.#stopping;
    const { path } = this.#cluster;
    this.#isOwned = false;
    let launchAfter = 0;
    while (!signal.aborted) {
      try {
        if (Date.now() > launchAfter && !runningServer(path)) {
          clearStalePidFile(path);
          this.#child = launchServer(this.#cluster, this.port);
          launchAfter = Date.now() + relaunchPauseMs;
        }
        await delay(pollMs, undefined, { signal });
        this.#isOwned = await tryOwnerLock(this.#owner);
        if (this.#isOwned) return;
      } catch {
        // The server is not up yet.
      }
    }
  }

  async #stop(): Promise<void> {
    const { signal } = this.#stopping;
    if (this.#recovery) await Promise.race([this.#recovery, delay(stopTimeoutMs, undefined, { signal })]);
    this.#stopping.abort();
    clearInterval(this.#logTimer);
    const running = runningServer(this.#cluster.path) ?? this.#launchedServer();
    // The lock is kept until the server has exited: no other process adopts a server that is shutting down.
    if (running && (this.#isOwned || running.pid === this.#child?.pid)) {
      await stopServer(this.#cluster, running);
      if (this.#child?.pid === running.pid) await reaped(this.#child);
    }
    await this.#owner.end({ timeout: 0 });
    await this.#recovery;
  }

  /** A server that was just launched may not have written its pid file yet. */
  #launchedServer() {
    const child = this.#child;
    return child?.pid && !hasExited(child) ? { pid: child.pid, port: this.port } : null;
  }
}

const connectOwner = (port: number, password: string, onclose: () => void): postgres.Sql =>
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
    onclose,
  });
