// The foreign subgraphs, which others run in any language: their entries in schema/subgraphs.json and in the file of SUBGRAPHS_FILE.
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { foreignEntries, listedSubgraphs } from '@district-graph/schema/registry';
import * as v from 'valibot';
import type { SigningKeys } from '../identity/viewer-signature.ts';
import { type Environment, setting } from './environment.ts';
import { type ForeignEntry, foreignEntry, type IdentityPolicy, type Secret } from './foreign-entry.ts';
import { file, path } from './forms.ts';
import { parseKeys } from './keys.ts';

export interface ForeignSubgraph {
  name: string;
  url: string;
  /** The file of its SDL. Only composition reads it. */
  sdlFile: string;
  /** The URL, or the path at its address, that readiness checks request; null for none. */
  health: string | null;
  /** What the gateway's own settings decide where it is undefined. */
  timeoutMs: number | undefined;
  retry: boolean;
  breaker: { failures?: number | undefined; resetMs?: number | undefined };
  limits: {
    concurrency?: number | undefined;
    queued?: number | undefined;
    responseBytes?: number | undefined;
    requestsPerSecond?: number | undefined;
  };
  /** Names, in lower case, of the client's headers that it gets. */
  forwardedHeaders: readonly string[];
  /** The headers that every call has, by name in lower case. */
  headerSecrets: Readonly<Record<string, Secret>>;
  identity: IdentityPolicy;
  viewerKeys: Secret | null;
  /** Whether clients get the messages and codes of its errors; otherwise they are masked. */
  exposesErrors: boolean;
  errorExtensions: readonly string[];
  /** Whether it checks the division of each record itself, as the kit does; otherwise the gateway enforces its @access rules alone. */
  checksAccess: boolean;
}

/** A foreign subgraph with its secrets. */
export interface ConnectedSubgraph extends ForeignSubgraph {
  /** The headers that every call has: name, value, name, value and so on. */
  headers: readonly string[];
  /** The keys that viewers are signed with for it alone; empty without signatures. */
  signingKeys: SigningKeys;
}

export const foreignSubgraphSettings = {
  subgraphsFile: setting('SUBGRAPHS_FILE', path(file), {
    zh: '外部子图的清单：JSON 文件，条目写法与 `schema/subgraphs.json` 中带 `url` 的条目相同，见 [外部子图](foreign-subgraph.md)；其中的路径相对于该文件。启动时读取。',
    en: 'List of foreign subgraphs: a JSON file of entries as in `schema/subgraphs.json` with a `url`, see [foreign subgraphs](foreign-subgraph.md). Paths in it are relative to the file. Read at start.',
  }),
};

const committedList = fileURLToPath(import.meta.resolve('@district-graph/schema/subgraphs.json'));

/** The foreign subgraphs of both lists. Faults are added to the environment; no secret is read. */
export function readForeignSubgraphs(environment: Environment): ForeignSubgraph[] {
  const { subgraphsFile } = environment.read(foreignSubgraphSettings);
  const found = entriesOf(foreignEntries, 'schema/subgraphs.json', committedList, environment);
  if (subgraphsFile) {
    const variable = foreignSubgraphSettings.subgraphsFile.variable;
    const entries = readList(subgraphsFile, variable, environment);
    found.push(...entriesOf(entries, variable, resolve(subgraphsFile), environment));
  }
  const names = new Set(listedSubgraphs.map(({ name }) => name));
  for (const { name } of found) {
    if (names.has(name))
      environment.addFault(`${name}.name`, {
        expected: { zh: '清单中没有的名称', en: 'a name that no other subgraph has' },
        received: JSON.stringify(name),
      });
    names.add(name);
  }
  return found;
}

/** The same with their secrets, for the gateway. */
export function readConnectedSubgraphs(
  environment: Environment,
  gatewayKeys: SigningKeys,
  env: NodeJS.ProcessEnv,
): ConnectedSubgraph[] {
  const subgraphs = readForeignSubgraphs(environment);
  if (gatewayKeys.size === 0) addUnsignedFaults(subgraphs, environment);
  /** The keys that are in use: whoever verifies with a key can also sign with it, for everybody who verifies with it. */
  const used = [...gatewayKeys.values()];
  return subgraphs.map((subgraph) => {
    const signingKeys = signingKeysOf(subgraph, used, environment, env);
    used.push(...signingKeys.values());
    const headers = Object.entries(subgraph.headerSecrets).flatMap(([name, source]) => [
      name,
      readSecret(source, `${subgraph.name}.headers.set.${name}`, environment, env),
    ]);
    return { ...subgraph, headers, signingKeys };
  });
}

function addUnsignedFaults(subgraphs: readonly ForeignSubgraph[], environment: Environment): void {
  for (const { name, viewerKeys } of subgraphs)
    if (viewerKeys)
      environment.addFault(`${name}.viewerKeys`, {
        reason:
          '须设置 VIEWER_KEYS：没有它，网关不验证身份，也就没有可签署的查看者。 VIEWER_KEYS is required: without it the gateway verifies no identity, and there is no viewer to sign.',
      });
}

function readList(path: string, variable: string, environment: Environment): unknown[] {
  const form = { zh: '外部子图条目的 JSON 列表', en: 'a JSON list of entries of foreign subgraphs' };
  try {
    const list: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (Array.isArray(list)) return list;
  } catch {}
  environment.addFault(variable, { expected: form });
  return [];
}

