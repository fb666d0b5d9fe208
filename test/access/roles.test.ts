// The roles, scopes and purposes as people read them: schema/access.md is generated from the table of roles.
import { purposes, roles, type Scope, scopes } from '@district-graph/kit/identity/roles';
import { expect, it } from 'vitest';
import { protectedTypes, supergraph } from './protected-fields.ts';

const code = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ') || 'none';

/** The types with fields that require the scope, and the number of mutations that do. */
function requiredBy(scope: string): string {
  const types = [...protectedTypes].flatMap(([type, { ofType, fields }]) =>
    ofType?.scope === scope || [...fields.values()].some((rule) => rule?.scope === scope) ? [type] : [],
  );
  const mutations = Object.values(supergraph.getMutationType()?.getFields() ?? {}).filter(({ astNode }) =>
    astNode?.directives?.some((directive) =>
      directive.arguments?.some(({ value }) => value.kind === 'StringValue' && value.value === scope),
    ),
  );
  const users = [
    ...types,
    ...(mutations.length ? [`${mutations.length} ${mutations.length === 1 ? 'mutation' : 'mutations'}`] : []),
  ];
  return users.join(', ') || 'no rule of the schema';
}

const page = () => `# Roles, scopes and purposes
Written by \`npm run access:matrix\` from \`subgraphs/kit/src/identity/roles.ts\`; a test compares them. What each role gets of each field is in
[\`test/access/matrix.txt\`](../test/access/matrix.txt), the reasons in [decision 0013](decisions/0013-access-rules.md).

## Roles
A token names roles (\`roles\`), divisions (\`divisions\`) and, where agreed, further scopes (\`scope\`). Scopes are valid only inside the divisions.

| role | scopes | purposes it may declare |
|---|---|---|
${Object.entries(roles)
  .map(([name, { scopes: own, purposes: allowed }]) => `| \`${name}\` | ${code(own)} | ${code(allowed)} |`)
  .join('\n')}

## Scopes
| scope | what it allows | required by |
|---|---|---|
${(Object.keys(scopes) as Scope[]).map((scope) => `| \`${scope}\` | ${scopes[scope]} | ${requiredBy(scope)} |`).join('\n')}

## Purposes
${code(purposes)}, in the header \`x-purpose\`. Without a purpose, values stay masked.
`;

it('is up to date: npm run access:matrix changes nothing', async () => {
  await expect(page()).toMatchFileSnapshot('../../schema/access.md');
});

it('has no scope that no role has and no rule requires', () => {
  const granted = new Set<string>(Object.values(roles).flatMap(({ scopes: own }) => [...own]));
  const idle = Object.keys(scopes).filter(
    (scope) => !granted.has(scope) && requiredBy(scope) === 'no rule of the schema',
  );
  expect(idle).toEqual([]);
});
