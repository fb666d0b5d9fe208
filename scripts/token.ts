// npm run token -- --role care-worker --division 410105: issues a development token, for the playground and curl.
import './command-line/closed-output.ts';
import { tokenRequestFaults } from '@district-graph/kit/identity/development-token';
import { roles, scopes } from '@district-graph/kit/identity/roles';
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
  const request = {
    roles: role,
    divisions: division,
    scopes: scope,
    bureau,
    elder,
    hours: Number(values.hours),
  };
  const faults = tokenRequestFaults(request);
  if (faults.length) throw new Error(`${faults.join('\n')}\n\n${usage}`);
  const subject = values.subject ?? `${role[0] ?? 'viewer'}-${division[0]}`;
  const token = await issueToken({ subject, ...request });
  process.stdout.write(`${token}\n`);
} catch (error) {
  reportError(error);
  process.exit(1);
}
