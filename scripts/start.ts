// npm start: database, tables and data, subgraphs, gateway; then one line "ready". An interrupt ends all in reverse.
import { createServer } from 'node:net';
import { listedSubgraphs, variablePrefix } from '@district-graph/schema/registry';
import { type Databases, databaseVariable, openDatabases } from './databases.ts';
import { prepareRooms } from './prepare.ts';
import { Service, waitReady } from './processes.ts';

const readyTimeoutMs = 60_000;

const gatewayPort = Number(process.env.PORT || 4000);
const portOf = ({ name, port }: { name: string; port: number }) =>
  Number(process.env[`${variablePrefix(name)}_PORT`] || port);

let services: Service[] = [];
let gateway: Service | null = null;
let databases: Databases | null = null;
let stopping: Promise<void> | null = null;

async function stopAll(): Promise<void> {
  await gateway?.stop();
  await Promise.all(services.map((service) => service.stop()));
  await databases?.close();
}

function interrupt(): void {
  if (stopping) return;
  process.stderr.write('正在停止… Stopping…\n');
  stopping = stopAll();
  stopping.then(
    () => process.exit(0),
    (error: Error) => {
      process.stderr.write(`${error.message}\n`);
      process.exit(1);
    },
  );
}
process.on('SIGINT', interrupt);
process.on('SIGTERM', interrupt);

/** Every port that is taken or no port, in one error, before anything is started. */
async function checkPorts(): Promise<void> {
  const wanted = [
    { name: 'gateway', port: gatewayPort, variable: 'PORT' },
    ...listedSubgraphs.map((subgraph) => ({
      name: subgraph.name,
      port: portOf(subgraph),
      variable: `${variablePrefix(subgraph.name)}_PORT`,
    })),
  ];
  const faults: string[] = [];
  for (const { name, port, variable } of wanted) {
    if (!Number.isInteger(port) || port < 1 || port > 65_535) {
      faults.push(`${variable} 应为 1 到 65535 的整数。 Expected a whole number, 1 to 65535.`);
      continue;
    }
    const free = await new Promise<boolean>((resolve) => {
      const probe = createServer().once('error', () => resolve(false));
      probe.listen(port, process.env.HOST || '127.0.0.1', () => probe.close(() => resolve(true)));
    });
    if (!free)
      faults.push(
        `${name} 的端口 ${port} 已被占用；请用 ${variable} 另行指定。 Port ${port} is taken; set ${variable}.`,
      );
  }
  if (faults.length) throw new Error(faults.join('\n'));
}

async function start(): Promise<void> {
  await checkPorts();
  databases = await openDatabases();
  if (stopping) return;
  await prepareRooms(databases, databases.embedded);
  if (stopping) return;
  const { urls, embedded } = databases;
  services = listedSubgraphs.map(
    (subgraph) =>
      new Service({
        name: subgraph.name,
        command: [`subgraphs/${subgraph.name}/src/subgraph.ts`],
        env: {
          ...databaseVariable(subgraph.name, urls[subgraph.name] ?? ''),
          [`${variablePrefix(subgraph.name)}_PORT`]: String(portOf(subgraph)),
        },
      }),
  );
  if (embedded.includes('security')) {
    // Made-up devices have nobody who sends their heartbeats.
    services.push(
      new Service({
        name: 'heartbeats',
        command: ['subgraphs/security/src/seed/heartbeats.ts'],
        env: databaseVariable('security', urls.security ?? ''),
      }),
    );
  }
  const addresses = Object.fromEntries(
    listedSubgraphs.map((subgraph) => [
      `${variablePrefix(subgraph.name)}_URL`,
      `http://127.0.0.1:${portOf(subgraph)}/graphql`,
    ]),
  );
  gateway = new Service({
    name: 'gateway',
    command: ['gateway/src/main.ts'],
    env: { ...addresses, PORT: String(gatewayPort), APOLLO_TELEMETRY_DISABLED: '1' },
  });
  const urlsToWaitFor = [gatewayPort, ...listedSubgraphs.map(portOf)].map(
    (port) => `http://127.0.0.1:${port}/health/ready`,
  );
  await Promise.all(urlsToWaitFor.map((url) => waitReady(url, readyTimeoutMs)));
  if (!stopping) process.stdout.write(welcome());
}

function welcome(): string {
  const base = `http://127.0.0.1:${gatewayPort}`;
  const query =
    '{ division(code: \\"410105\\") { name elderlyCare { homeCareRecipients } security { cameras } } }';
  return [
    '',
    `图 graph            ${base}/graphql`,
    `查询页 playground   ${base}/playground/`,
    ...listedSubgraphs.map(
      (subgraph) => `${subgraph.name.padEnd(19)} http://127.0.0.1:${portOf(subgraph)}/graphql`,
    ),
    '',
    '试一试 try:',
    `curl ${base}/graphql -H 'content-type: application/json' -d '{"query":"${query}"}'`,
    '',
    'ready',
    '',
  ].join('\n');
}

try {
  await start();
} catch (error) {
  if (!stopping) {
    process.stderr.write(`${(error as Error).message}\n`);
    await stopAll().catch(() => {});
    process.exit(1);
  }
}
