// npm start: starts the databases, migrates and seeds them, starts the subgraphs and the gateway, then prints "ready". An interrupt
// stops everything in reverse order.
import { once } from 'node:events';
import { fetchSettings } from '@district-graph/gateway/config/fetching';
import { addressSettings } from '@district-graph/gateway/config/supergraph';
import { Environment } from '@district-graph/kit/config/environment';
import { identitySettings } from '@district-graph/kit/config/identity';
import { isProduction } from '@district-graph/kit/config/run-mode';
import { buildPortalIfChanged } from '@district-graph/portal/build/build-if-changed';
import { variablePrefix } from '@district-graph/schema/registry';
import { readArguments } from './command-line/arguments.ts';
import { reportError } from './command-line/report-error.ts';
import { apiKeySettings } from './credentials/api-key-file.ts';
import { developmentKeySetting, openDevelopmentIssuer } from './credentials/development-issuer.ts';
import { keysOf, viewerKeys } from './credentials/subgraph-keys.ts';
import { prepareSubgraphs } from './databases/migrate-and-seed.ts';
import { type Databases, databaseVariable, openDatabases } from './databases/subgraph-databases.ts';
import { gatewayCommand, Service, waitReady } from './processes/child-process.ts';
import {
  checkPorts,
  type Listener,
  readSettings,
  type Settings,
  subgraphHost,
} from './processes/start-settings.ts';
import { anchorsDir, importsDir } from './settings/data-directories.ts';
import { plansFile } from './settings/plans-file.ts';

readArguments(
  '用法 usage: npm start\n设置均为环境变量，见 docs/zh-CN/settings.md。 Settings are environment variables: see docs/settings.md.',
  {},
);

const environment = new Environment();
const readyTimeoutMs = 60_000;
const parentCheckMs = 500;

const stopping = new AbortController();
let databases: Databases | null = null;
let services: Service[] = [];
let gateway: Service | null = null;
let interrupt: NodeJS.Signals | null = null;

/** The base URL of a listener, as this machine reaches it. */
const baseOf = ({ host, port, secure }: Listener): string => {
  const reached = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `${secure ? 'https' : 'http'}://${reached.includes(':') ? `[${reached}]` : reached}:${port}`;
};

async function start(): Promise<void> {
  const { signal } = stopping;
  const settings = readSettings();
  await checkPorts(settings, signal);
  signal.throwIfAborted();
  if (settings.gateway.portal && (await buildPortalIfChanged()))
    process.stderr.write('网页已构建 pages built: portal/dist\n');
  signal.throwIfAborted();
  databases = await openDatabases();
  await prepareSubgraphs(databases, databases.embedded, signal);
  signal.throwIfAborted();
  const identity = { ...(await tokenSettings()), ...(await apiKeySettings()), ...viewerKeys() };
  startServices(settings, databases, identity);
  await Promise.all(
    [settings.gateway, ...settings.subgraphs].map((listener) =>
      waitReady(listener.name, `${baseOf(listener)}/health/ready`, readyTimeoutMs, signal),
    ),
  );
  process.stdout.write(welcome(settings, { isDevelopment: isDevelopment(identity) }));
}

/** The settings of the token issuer: that of the environment, or else the development issuer. */
const tokenSettings = async (): Promise<Record<string, string>> =>
  environment.textOf(identitySettings.jwks) ? {} : openDevelopmentIssuer();

/** Whether services accept the development issuer's tokens. */
const isDevelopment = (identity: Record<string, string>): boolean => 'TOKEN_JWKS' in identity;

function startServices(
  settings: Settings,
  { urls, keys, embedded }: Databases,
  identity: Record<string, string>,
): void {
  services = settings.subgraphs.map(
    ({ name, port, variable }) =>
      new Service({
        name,
        command: [`subgraphs/${name}/src/subgraph.ts`, 'serve'],
        env: {
          ...databaseVariable(name, urls[name] ?? ''),
          ...keysOf(name, keys),
          ...identity,
          ACCESS_ANCHORS_DIR: anchorsDir(process.env),
          IMPORTS_DIR: importsDir(process.env),
          [variable]: String(port),
          HOST: subgraphHost,
          APOLLO_TELEMETRY_DISABLED: '1',
        },
      }),
  );
  if (embedded.includes('security') && !isProduction()) {
    // Sends the heartbeats of the synthetic devices. In production there are none.
    services.push(
      new Service({
        name: 'heartbeats',
        command: ['subgraphs/security/src/seed/heartbeats.ts'],
        env: { ...databaseVariable('security', urls.security ?? ''), ...keysOf('security', keys) },
      }),
    );
  }
  // A configured URL has the host name of the certificate.
  const addresses = settings.subgraphs.map((subgraph) => {
    const prefix = `${variablePrefix(subgraph.name)}_`;
    const named = environment.textOf(addressSettings.url, prefix);
    return [`${prefix}URL`, named ?? `${baseOf(subgraph)}/graphql`];
  });
  gateway = new Service({
    name: 'gateway',
    command: gatewayCommand,
    env: {
      ...Object.fromEntries(addresses),
      ...identity,
      ...(isDevelopment(identity) && developmentKeySetting()),
      PORT: String(settings.gateway.port),
      PLANS_FILE: plansFile(process.env),
      // On one machine, sending bytes costs less than compressing them.
      SUBGRAPH_ENCODINGS: environment.textOf(fetchSettings.encodings) || 'identity',
      APOLLO_TELEMETRY_DISABLED: '1',
    },
  });
}

function welcome({ gateway, subgraphs }: Settings, { isDevelopment }: { isDevelopment: boolean }): string {
  const base = baseOf(gateway);
  const query =
    '{ division(code: \\"410105\\") { name elderlyCare { homeCareRecipients } security { cameras } } }';
  return [
    '',
    `图 graph            ${base}/graphql`,
    ...(gateway.portal ? [`网页 pages          ${base}/`] : []),
    ...(gateway.playground ? [`查询页 playground   ${base}/playground/`] : []),
    ...subgraphs.map((subgraph) => `${subgraph.name.padEnd(19)} ${baseOf(subgraph)}/graphql`),
    ...(isDevelopment
      ? ['', '令牌 token           npm run -s token -- --role care-worker --division 410105']
      : []),
    '',
    '试一试 try:',
    `curl ${base}/graphql -H 'content-type: application/json' -d '{"query":"${query}"}'`,
    '',
    'ready',
    '',
  ].join('\n');
}

async function stopAll(): Promise<void> {
  // After an interrupt at the terminal there is no load balancer to wait for.
  await gateway?.stop(interrupt === 'SIGTERM' ? 'SIGTERM' : 'SIGINT');
  // The gateway, their only client, is stopped.
  await Promise.all(services.map((service) => service.stop('SIGINT')));
  await databases?.close();
}

// Further interrupts are ignored: the database always gets the time to write its data.
function stop(signal: NodeJS.Signals | null): void {
  if (stopping.signal.aborted) return;
  interrupt = signal;
  process.stderr.write('正在停止… Stopping…\n');
  stopping.abort();
}
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stop(name));
// A supervisor's signal to npm stops only npm and its shell; this process then notices that its parent is gone.
if (process.env.npm_lifecycle_event) {
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && stop(null), parentCheckMs).unref();
}
// A closed terminal must not prevent the services from being stopped.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

let exitCode = 0;
function fail(error: unknown): void {
  exitCode = 1;
  reportError(error);
}
try {
  await start();
  if (!stopping.signal.aborted) await once(stopping.signal, 'abort');
} catch (error) {
  if (!stopping.signal.aborted) fail(error);
}
await stopAll().catch(fail);
process.exit(exitCode);
