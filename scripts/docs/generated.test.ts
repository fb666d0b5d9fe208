// Generated documents are fresh and complete: what a process reads is in the table, and the table lists nothing else.
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readConfig as readGatewayConfig } from '@district-graph/gateway/config/gateway-config';
import { readSeedExtent } from '@district-graph/kit/config/run-mode';
import { readConfig } from '@district-graph/kit/config/subgraph-config';
import { errorTable } from '@district-graph/kit/error-table';
import { errorCodes } from '@district-graph/kit/errors';
import { listedSubgraphs, variablePrefix } from '@district-graph/schema/registry';
import { describe, expect, it } from 'vitest';
import { commandSettingGroups } from '../settings/command-settings.ts';
import { errorsDocument } from './errors-document.ts';
import { settingGroups, settingsDocument } from './settings-document.ts';
import { documentFile, languages } from './tables.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe.each(languages)('in %s', (language) => {
  it.each([
    ['settings.md', settingsDocument],
    ['errors.md', errorsDocument],
  ] as const)('%s is what npm run docs writes', (name, write) => {
    expect(readFileSync(documentFile(name, language), 'utf8')).toBe(write(language));
  });

  it('describes every setting in a sentence of the language', () => {
    const sentence = language === 'zh' ? /\p{Script=Han}.*。$/u : /^[^\p{Script=Han}]*\.$/u;
    const texts = settingGroups.flatMap(({ settings }) =>
      Object.values(settings).map(({ description }) => description[language]),
    );
    expect(texts.filter((text) => !sentence.test(text))).toEqual([]);
  });
});

it('documents every error code', () => {
  expect(Object.keys(errorTable)).toEqual(Object.keys(errorCodes));
});

/** The variables that `read` looks up in an environment that has them not. */
function variablesRead(read: (env: NodeJS.ProcessEnv) => unknown): Set<string> {
  const variables = new Set<string>();
  const env = new Proxy<NodeJS.ProcessEnv>(
    {},
    {
      get: (_target, name) => {
        variables.add(String(name));
        return undefined;
      },
    },
  );
  try {
    read(env);
  } catch {
    // A database has no default; its variable was read all the same.
  }
  return variables;
}

it('lists the variables that the gateway and the subgraphs read, each once and no other', () => {
  const listed = settingGroups
    .filter((group) => !commandSettingGroups.includes(group))
    .flatMap(({ isPrefixed, settings }) =>
      Object.values(settings).flatMap(({ variable, earlierVariable }) =>
        [variable, ...(earlierVariable === undefined ? [] : [earlierVariable])].flatMap((name) =>
          isPrefixed ? listedSubgraphs.map((each) => `${variablePrefix(each.name)}_${name}`) : [name],
        ),
      ),
    );
  expect(listed.filter((variable, index) => listed.indexOf(variable) !== index)).toEqual([]);
  const read = variablesRead(readGatewayConfig);
  for (const { name, port } of listedSubgraphs)
    for (const variable of variablesRead((env) => readConfig(name, port, env))) read.add(variable);
  for (const variable of variablesRead(readSeedExtent)) read.add(variable);
  expect([...read].sort()).toEqual([...listed].sort());
});

/** Files that read a variable of another program, and why it is no setting. */
const foreign: Record<string, RegExp> = {
  // What PostgreSQL's programs need of the system.
  'subgraphs/kit/src/postgres/program.ts': /process\.env\.(PATH|SYSTEMROOT)/g,
  // The convention of Apollo Server's packages, in processes of other people.
  'gateway/src/apollo-gateway/district-gateway.ts': /process\.env\.NODE_ENV/g,
  // Set by npm for what it runs.
  'scripts/start.ts': /process\.env\.npm_lifecycle_event/g,
  // The argument of drizzle-kit, which takes none of ours.
  'scripts/databases/drizzle.config.ts': /process\.env\.SUBGRAPH/g,
};

it('reads no variable outside of the configuration', () => {
  const apart =
    /node_modules|\.test\.ts$|\/testing\/|\/config\/|^scripts\/(bench|stress|fuzz|command-line\/run-command)/;
  const files = globSync('{gateway/src,subgraphs/*/src,scripts}/**/*.ts', { cwd: root }).filter(
    (file) => !apart.test(file),
  );
  expect(files.length).toBeGreaterThan(300);
  const readers = files.flatMap((file) => {
    const text = readFileSync(`${root}/${file}`, 'utf8').replace(foreign[file] ?? /$^/g, '');
    return /\benv\??\.[A-Z_]{2,}|\benv\??\.?\[/.test(text) ? [file] : [];
  });
  expect(readers).toEqual([]);
});
