// npm run keys -- create | list | revoke: manages the API keys of partner bureaus. A key is printed once, when it is created.
import './command-line/closed-output.ts';
import type { parseArgs } from 'node:util';
import { isProduction } from '@district-graph/kit/config/run-mode';
import { expectedDivision } from '@district-graph/kit/divisions/division-register';
import { cityCode } from '@district-graph/kit/divisions/divisions';
import { expectedZh } from '@district-graph/kit/errors';
import { type ApiKeyRecord, newApiKey } from '@district-graph/kit/identity/api-key';
import { isPurpose, isScope, purposes, scopes } from '@district-graph/kit/identity/roles';
import {
  isSandboxKey,
  isSandboxScope,
  maxSandboxDays,
  sandboxPrefix,
  sandboxRate,
} from '@district-graph/kit/identity/sandbox-key';
import { readArguments } from './command-line/arguments.ts';
import { reportError } from './command-line/report-error.ts';
import { apiKeyFile, changeApiKeys, readApiKeys } from './credentials/api-key-file.ts';

const usage = `用法 usage:
  npm run -s keys -- create --bureau <name> --scope <scope> --division <code> --expires <90d | 2027-01-31> [--purpose <purpose>] [--rate <per second> [--burst <at once>]]
  npm run -s keys -- create --sandbox --bureau <name> [--scope <scope>] [--division <code>] [--purpose <purpose>] [--expires <14d>] [--rate <per second>]
  npm run -s keys -- list
  npm run -s keys -- revoke <id>
--scope、--division、--purpose 可重复使用。 --scope, --division and --purpose can be repeated.
--sandbox：签订协议之前试用的密钥，至多 ${maxSandboxDays} 天、每秒 ${sandboxRate.ratePerSecond} 次；生产环境中只能看到公开数据。 --sandbox: a key to try the graph with before there is an agreement, for at most ${maxSandboxDays} days and ${sandboxRate.ratePerSecond} requests a second; in production it sees public data only.

权限 scopes: ${Object.keys(scopes).join(', ')}
用途 purposes: ${purposes.join(', ')}
`;

const dayMs = 86_400_000;
/** A bureau that still needs access then gets a new key, after another review. */
const maxDays = 366;

const options = {
  sandbox: { type: 'boolean', default: false },
  bureau: { type: 'string' },
  scope: { type: 'string', multiple: true, default: [] as string[] },
  division: { type: 'string', multiple: true, default: [] as string[] },
  purpose: { type: 'string', multiple: true, default: [] as string[] },
  expires: { type: 'string', default: '' },
  rate: { type: 'string' },
  burst: { type: 'string' },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];

