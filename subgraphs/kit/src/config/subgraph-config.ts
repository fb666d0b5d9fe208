// A subgraph's settings as one typed result. Every fault is reported at once.
import { listedSubgraphs, variablePrefix } from '@district-graph/schema/registry';
import * as v from 'valibot';
import { connectionOf } from '../database/database-tls.ts';
import type { Keyring } from '../encryption/keyring.ts';
import type { TlsFiles } from '../http/tls-files.ts';
import type { BulkLimit } from '../identity/roles.ts';
import { type OperationLimits, subgraphLimits } from '../operation/limits.ts';
import { cipherSettings, keySettings, readKeyring } from './encryption.ts';
import { Environment, type RenamedVariable, type SettingGroup, setting } from './environment.ts';
import { bytes, onOrOff, optionalText, optionalWholeNumber, wholeNumber } from './forms.ts';
import { type IdentityConfig, readIdentity } from './identity.ts';
import { listeningSettings, portSetting, readTls, tlsSettings } from './listening.ts';
import { type LogLevel, loggingSettings } from './logging.ts';
import { limitSettings, readLimits } from './operation-limits.ts';
import { runModeSettings, seedSettings } from './run-mode.ts';

export interface SubgraphConfig {
  port: number;
  host: string;
  /** How long it keeps answering after SIGTERM, no longer ready. */
  drainMs: number;
  databaseUrl: string;
  maxConnections: number;
  /** Whether requests that ask for a federated trace get one. */
  tracing: boolean;
  identity: IdentityConfig;
  keyring: Keyring;
  /** How many persons one viewer may see unmasked, where that differs from the subgraph's own limit. */
  bulkReads: Partial<BulkLimit>;
  /** The folder that the ends of the access records are written to, besides the log. */
  accessAnchorsDir: string | null;
  /** The folder of files that are imported over HTTP; null if none are. */
  importsDir: string | null;
  /** Of a request: the gateway's requests for many entities are long. */
  maxBodyBytes: number;
  /** How many proxies of the operator stand before clients that call the subgraph directly: the client's address is then read from `X-Forwarded-For`. */
  trustedProxies: number;
  limits: OperationLimits;
  tls: TlsFiles | null;
  logLevel: LogLevel;
  renamed: readonly RenamedVariable[];
}

export const databaseSettings = {
  databaseUrl: setting(
    'DATABASE_URL',
    {
      schema: v.pipe(
        v.optional(v.string(), ''),
        v.regex(/^postgres(ql)?:\/\/./),
        v.rawCheck(({ dataset, addIssue }) => {
          if (!dataset.typed || !URL.canParse(dataset.value)) return;
          try {
            connectionOf(dataset.value);
          } catch (error) {
            addIssue({ message: (error as Error).message });
          }
        }),
      ),
      expected: {
        zh: 'postgres://… 地址（npm start 会自动设置）',
        en: 'a postgres://… URL (npm start sets it automatically)',
      },
      shownDefault: { zh: '内置的数据库', en: 'embedded' },
      isSecret: true,
    },
    {
      zh: 'PostgreSQL 15 及以上的数据库；启动时迁移，只由 `npm run seed` 填充。`?sslmode=verify-full&sslrootcert=<文件>` 以 libpq 的参数保护连接。',
      en: 'A database of PostgreSQL 15 or newer. It is migrated at start and filled only by `npm run seed`. `?sslmode=verify-full&sslrootcert=<file>` protects the connection, with the parameters of libpq.',
    },
  ),
  maxConnections: setting('MAX_CONNECTIONS', wholeNumber(10, [1, 100]), {
    zh: '处理请求的数据库连接数；子图自己的任务另有 2 个。',
    en: 'Database connections for requests. The subgraph’s own jobs have 2 more.',
  }),
};

/** The variable with the URL of a subgraph's database. */
export const databaseUrlVariable = (name: string): string =>
  `${variablePrefix(name)}_${databaseSettings.databaseUrl.variable}`;

const requestSettings = {
  maxBodyBytes: setting('MAX_BODY_BYTES', wholeNumber(1_048_576, [1024, 1_073_741_824], bytes), {
    zh: '请求体的上限（413）。',
    en: 'Size of a request body (413).',
  }),
  trustedProxies: setting('TRUSTED_PROXIES', wholeNumber(0, [0, 10]), {
    zh: '供客户端直接访问时，子图之前自有代理的层数；设置后从 `X-Forwarded-For` 读取客户端地址。',
    en: 'How many proxies of your own stand in front of the subgraph for clients that call it directly. Their address is then read from `X-Forwarded-For`.',
  }),
};

const traceSettings = {
  tracing: setting('FEDERATED_TRACING', onOrOff('off'), {
    zh: '`on`：带请求头 `apollo-federation-include-trace: ftv1` 的请求得到每个解析器的耗时。能访问子图的客户端都可以请求。',
    en: '`on`: a request with the header `apollo-federation-include-trace: ftv1` gets the time of each resolver. Every client that can reach the subgraph can request it.',
  }),
};

