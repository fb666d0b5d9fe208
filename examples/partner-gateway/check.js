// Checks the example against a running District Graph: cross-subgraph answers, a wrong key, a subgraph that is down; under both gateways.
// Needs DISTRICT_GRAPH_KEY: a sandbox key with the scopes incident:read and vehicle:locate.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const folder = mkdtempSync(join(tmpdir(), 'partner-gateway-'));
const cwd = fileURLToPath(new URL('.', import.meta.url));
const port = Number(process.env.PORT ?? 4100);
const clinicsPort = Number(process.env.CLINICS_PORT ?? 4101);
const startTimeoutMs = 120_000;
/** Nothing listens on this port. */
const deadUrl = 'http://127.0.0.1:9/graphql';

const gateways = {
  apollo: ['apollo-gateway.js'],
  hive: ['node_modules/.bin/hive-gateway', 'supergraph'],
};

const environment = (changes) => ({
  ...process.env,
  NODE_OPTIONS: `--import ${new URL('loopback-only.js', import.meta.url)}`,
  NODE_ENV: 'production',
  PORT: String(port),
  ...changes,
});

async function ask(url, query, headers = {}) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
  return response.json();
}

/** Starts a program, and calls `use` once it answers. */
async function running(command, url, changes, use) {
  const program = spawn(process.execPath, command, { cwd, env: environment(changes) });
  let output = '';
  for (const stream of [program.stdout, program.stderr])
    stream.on('data', (text) => {
      output += text;
    });
  const ended = once(program, 'exit').then(() => {
    throw new Error(`${command.join(' ')} has ended:\n${output}`);
  });
  ended.catch(() => {});
  const isReady = async () => {
    const endMs = Date.now() + startTimeoutMs;
    while (!(await ask(url, '{ __typename }').catch(() => null))?.data) {
      if (Date.now() > endMs) throw new Error(`${command.join(' ')} does not answer:\n${output}`);
      await delay(100);
    }
  };
  try {
    await Promise.race([isReady(), ended]);
    await Promise.race([use(), ended]);
  } finally {
    program.kill();
    if (program.exitCode === null && program.signalCode === null) await once(program, 'exit');
  }
}

function compose(composer, supergraph, changes = {}) {
  const { status, stderr } = spawnSync(process.execPath, ['compose.js', composer], {
    cwd,
    env: environment({ SUPERGRAPH: supergraph, ...changes }),
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
}

const crossing = `{
  clinics { name division { code security { cameras } sanitation { vehiclesOnDuty } } }
  incidents(within: "410105", first: 20) {
    nodes {
      id
      description
      division { code clinics { name } }
      supportVehicles(withinMetres: 50000, first: 1) { distanceMetres vehicle { id } }
    }
  }
}`;

/** Of our subgraphs and the partner's, each in its place. */
function checkCrossing({ data, errors }) {
  assert.equal(errors, undefined, JSON.stringify(errors));
  assert.equal(data.clinics.length, 2);
  for (const { division } of data.clinics) {
    assert.ok(division.security.cameras > 0);
    assert.ok(division.sanitation.vehiclesOnDuty > 0);
  }
  const { nodes } = data.incidents;
  assert.ok(nodes.length > 0);
  for (const { division } of nodes) assert.ok(division.code.startsWith('410105'));
  // The fields of one of our subgraphs that require those of another.
  assert.ok(nodes.some(({ supportVehicles }) => supportVehicles?.[0]?.vehicle.id));
}

const divisions = '{ clinics { name division { security { cameras } sanitation { vehiclesOnDuty } } } }';
const codesOf = (errors) => errors.map(({ extensions }) => extensions?.code);

async function check(gateway) {
  const supergraph = join(folder, `${gateway}.graphql`);
  const url = `http://127.0.0.1:${port}/graphql`;
  const start = (changes, use) =>
    running(gateways[gateway], url, { SUPERGRAPH: supergraph, ...changes }, use);

  compose(gateway, supergraph);
  await start({}, async () => {
    checkCrossing(await ask(url, crossing));
    // A purpose of the partner's client reaches us; the key has none.
    const { errors } = await ask(url, '{ incidents(within: "410105") { totalCount } }', {
      'x-purpose': 'CARE',
    });
    assert.ok(errors?.length, 'a purpose that the key does not have is refused');
  });
  process.stdout.write(`${gateway}: answers across subgraphs\n`);

  await start({ DISTRICT_GRAPH_KEY: `sandbox_${'0'.repeat(16)}.${'A'.repeat(43)}` }, async () => {
    const { data, errors } = await ask(url, divisions);
    assert.equal(data.clinics[0].division.security, null);
    assert.equal(data.clinics.length, 2);
    assert.ok(codesOf(errors).includes('UNAUTHENTICATED'), JSON.stringify(errors));
  });
  process.stdout.write(`${gateway}: a wrong key costs only what needs it\n`);

  compose(gateway, supergraph, { SANITATION_URL: deadUrl });
  await start({}, async () => {
    const { data, errors } = await ask(url, divisions);
    assert.ok(errors.length > 0);
    for (const { division } of data.clinics) {
      assert.equal(division.sanitation, null);
      assert.ok(division.security.cameras > 0);
    }
  });
  process.stdout.write(`${gateway}: a subgraph that is down costs only its own fields\n`);
}

try {
  await running(['clinics.js'], `http://127.0.0.1:${clinicsPort}/graphql`, {}, async () => {
    for (const gateway of Object.keys(gateways)) await check(gateway);
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
