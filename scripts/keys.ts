// npm run keys -- create | list | revoke: the API keys of partner bureaus. A key is shown once, when it is made.
import './command-line/closed-output.ts';
import type { parseArgs } from 'node:util';
import { expectedDivision } from '@district-graph/kit/divisions/register';
import { type ApiKeyRecord, newApiKey } from '@district-graph/kit/identity/api-key';
import { isPurpose, isScope, purposes, scopes } from '@district-graph/kit/identity/roles';
import { readArguments } from './command-line/arguments.ts';
import { apiKeyFile, changeApiKeys, readApiKeys } from './credentials/api-key-file.ts';

const usage = `用法 usage:
  npm run -s keys -- create --bureau <name> --scope <scope> --division <code> --expires <90d | 2027-01-31> [--purpose <purpose>] [--rate <per second> [--burst <at once>]]
  npm run -s keys -- list
  npm run -s keys -- revoke <id>
--scope、--division、--purpose 可重复。 They may be given more than once.

权限 scopes: ${Object.keys(scopes).join(', ')}
用途 purposes: ${purposes.join(', ')}
`;

const dayMs = 86_400_000;
/** Whoever still needs it then asks for another, and is looked at again. */
const maxDays = 366;

const options = {
  bureau: { type: 'string' },
  scope: { type: 'string', multiple: true, default: [] as string[] },
  division: { type: 'string', multiple: true, default: [] as string[] },
  purpose: { type: 'string', multiple: true, default: [] as string[] },
  expires: { type: 'string', default: '' },
  rate: { type: 'string' },
  burst: { type: 'string' },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];

/** When a key ends that is made now; null for what is no time in the year ahead. */
function endOf(text: string, now: number): string | null {
  const [, days] = /^(\d{1,4})d$/.exec(text) ?? [];
  const end = days
    ? now + Number(days) * dayMs
    : Date.parse(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00+08:00` : '');
  return end > now && end <= now + maxDays * dayMs ? new Date(end).toISOString() : null;
}

function recordOf(values: Values, now: number): Omit<ApiKeyRecord, 'id' | 'hash'> {
  const { bureau = '', scope = [], division = [], purpose = [], expires = '', rate, burst } = values;
  const expiresAt = endOf(expires, now);
  const ratePerSecond = Number(rate);
  const atOnce = burst === undefined ? Math.ceil(2 * ratePerSecond) : Number(burst);
  const faults = [
    ...(bureau.trim() ? [] : ['请给出 --bureau。 Give a --bureau.']),
    ...(scope.length ? [] : ['请给出 --scope。 Give a --scope.']),
    ...scope.filter((name) => !isScope(name)).map((name) => `没有权限 ${name}。 There is no scope ${name}.`),
    ...(division.length ? [] : ['请给出 --division。 Give a --division.']),
    ...division
      .map((code) => [code, expectedDivision(code)] as const)
      .flatMap(([code, expected]) =>
        expected
          ? [`--division ${code}：应为${expected.zh}。 --division ${code}: expected ${expected.en}.`]
          : [],
      ),
    ...purpose
      .filter((name) => !isPurpose(name))
      .map((name) => `没有用途 ${name}。 There is no purpose ${name}.`),
    ...(expiresAt
      ? []
      : [
          `--expires：如 90d 或日期，${maxDays} 天以内。 --expires: such as 90d, or a date, within ${maxDays} days.`,
        ]),
    ...(rate === undefined || (ratePerSecond > 0 && ratePerSecond <= 1_000_000)
      ? []
      : ['--rate：大于 0 的每秒次数。 --rate: requests a second, more than 0.']),
    ...(burst === undefined || (rate !== undefined && Number.isInteger(atOnce) && atOnce > 0)
      ? []
      : ['--burst：正整数，与 --rate 同用。 --burst: a whole number, with --rate.']),
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
  const { id, hash, key } = newApiKey();
  const record = { id, hash, ...recordOf(values, Date.now()) };
  await changeApiKeys(apiKeyFile(), (keys) => [...keys, record]);
  process.stderr.write(
    `密钥只显示这一次，以 Authorization: ApiKey <密钥> 发送。 The key is shown this once; it is sent as Authorization: ApiKey <key>.\n`,
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
      `${id}  ${statusOf(record)}  ${bureau}`,
      `  ${createdAt} – ${expiresAt}`,
      `  ${scopes.join(' ')}`,
      `  ${divisions.join(' ')}  ${purposes.join(' ') || '–'}  ${rate ? `${rate.ratePerSecond}/s, ${rate.burst}` : '–'}`,
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
  }
}

async function revoke(id: string): Promise<void> {
  await changeApiKeys(apiKeyFile(), (keys) => {
    if (!keys.some((key) => key.id === id))
      throw new Error(`没有密钥 ${id}。 There is no key ${id}; \`npm run keys -- list\` shows them.`);
    const revokedAt = new Date().toISOString();
    return keys.map((key) => (key.id === id ? { ...key, revokedAt: key.revokedAt ?? revokedAt } : key));
  });
  process.stderr.write(`${id} 在 10 秒内失效。 It is refused everywhere within 10 s.\n`);
}

try {
  const { values, positionals } = readArguments(usage, { options, allowPositionals: true });
  const [command, id] = positionals;
  if (command === 'create' && positionals.length === 1) await create(values);
  else if (command === 'list' && positionals.length === 1) list();
  else if (command === 'revoke' && id && positionals.length === 2) await revoke(id);
  else throw new Error(usage);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