const persons = [0, 1_000_000_000] as const;

const bulkReadSettings = {
  tenMinutes: setting(
    'MAX_PERSONS_PER_10_MINUTES',
    optionalWholeNumber(persons, { zh: '200；security 为 1000', en: '200; security 1000' }),
    {
      zh: '一名查看者十分钟内可读取其未脱敏值的人数；部分角色另有上限，见 `subgraphs/kit/src/identity/roles.ts`。',
      en: 'Persons whose unmasked values one viewer gets within ten minutes. Some roles have limits of their own: `subgraphs/kit/src/identity/roles.ts`.',
    },
  ),
  day: setting(
    'MAX_PERSONS_PER_DAY',
    optionalWholeNumber(persons, { zh: '1000；security 为 5000', en: '1000; security 5000' }),
    { zh: '同上，一日之内。', en: 'The same, within a day.' },
  ),
};

export const accessRecordSettings = {
  accessAnchorsDir: setting('ACCESS_ANCHORS_DIR', optionalText({ zh: '文件夹', en: 'a folder' }), {
    zh: '各子图每分钟写入其访问记录锚点的文件夹，最好不在数据库所在的机器上；`npm start` 默认为 `DATA_DIR`。',
    en: 'Folder to which each subgraph writes an anchor of its access records every minute, best on another machine than its database. `npm start` uses `DATA_DIR`.',
  }),
};

export const importSettings = {
  importsDir: setting('IMPORTS_DIR', optionalText({ zh: '文件夹', en: 'a folder' }), {
    zh: '各子图存放经 HTTP 导入的文件的文件夹，只有运行子图的用户可读，最多保留一天；未设置时不提供经 HTTP 的导入。同一子图的几个副本须共用此文件夹。`npm start` 默认为 `DATA_DIR` 中的 `imports`。',
    en: 'Folder of the files that are imported over HTTP, which only the user that runs the subgraph can read, kept for a day at most. Without it nothing is imported over HTTP. Replicas of a subgraph must share it. `npm start` uses `imports` in `DATA_DIR`.',
  }),
};

const ports = listedSubgraphs.map(({ port }) => port);
const [firstPort, lastPort] = [Math.min(...ports), Math.max(...ports)];

const subgraphLimitSettings = limitSettings(subgraphLimits);

/** The settings of a subgraph by subject; those of the gateway's that it shares are listed there. */
export const subgraphSettingGroups: readonly SettingGroup[] = [
  {
    title: { zh: '子图：监听与数据库', en: 'Subgraphs: listening and database' },
    isPrefixed: true,
    settings: {
      ...portSetting(firstPort, { zh: `${firstPort} 至 ${lastPort}`, en: `${firstPort} to ${lastPort}` }),
      ...tlsSettings,
      ...databaseSettings,
      ...requestSettings,
    },
  },
  {
    title: { zh: '子图：个人信息与访问记录', en: 'Subgraphs: personal data and access records' },
    isPrefixed: true,
    settings: { ...keySettings, ...bulkReadSettings },
  },
  {
    title: { zh: '各子图共用', en: 'Shared by all subgraphs' },
    settings: {
      ...runModeSettings,
      ...cipherSettings,
      ...accessRecordSettings,
      ...importSettings,
      ...traceSettings,
      ...seedSettings,
    },
  },
  {
    title: { zh: '子图：操作的上限', en: 'Subgraphs: limits of an operation' },
    isPrefixed: true,
    settings: subgraphLimitSettings,
  },
];

/** Reads the settings of the subgraph `name`. Throws one `ConfigurationError` with every fault. */
export function readConfig(name: string, defaultPort: number, env?: NodeJS.ProcessEnv): SubgraphConfig {
  const environment = new Environment(env);
  const prefix = `${variablePrefix(name)}_`;
  const { tenMinutes, day } = environment.read(bulkReadSettings, prefix);
  const config = {
    ...environment.read(portSetting(defaultPort), prefix),
    ...environment.read(listeningSettings),
    ...environment.read(loggingSettings),
    ...environment.read(databaseSettings, prefix),
    ...environment.read(requestSettings, prefix),
    ...environment.read(traceSettings),
    ...environment.read(accessRecordSettings),
    ...environment.read(importSettings),
    bulkReads: { ...(tenMinutes === undefined ? {} : { tenMinutes }), ...(day === undefined ? {} : { day }) },
    identity: readIdentity(environment),
    keyring: readKeyring(environment, name),
    limits: readLimits(environment, subgraphLimitSettings, prefix),
    tls: readTls(environment, prefix),
    renamed: environment.renamed,
  };
  environment.check();
  return config;
}
