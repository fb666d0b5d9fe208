// The settings of npm start, from the environment. Reports every fault at once, before it starts anything.
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { playgroundSettings } from '@district-graph/gateway/config/documents';
import { readConfig as readGatewayConfig } from '@district-graph/gateway/config/gateway-config';
import { portalSettings } from '@district-graph/gateway/config/portal';
import { ConfigurationError, Environment } from '@district-graph/kit/config/environment';
import { identitySettings } from '@district-graph/kit/config/identity';
import {
  type ListeningAddress,
  listenFault,
  listeningSettings,
  portSetting,
  tlsSettings,
} from '@district-graph/kit/config/listening';
import { isProduction, seedSettings } from '@district-graph/kit/config/run-mode';
import {
  databaseSettings,
  databaseUrlVariable,
  readConfig,
} from '@district-graph/kit/config/subgraph-config';
import type { Bilingual } from '@district-graph/kit/errors';
import { listedSubgraphs, variablePrefix } from '@district-graph/schema/registry';
import { noDevelopmentTokens } from '../credentials/development-issuer.ts';
import { viewerKeys } from '../credentials/subgraph-keys.ts';

export interface Listener extends ListeningAddress {
  /** Whether it uses TLS. */
  secure: boolean;
}

export interface Settings {
  gateway: Listener & { playground: boolean; portal: boolean };
  subgraphs: readonly Listener[];
}

const defaultGatewayPort = 4000;

/** Subgraphs serve the gateway on the same machine: they have no rate limits, and listen on loopback only. */
export const subgraphHost = '127.0.0.1';

/** A subgraph whose parent was killed releases its port after it has drained. */
const portPatienceMs = 5000;
const portPauseMs = 250;

/**
 * Reads `PORT`, `HOST`, `<SUBGRAPH>_PORT`, `<SUBGRAPH>_DATABASE_URL` and `SEED_SCALE`, and checks the settings of the gateway and
 * the subgraphs. `isServing` is false for commands that only fill databases, which need no gateway and no token issuer. Throws one
 * error with every fault.
 */
export function readSettings(
  env: NodeJS.ProcessEnv = process.env,
  { isServing = true }: { isServing?: boolean } = {},
): Settings {
  const faults = new Set<string>();
  const environment = new Environment(env);
  const { host } = environment.read(listeningSettings);
  const gateway = { name: 'gateway', host, ...readListener(environment, defaultGatewayPort) };
  /** Adds the faults that a part finds in its own settings. Ports are checked below, for all parts together. */
  const check = (read: () => unknown): void => {
    try {
      read();
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      for (const fault of error.faults) faults.add(fault);
    }
  };
  if (isServing) {
    check(() => readGatewayConfig({ ...env, ...viewerKeys(env), PORT: '' }));
    if (isProduction(env) && !environment.textOf(identitySettings.jwks)) faults.add(noDevelopmentTokens);
  }
  const subgraphs = listedSubgraphs.map(({ name, port }): Listener => {
    const prefix = variablePrefix(name);
    const { databaseUrl } = databaseSettings;
    const url = environment.textOf(databaseUrl, `${prefix}_`);
    if (url && !URL.canParse(url))
      environment.addFault(databaseUrlVariable(name), { expected: databaseUrl.form.expected });
    check(() =>
      readConfig(name, port, {
        ...env,
        [`${prefix}_PORT`]: '',
        // Without a URL, the database is on the embedded server, whose URL is not known yet.
        [databaseUrlVariable(name)]: url || 'postgres://embedded',
      }),
    );
    return { name, host: subgraphHost, ...readListener(environment, port, `${prefix}_`) };
  });
  environment.read(seedSettings);
  check(() => environment.check());
  const byPort = new Map<number, Listener>();
  for (const listener of [gateway, ...subgraphs]) {
    const { name, port, variable } = listener;
    const other = byPort.get(port);
    if (!isFixedPort(port)) continue;
    if (other)
      faults.add(
        `${other.name} 与 ${name} 使用同一端口 ${port}；请用 ${other.variable} 或 ${variable} 指定其他端口。 ${other.name} and ${name} share port ${port}; set ${other.variable} or ${variable}.`,
      );
    byPort.set(port, listener);
  }
  if (faults.size) throw new ConfigurationError([...faults]);
  const { portal } = environment.read(portalSettings);
  return { gateway: { ...gateway, ...environment.read(playgroundSettings), portal }, subgraphs };
}

/** A port of 0, which a single process accepts, is a fault: the gateway and readiness checks have to know every port. */
function readListener(environment: Environment, fallback: number, prefix = '') {
  const variable = `${prefix}PORT`;
  const text = environment.textOf(portSetting(fallback).port, prefix) ?? String(fallback);
  const port = Number(text);
  if (!isFixedPort(port))
    environment.addFault(variable, { expected: fixedPort, received: JSON.stringify(text).slice(0, 200) });
  return { port, secure: environment.textOf(tlsSettings.certFile, prefix) !== undefined, variable };
}

const fixedPort: Bilingual = {
  zh: '1 到 65535 的整数（npm start 需要固定的端口）',
  en: 'a whole number, 1 to 65535 (npm start needs a fixed port)',
};
const isFixedPort = (port: number): boolean => Number.isInteger(port) && port >= 1 && port <= 65_535;

/** Throws one error that names every port that is in use. */
export async function checkPorts({ gateway, subgraphs }: Settings, signal: AbortSignal): Promise<void> {
  const faults = await Promise.all(
    [gateway, ...subgraphs].map(async (listener) => {
      const deadline = Date.now() + portPatienceMs;
      for (;;) {
        const code = await listenErrorOf(listener);
        if (!code) return [];
        if (code !== 'EADDRINUSE' || Date.now() > deadline) return [listenFault(listener, code)];
        await delay(portPauseMs, undefined, { signal });
      }
    }),
  );
  if (faults.flat().length) throw new Error(faults.flat().join('\n'));
}

const listenErrorOf = ({ host, port }: Listener): Promise<string | null> =>
  new Promise((resolve) => {
    const probe = createServer().once('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code ?? error.message),
    );
    probe.listen(port, host, () => probe.close(() => resolve(null)));
  });
