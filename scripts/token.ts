// npm run token -- --role care-worker --division 410105: issues a development token, for the playground and curl.
import './command-line/closed-output.ts';
import { isId } from '@district-graph/kit/database/ids';
import { expectedDivision } from '@district-graph/kit/divisions/division-register';
import { expectedZh } from '@district-graph/kit/errors';
import { isRole, isScope, roles, scopes } from '@district-graph/kit/identity/roles';
import { readArguments } from './command-line/arguments.ts';
import { reportError } from './command-line/report-error.ts';
import { issueToken } from './credentials/development-issuer.ts';

const usage = `用法 usage: npm run -s token -- --role <role> --division <code> [--subject <name>] [--scope <scope>] [--bureau <name>] [--elder <id>] [--hours 12]

角色 roles: ${Object.keys(roles).join(', ')}
权限 scopes: ${Object.keys(scopes).join(', ')}
`;

try {
  const { values } = readArguments(usage, {
    options: {
      role: { type: 'string', multiple: true, default: [] },
      division: { type: 'string', multiple: true, default: [] },
      scope: { type: 'string', multiple: true, default: [] },
      subject: { type: 'string' },
      bureau: { type: 'string' },
      elder: { type: 'string' },
      hours: { type: 'string', default: '12' },
    },
  });
  const { role, division, scope, bureau, elder } = values;
  const hours = Number(values.hours);
  const faults = [
    ...role.filter((name) => !isRole(name)).map((name) => `没有角色 ${name}。 There is no role ${name}.`),
    ...scope.filter((name) => !isScope(name)).map((name) => `没有权限 ${name}。 There is no scope ${name}.`),
    ...division
      .map((code) => [code, expectedDivision(code)] as const)
      .flatMap(([code, expected]) =>
        expected
          ? [`--division ${code}：${expectedZh(expected.zh)}。 --division ${code}: expected ${expected.en}.`]
          : [],
      ),
    ...(elder === undefined || isId(elder)
      ? []
      : [`--elder：${elder} 不是老年人的标识。 --elder: ${elder} is not the id of an elder.`]),
    ...(role.length + scope.length === 0 ? ['请指定 --role。 Specify a --role.'] : []),
    ...(division.length === 0 ? ['请指定 --division。 Specify a --division.'] : []),
    ...(Number.isFinite(hours) && hours > 0 && hours <= 24 * 30
      ? []
      : ['--hours：应大于 0 且不超过 720。 --hours: expected more than 0 and at most 720.']),
  ];
  if (faults.length) throw new Error(`${faults.join('\n')}\n\n${usage}`);
  const subject = values.subject ?? `${role[0] ?? 'viewer'}-${division[0]}`;
  const token = await issueToken({
    subject,
    roles: role,
    divisions: division,
    scopes: scope,
    bureau,
    elder,
    hours,
  });
  process.stdout.write(`${token}\n`);
} catch (error) {
  reportError(error);
  process.exit(1);
}