/** The accepted entries. Those that are not add a fault for each field, and the consequences of a whole entry are checked, too. */
function entriesOf(
  entries: readonly unknown[],
  source: string,
  listFile: string,
  environment: Environment,
): ForeignSubgraph[] {
  return entries.flatMap((entry, index) => {
    const parsed = v.safeParse(foreignEntry, entry);
    const name = (entry as { name?: unknown } | null)?.name;
    const place = `${source} ${typeof name === 'string' ? name : `[${index}]`}`;
    for (const issue of parsed.issues ?? []) addIssue(issue, place, environment);
    if (!parsed.success) return [];
    addContradictions(parsed.output, place, environment);
    return [subgraphOf(parsed.output, dirname(listFile))];
  });
}

/** Fields whose values may be secret, or contain one: a fault does not repeat them. */
const secretFields = /^(headers\.set|viewerKeys|url|health)(\.|$)/;

function addIssue(issue: v.BaseIssue<unknown>, place: string, environment: Environment): void {
  const field = v.getDotPath(issue) ?? '';
  const [zh = '', en = ''] = issue.message.split('\n');
  const isUnknownField = issue.type === 'strict_object' && issue.expected === 'never';
  const received = secretFields.test(field) || isUnknownField ? undefined : JSON.stringify(issue.input);
  environment.addFault(field ? `${place}.${field}` : place, {
    expected: { zh, en },
    ...(received === undefined ? {} : { received: received.slice(0, 200) }),
  });
}

function addContradictions(entry: ForeignEntry, place: string, environment: Environment): void {
  const isSigned = entry.identity === 'viewer-signature';
  if (isSigned !== (entry.viewerKeys !== undefined))
    environment.addFault(`${place}.viewerKeys`, {
      reason:
        'viewerKeys 与 identity "viewer-signature" 须同时出现。 viewerKeys and the identity "viewer-signature" require each other.',
    });
  if (entry.access === 'subgraph' && !isSigned)
    environment.addFault(`${place}.access`, {
      reason:
        'access "subgraph" 须配合 identity "viewer-signature"：不知道查看者的子图无法检查其权限。 access "subgraph" requires the identity "viewer-signature": a subgraph that does not know the viewer cannot check their scopes.',
    });
  const twice = [
    ...(entry.headers.forward ?? []),
    ...(entry.identity === 'token' ? ['authorization'] : []),
  ].filter((name) => Object.hasOwn(entry.headers.set ?? {}, name));
  for (const name of twice)
    environment.addFault(`${place}.headers.set.${name}`, {
      reason:
        '此请求头不能既由网关写入又转自客户端。 This header cannot be both set and forwarded from the client.',
    });
  if (entry.errorExtensions.length && entry.errors === 'masked')
    environment.addFault(`${place}.errorExtensions`, {
      reason: 'errorExtensions 须配合 errors "exposed"。 errorExtensions require errors "exposed".',
    });
}

const subgraphOf = (entry: ForeignEntry, folder: string): ForeignSubgraph => ({
  name: entry.name,
  url: entry.url,
  sdlFile: resolve(folder, entry.sdl),
  health: entry.health,
  timeoutMs: entry.timeoutMs,
  retry: entry.retry,
  breaker: entry.breaker,
  limits: entry.limits,
  forwardedHeaders: entry.headers.forward ?? [],
  headerSecrets: Object.fromEntries(
    Object.entries(entry.headers.set ?? {}).map(([name, source]) => [name, located(source, folder)]),
  ),
  identity: entry.identity,
  viewerKeys: entry.viewerKeys ? located(entry.viewerKeys, folder) : null,
  exposesErrors: entry.errors === 'exposed',
  errorExtensions: entry.errorExtensions,
  checksAccess: entry.access === 'subgraph',
});

const located = (source: Secret, folder: string): Secret =>
  'file' in source ? { file: resolve(folder, source.file) } : source;

/** The text of a secret that a header can hold; adds a fault, which never repeats it, where there is none. */
function readSecret(source: Secret, field: string, environment: Environment, env: NodeJS.ProcessEnv): string {
  let text = '';
  try {
    text =
      'env' in source ? (env[source.env] ?? '') : readFileSync(source.file, 'utf8').replace(/\r?\n$/, '');
  } catch {}
  if (/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(text)) return text;
  const [zh, en] =
    'env' in source
      ? [`须设置环境变量 ${source.env}`, `Set the environment variable ${source.env}`]
      : [`须有可读取的文件 ${source.file}`, `Provide a readable file ${source.file}`];
  environment.addFault(field, {
    reason: `${zh}，内容为一行可见的 ASCII 字符。 ${en}, with one line of visible ASCII characters.`,
  });
  return '';
}

/** The keys of one subgraph. Those of the gateway and of other subgraphs are refused. */
function signingKeysOf(
  { name, viewerKeys }: ForeignSubgraph,
  used: readonly Buffer[],
  environment: Environment,
  env: NodeJS.ProcessEnv,
): SigningKeys {
  if (!viewerKeys) return new Map();
  const field = `${name}.viewerKeys`;
  const text = readSecret(viewerKeys, field, environment, env);
  if (text === '') return new Map();
  const keys = parseKeys(text);
  if (!keys?.size) {
    environment.addFault(field, {
      expected: { zh: '与 VIEWER_KEYS 写法相同的密钥', en: 'keys in the form of VIEWER_KEYS' },
    });
    return new Map();
  }
  if ([...keys.values()].some((key) => used.some((other) => other.equals(key))))
    environment.addFault(field, {
      reason:
        '不得与 VIEWER_KEYS 或其他子图的密钥相同：持有者可冒充任何人访问那些子图。 It must differ from VIEWER_KEYS and the keys of other subgraphs: its holder could sign any viewer for them.',
    });
  return keys;
}