/** When a key that is created now expires; null unless the text is a time within that many days. */
function expiryOf(text: string, now: number, limitDays: number): string | null {
  const [, days] = /^(\d{1,4})d$/.exec(text) ?? [];
  const end = days
    ? now + Number(days) * dayMs
    : Date.parse(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00+08:00` : '');
  return end > now && end <= now + limitDays * dayMs ? new Date(end).toISOString() : null;
}

/** What a sandbox key gets that names no terms of its own. */
const withSandboxDefaults = (values: Values): Values => ({
  ...values,
  division: values.division?.length ? values.division : [cityCode],
  expires: values.expires || '14d',
  rate: values.rate ?? String(sandboxRate.ratePerSecond),
});

/** What a sandbox key may not have, beside the faults of any key. */
function sandboxFaults({ scope = [], purpose = [], rate, burst }: Values): string[] {
  const isFast = Number(rate) > sandboxRate.ratePerSecond || Number(burst ?? 0) > sandboxRate.burst;
  return [
    ...(isProduction() && scope.length + purpose.length > 0
      ? [
          '--sandbox：生产环境的数据属于真实的人，沙箱密钥只能看到公开数据，不能带 --scope 或 --purpose。 --sandbox: in production data are of real persons. A sandbox key sees public data only and takes no --scope and no --purpose.',
        ]
      : []),
    ...scope
      .filter((name) => isScope(name) && !isSandboxScope(name))
      .map(
        (name) =>
          `--sandbox：沙箱密钥不能有权限 ${name}。 --sandbox: a sandbox key cannot have the scope ${name}.`,
      ),
    ...(isFast
      ? [
          `--sandbox：--rate 至多 ${sandboxRate.ratePerSecond}，--burst 至多 ${sandboxRate.burst}。 --sandbox: --rate is at most ${sandboxRate.ratePerSecond}, --burst at most ${sandboxRate.burst}.`,
        ]
      : []),
  ];
}

function recordOf(values: Values, now: number): Omit<ApiKeyRecord, 'id' | 'hash'> {
  const { bureau = '', scope = [], division = [], purpose = [], expires = '', rate, burst, sandbox } = values;
  const limitDays = sandbox ? maxSandboxDays : maxDays;
  const expiresAt = expiryOf(expires, now, limitDays);
  const ratePerSecond = Number(rate);
  const atOnce = burst === undefined ? Math.ceil(2 * ratePerSecond) : Number(burst);
  const faults = [
    ...(bureau.trim() ? [] : ['请指定 --bureau。 Specify a --bureau.']),
    ...(sandbox ? sandboxFaults(values) : []),
    ...(scope.length || sandbox ? [] : ['请指定 --scope。 Specify a --scope.']),
    ...scope.filter((name) => !isScope(name)).map((name) => `没有权限 ${name}。 There is no scope ${name}.`),
    ...(division.length ? [] : ['请指定 --division。 Specify a --division.']),
    ...division
      .map((code) => [code, expectedDivision(code)] as const)
      .flatMap(([code, expected]) =>
        expected
          ? [`--division ${code}：${expectedZh(expected.zh)}。 --division ${code}: expected ${expected.en}.`]
          : [],
      ),
    ...purpose
      .filter((name) => !isPurpose(name))
      .map((name) => `没有用途 ${name}。 There is no purpose ${name}.`),
    ...(expiresAt
      ? []
      : [
          `--expires：应为 ${sandbox ? '14d' : '90d'} 之类的天数或日期，不超过 ${limitDays} 天。 --expires: expected days such as ${sandbox ? '14d' : '90d'}, or a date, at most ${limitDays} days ahead.`,
        ]),
    ...(rate === undefined || (ratePerSecond > 0 && ratePerSecond <= 1_000_000)
      ? []
      : [
          '--rate：应为大于 0、至多 1000000 的每秒操作数。 --rate: expected operations per second, more than 0 and at most 1000000.',
        ]),
    ...(burst === undefined || (rate !== undefined && Number.isInteger(atOnce) && atOnce > 0)
      ? []
      : [
          '--burst：应为正整数，并与 --rate 同时使用。 --burst: expected a positive whole number, together with --rate.',
        ]),
  ];
  if (faults.length) throw new Error(`${faults.join('\n')}\n\n${usage}`);
  return {
    bureau: bureau.trim(),
    scopes: scope,
    divisions: division,
    purposes: purpose,
    createdAt: new Date(now).toISOString(),
    expiresAt: expiresAt ?? '',
    revokedAt: null,
    rate: rate === undefined ? null : { ratePerSecond, burst: atOnce },
  };
}

async function create(values: Values): Promise<void> {
  const { id, hash, key } = newApiKey(values.sandbox ? sandboxPrefix : undefined);
  const terms = values.sandbox ? withSandboxDefaults(values) : values;
  const record = { id, hash, ...recordOf(terms, Date.now()) };
  await changeApiKeys(apiKeyFile(), (keys) => [...keys, record]);
  process.stderr.write(
    `密钥只显示这一次；使用时放在请求头 Authorization: ApiKey <密钥> 中。 The key is shown only once. Clients send it in the header Authorization: ApiKey <key>.\n`,
  );
  process.stdout.write(`${key}\n`);
}

function statusOf({ revokedAt, expiresAt }: ApiKeyRecord): string {
  if (revokedAt !== null) return `已撤销 revoked ${revokedAt}`;
  return Date.parse(expiresAt) <= Date.now() ? '已过期 expired' : '有效 valid';
}

function list(): void {
  for (const record of readApiKeys(apiKeyFile())) {
    const { id, bureau, scopes, divisions, purposes, createdAt, expiresAt, rate } = record;
    const lines = [
      `${id}  ${statusOf(record)}  ${bureau}${isSandboxKey(id) ? '  沙箱 sandbox' : ''}`,
      `  ${createdAt} – ${expiresAt}`,
      `  ${scopes.join(' ') || '–'}`,
      `  ${divisions.join(' ')}  ${purposes.join(' ') || '–'}  ${rate ? `${rate.ratePerSecond}/s, ${rate.burst}` : '–'}`,
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
  }
}

async function revoke(id: string): Promise<void> {
  await changeApiKeys(apiKeyFile(), (keys) => {
    if (!keys.some((key) => key.id === id))
      throw new Error(`没有密钥 ${id}。 There is no key ${id}; \`npm run keys -- list\` lists the keys.`);
    const revokedAt = new Date().toISOString();
    return keys.map((key) => (key.id === id ? { ...key, revokedAt: key.revokedAt ?? revokedAt } : key));
  });
  process.stderr.write(`${id} 将在 10 秒内失效。 ${id} is rejected everywhere within 10 s.\n`);
}

try {
  const { values, positionals } = readArguments(usage, { options, allowPositionals: true });
  const [command, id] = positionals;
  if (command === 'create' && positionals.length === 1) await create(values);
  else if (command === 'list' && positionals.length === 1) list();
  else if (command === 'revoke' && id && positionals.length === 2) await revoke(id);
  else throw new Error(usage);
} catch (error) {
  reportError(error);
  process.exit(1);
}
