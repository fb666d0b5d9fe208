// The gateways that the benchmark compares: installs each into its own folder, and defines the command that starts it.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { variablePrefix } from '@district-graph/schema/registry';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { gatewayCommand, root } from '../../processes/child-process.ts';
import { versionOf } from '../gateways/apollo.ts';
import { type Command, node } from '../processes/child-processes.ts';
import type { Options } from './options.ts';
import type { Suite } from './workloads.ts';

export const benchFolder = join(root, '.data', 'bench-peers');

export interface Start {
  suite: Suite;
  /** The folder with the files of this suite, including supergraph.graphql. */
  folder: string;
  port: number;
  /** Whether it answers `x-query-plan: on` with the time that planning took, if it can. */
  explains: boolean;
}

export interface Peer {
  name: string;
  /** Its description in the report. */
  title: string;
  command: (start: Start) => Pick<Command, 'command' | 'env' | 'cwd'>;
  /**
   * The authorizations that it accepts, if it verifies them. It then signs its requests to subgraphs instead of forwarding the
   * authorization, and limits the rate of each viewer.
   */
  authorizations?: readonly string[];
}

const nodeFlags = ['--max-semi-space-size=64'] as const;

export const supergraphFile = ({ folder }: Start): string => join(folder, 'supergraph.graphql');

/** Installs the gateways of the options; reports those that cannot be installed. */
export async function preparePeers(options: Options, report: (line: string) => void): Promise<Peer[]> {
  const makers: [string, () => Promise<Peer>][] = [
    ['ours', async () => ours],
    ['ours-secured', oursSecured],
    ['stock', async () => stock()],
    ['drop-in', async () => dropIn('drop-in', false)],
    ['drop-in-text', async () => dropIn('drop-in-text', true)],
    ['hive', hive],
    ['hive-router', async () => hiveRouter()],
    ['grafbase', grafbase],
    ['floor', async () => floor],
    ...[...options.extra].map(([name, command]): [string, () => Promise<Peer>] => [
      name,
      async () => extra(name, command),
    ]),
  ];
  const unknown = options.gateways.find((name) => !makers.some(([known]) => known === name));
  if (unknown) throw new Error(`no gateway ${unknown}; there are ${makers.map(([name]) => name).join(', ')}`);
  const peers: Peer[] = [];
  for (const [name, make] of makers) {
    if (options.gateways.length && !options.gateways.includes(name)) continue;
    try {
      peers.push(await make());
    } catch (error) {
      report(`${name}: skipped, ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return peers;
}

const ourCommand = (start: Start, env: Record<string, string>): Pick<Command, 'command' | 'env'> => ({
  command: [node, ...gatewayCommand],
  env: {
    SUPERGRAPH: supergraphFile(start),
    PORT: String(start.port),
    // The URLs of the supergraph are used, not those of the environment.
    ...Object.fromEntries(start.suite.subgraphs.map(({ name }) => [`${variablePrefix(name)}_URL`, ''])),
    ...env,
  },
});

/** Without limits: one address sends requests as fast as it can, and the cost of these graphs is estimated too high. */
const ours: Peer = {
  name: 'ours',
  title: 'ours without limits per viewer, without a limit of cost, without tokens',
  command: (start) =>
    ourCommand(start, {
      VIEWER_RATE: '0',
      VIEWER_MAX_CONCURRENT_OPERATIONS: '0',
      VIEWER_MAX_CALLS: '0',
      MAX_COST: '0',
      // Without tokens, nobody has the scope that plans need in production.
      ...(start.explains && { NODE_ENV: 'development' }),
    }),
};

const securedViewers = 1000;

/** As npm start runs it: default limits, tokens verified, requests to subgraphs signed. Only the cost limit is raised. */
async function oursSecured(): Promise<Peer> {
  const [issuer, audience, kid, alg] = ['https://bench.invalid', 'district-graph', 'bench', 'EdDSA'];
  const { privateKey, publicKey } = await generateKeyPair(alg);
  const folder = join(benchFolder, 'ours-secured');
  mkdirSync(folder, { recursive: true });
  const jwks = join(folder, 'jwks.json');
  writeFileSync(jwks, JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid, alg, use: 'sig' }] }));
  const authorizations = await Promise.all(
    Array.from({ length: securedViewers }, async (_, viewer) => {
      // The scope lets them ask how long planning took.
      const token = new SignJWT({ roles: [], divisions: ['410100'], scope: 'operation:explain' })
        .setProtectedHeader({ alg, kid })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(`bench-${viewer}`)
        .setIssuedAt()
        .setExpirationTime('12h');
      return `Bearer ${await token.sign(privateKey)}`;
    }),
  );
  const secured = {
    TOKEN_JWKS: jwks,
    TOKEN_ISSUER: issuer,
    TOKEN_AUDIENCE: audience,
    VIEWER_KEYS: `bench:${randomBytes(32).toString('base64url')}`,
    // These graphs have no @listSize: the assumed sizes would exceed the limit.
    MAX_COST: '1000000000',
  };
  return {
    name: 'ours-secured',
    title: `ours as npm start runs it, with ${securedViewers} viewers: tokens verified, requests signed, rates, concurrency and cost counted`,
    command: (start) => ourCommand(start, secured),
    authorizations,
  };
}

const stock = (): Peer => ({
  name: 'stock',
  title: `@apollo/gateway ${versionOf('@apollo/gateway')}, @apollo/server ${versionOf('@apollo/server')}`,
  command: (start) => ({
    command: [node, ...nodeFlags, 'scripts/bench/gateways/stock-gateway.ts'],
    env: { SUPERGRAPH: supergraphFile(start), PORT: String(start.port) },
  }),
});

/** The program of stock with another import. */
const dropIn = (name: string, copiesText: boolean): Peer => ({
  name,
  title: `the program of stock, with ours in place of @apollo/gateway${copiesText ? ' and with stringifyResult' : ''}`,
  command: (start) => ({
    command: [node, ...nodeFlags, 'scripts/bench/gateways/drop-in-gateway.ts'],
    env: {
      SUPERGRAPH: supergraphFile(start),
      PORT: String(start.port),
      COPIES_TEXT: copiesText ? '1' : '0',
    },
  }),
});

/** Reads the fetches from the suite's folder. */
const floor: Peer = {
  name: 'floor',
  title: 'floor',
  command: ({ folder, port }) => ({
    command: [node, ...nodeFlags, 'scripts/bench/gateways/floor-gateway.ts'],
    env: { FLOOR_PLAN: floorPlanFile(folder), PORT: String(port) },
  }),
};

export const floorPlanFile = (folder: string): string => join(folder, 'floor.json');

const extra = (name: string, command: string): Peer => ({
  name,
  title: name,
  command: (start) => ({
    command: [
      '/bin/sh',
      '-c',
      `exec ${command.replaceAll('{supergraph}', supergraphFile(start)).replaceAll('{port}', String(start.port))}`,
    ],
    cwd: start.folder,
  }),
});

const hiveVersions = { '@graphql-hive/gateway': '2.15.1', '@graphql-hive/router-runtime': '1.4.23' };

async function hive(): Promise<Peer> {
  const folder = await install('hive', {
    dependencies: hiveVersions,
    // The newest versions are incompatible with this gateway.
    overrides: { '@graphql-tools/batch-execute': '10.2.0', '@graphql-tools/delegate': '12.2.1' },
  });
  const config = join(folder, 'gateway.config.mjs');
  writeFileSync(
    config,
    [
      "import { defineConfig } from '@graphql-hive/gateway';",
      "import { unifiedGraphHandler } from '@graphql-hive/router-runtime';",
      'export const gatewayConfig = defineConfig({',
      '  unifiedGraphHandler,',
      '  inboundInflightRequestDeduplication: true,',
      "  logging: 'error',",
      '  propagateHeaders: {',
      "    fromClientToSubgraphs: ({ request }) => ({ authorization: request.headers.get('authorization') ?? undefined }),",
      '  },',
      '});',
      '',
    ].join('\n'),
  );
  return {
    name: 'hive',
    title: `Hive Gateway ${hiveVersions['@graphql-hive/gateway']} with its Rust planner (router-runtime ${hiveVersions['@graphql-hive/router-runtime']})`,
    command: (start) => ({
      command: [
        node,
        ...nodeFlags,
        'node_modules/@graphql-hive/gateway/dist/bin.js',
        'supergraph',
        ...['-c', config, '-h', '127.0.0.1', '-p', String(start.port)],
        supergraphFile(start),
      ],
      cwd: folder,
    }),
  };
}

/** It has no npm build. */
function hiveRouter(): Peer {
  const binary = process.env.HIVE_ROUTER;
  if (!binary)
    throw new Error('HIVE_ROUTER does not name its program, built from source with `cargo build --release`');
  return {
    name: 'hive-router',
    title: 'Hive Router, built from source',
    command: (start) => {
      const config = {
        supergraph: { source: 'file', path: supergraphFile(start) },
        http: { host: '127.0.0.1', port: start.port },
        log: { level: 'error' },
        headers: { all: { request: [{ propagate: { named: 'authorization' } }] } },
      };
      const file = join(start.folder, 'hive-router.json');
      writeFileSync(file, JSON.stringify(config));
      return { command: [binary], env: { ROUTER_CONFIG_FILE_PATH: file }, cwd: start.folder };
    },
  };
}

const grafbaseVersion = '0.103.0';

async function grafbase(): Promise<Peer> {
  const machine = { x64: 'x86_64', arm64: 'aarch64' }[process.arch as string];
  const system = { linux: 'unknown-linux-musl', darwin: 'apple-darwin' }[process.platform as string];
  if (!machine || !system) throw new Error(`no build for ${process.platform} on ${process.arch}`);
  const name = `@grafbase/cli-${machine}-${system}`;
  const folder = await install('grafbase', { dependencies: { [name]: grafbaseVersion } });
  const binary = join(folder, 'node_modules', name, 'grafbase');
  return {
    name: 'grafbase',
    title: `Grafbase ${grafbaseVersion} (the development server of its npm build)`,
    command: (start) => ({
      command: [
        binary,
        'dev',
        ...['-c', grafbaseConfig(start), '--listen-address', `127.0.0.1:${start.port}`],
      ],
      cwd: start.folder,
      // It unpacks files into the home directory.
      env: { HOME: folder },
    }),
  };
}

/** Grafbase composes the supergraph itself, from the subgraphs' SDL. */
function grafbaseConfig({ suite, folder }: Start): string {
  const lines = [
    '[graph]',
    'path = "/graphql"',
    '',
    '[[headers]]',
    'rule = "forward"',
    'name = "authorization"',
  ];
  for (const { name, url, sdl } of suite.subgraphs) {
    const sdlFile = join(folder, `${name}.graphql`);
    writeFileSync(sdlFile, sdl);
    lines.push(
      '',
      `[subgraphs.${name}]`,
      `url = ${JSON.stringify(url)}`,
      `schema_path = ${JSON.stringify(sdlFile)}`,
    );
  }
  const file = join(folder, 'grafbase.toml');
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

/** Installs packages into their own folder, unless they are installed; returns the folder. */
async function install(name: string, wanted: { dependencies: object; overrides?: object }): Promise<string> {
  const folder = join(benchFolder, name);
  const manifest = `${JSON.stringify({ name: `bench-peer-${name}`, private: true, ...wanted }, null, 2)}\n`;
  const manifestFile = join(folder, 'package.json');
  const doneFile = join(folder, 'installed.json');
  if (existsSync(doneFile) && readFileSync(doneFile, 'utf8') === manifest) return folder;
  mkdirSync(folder, { recursive: true });
  writeFileSync(manifestFile, manifest);
  process.stderr.write(`${name}: 首次安装到 ${folder}。 Installing it there for the first time.\n`);
  // Without the npm_ variables of this process, which would make npm install into this project.
  const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^npm_/i.test(key)));
  const output = await new Promise<string>((resolve) => {
    let text = '';
    const child = spawn(
      'npm',
      ['install', '--ignore-scripts', '--no-package-lock', '--no-audit', '--no-fund'],
      {
        cwd: folder,
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        text += chunk;
      });
    }
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code) => resolve(code === 0 ? '' : text || `npm ended with ${code}`));
  });
  if (output) throw new Error(`npm could not install it: ${output.trim().split('\n').slice(-3).join(' / ')}`);
  writeFileSync(doneFile, manifest);
  return folder;
}
