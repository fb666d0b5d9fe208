// Refuses the names of a new subgraph that would clash with something that exists, before anything is written.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Bilingual } from '@district-graph/kit/errors';
import { isRole, isScope } from '@district-graph/kit/identity/roles';
import { ownTables } from '@district-graph/kit/personal-data/personal-data';
import { listedSubgraphs, variablePrefix } from '@district-graph/schema/registry';
import { type DocumentNode, parse } from 'graphql';
import { settingGroups } from '../docs/settings-document.ts';
import { camel, kebab, pascal, replacementsFor, roleOf, type SubgraphNames, snake } from './names.ts';
import { filesOf, templateFiles } from './template-files.ts';

/** Folders and databases that are no subgraphs. */
const reservedNames = [
  'kit',
  'schema',
  'gateway',
  'scripts',
  'test',
  'subgraph',
  'sample-bureau',
  'postgres',
];

/** The modules of the template that are not named for the type, and the folder of the seeds. */
const reservedModules = ['overview', 'viewer', 'access-record', 'seed'];

/** Words that SQL reserves for itself, and JavaScript: names of tables and of variables are not quoted. */
const reservedWords = new Set(
  `all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation column concurrently
  constraint create cross current default deferrable desc distinct do else end except false fetch for foreign freeze from full grant
  group having ilike in initially inner intersect into is isnull join lateral leading left like limit localtime natural not notnull null
  offset on only or order outer overlaps placing primary references returning right select similar some symmetric system table then to
  trailing true union unique user using variadic verbose when where window with arguments await boolean break byte catch char class const
  continue date debugger delete double enum eval export extends final finally float function goto if implements import instanceof int
  integer interface interval let long native new number object package private protected public record return row set short static
  string super switch synchronized text this throw throws time timestamp transient try type typeof undefined uuid values var void
  volatile while yield`.split(/\s+/),
);

const levels = ['City', 'District', 'Subdistrict', 'Community'];

const fault = (zh: string, en: string): Bilingual => ({ zh, en });

/** What speaks against the names; empty if nothing does. */
export function faultsOf(names: SubgraphNames, root: string, supergraph: DocumentNode): Bilingual[] {
  const malformed = formFaults(names);
  // The other checks derive names from these.
  if (malformed.length) return malformed;
  const { name } = names;
  // The scopes, roles and types of a subgraph that exists are taken, too: its name is what has to change.
  if (isTakenName(name, root)) return [taken(fault(`名称 ${name} `, `the name ${name}`))];
  return [...takenFaults(names), ...wordFaults(names), ...schemaFaults(names, supergraph)];
}

function isTakenName(name: string, root: string): boolean {
  const isFolder = existsSync(join(root, 'subgraphs', name));
  const isPackage = existsSync(join(root, 'node_modules', '@district-graph', name));
  const isListed = listedSubgraphs.some((other) => other.name === name);
  return reservedNames.includes(name) || isFolder || isPackage || isListed;
}

function formFaults({ name, type, plural, zh, titleZh, titleEn }: SubgraphNames): Bilingual[] {
  const faults: Bilingual[] = [];
  if (!/^[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*$/.test(name) || name.length > 30)
    faults.push(
      fault(
        `名称 ${name}：应为 kebab-case，如 green-spaces，最多 30 个字符`,
        `name ${name}: expected kebab-case, such as green-spaces, with at most 30 characters`,
      ),
    );
  for (const [option, value] of [
    ['--type', type],
    ['--plural', plural],
  ] as const)
    if (!/^[A-Z][a-z0-9]+([A-Z][a-z0-9]+)*$/.test(value) || value.length > 30)
      faults.push(
        fault(
          `${option} ${value}：应为 PascalCase，如 GreenSpace，最多 30 个字符`,
          `${option} ${value}: expected PascalCase, such as GreenSpace, with at most 30 characters`,
        ),
      );
  if (type === plural)
    faults.push(fault(`--plural ${plural}：与类型相同`, `--plural ${plural}: it is the same as the type`));
  for (const [option, value] of [
    ['--zh', zh],
    ['--title-zh', titleZh],
  ] as const)
    if (!/^\p{Script=Han}{1,20}$/u.test(value))
      faults.push(fault(`${option} ${value}：应为汉字`, `${option} ${value}: expected Chinese characters`));
  if (!/^[A-Za-z][A-Za-z0-9 -]{0,40}$/.test(titleEn))
    faults.push(fault(`--title-en ${titleEn}：应为英文`, `--title-en ${titleEn}: expected English words`));
  return faults;
}

const taken = (what: Bilingual): Bilingual =>
  fault(`${what.zh}已被使用或保留`, `${what.en} is taken or reserved`);

/** Modules, variables, scopes and roles. */
function takenFaults({ name, type }: SubgraphNames): Bilingual[] {
  const faults: Bilingual[] = [];
  if (reservedModules.includes(kebab(type)))
    faults.push(taken(fault(`类型 ${type} 的模块名 `, `the module of the type ${type}`)));
  const variables = (isPrefixed: boolean) =>
    settingGroups.flatMap((group) =>
      (group.isPrefixed ?? false) === isPrefixed
        ? Object.values(group.settings).map(({ variable }) => variable)
        : [],
    );
  const others = new Set(variables(false));
  for (const variable of variables(true).map((each) => `${variablePrefix(name)}_${each}`))
    if (others.has(variable)) faults.push(taken(fault(`变量 ${variable} `, `the variable ${variable}`)));
  for (const scope of [`${name}:read`, `${name}:write`])
    if (isScope(scope)) faults.push(taken(fault(`权限 ${scope} `, `the scope ${scope}`)));
  if (isRole(roleOf(name))) faults.push(taken(fault(`角色 ${roleOf(name)} `, `the role ${roleOf(name)}`)));
  return faults;
}

/** Names of tables and variables that mean something else in SQL, in JavaScript or in the code of the template. */
function wordFaults({ name, type, plural }: SubgraphNames): Bilingual[] {
  const used = new Set(
    templateFiles()
      .filter(({ path }) => path.endsWith('.ts'))
      .flatMap(({ text }) => text.match(/[A-Za-z_$][\w$]*/g) ?? [])
      .filter((word) => !/sample_?(bureau|record)/i.test(word)),
  );
  const words = [type, plural].flatMap((each) => [each, camel(each), snake(each)]);
  const clashes = new Set(
    [...words, camel(name), pascal(name)].filter(
      (word) => reservedWords.has(word) || (used.has(word) && words.includes(word)) || word in ownTables,
    ),
  );
  return [...clashes].map((word) =>
    fault(
      `${word} 是保留字或已有他用，请换一个类型名`,
      `${word} is reserved or has another use: choose another type`,
    ),
  );
}

/** Types, and fields of types that subgraphs share, that the supergraph already has. */
function schemaFaults(names: SubgraphNames, supergraph: DocumentNode): Bilingual[] {
  const existing = definedIn([supergraph]);
  const templates = definedIn(documentsOf(templateFiles()));
  const own = [...definedIn(documentsOf(filesOf(replacementsFor(names))))].filter(
    (name) => !templates.has(name),
  );
  // The levels implement Division: its field would be theirs.
  const places = (name: string) =>
    ['Division', ...levels].map((type) => name.replace(/^Division(?=\.)/, type));
  // With a taken type, the names that are derived from it are taken, too: the type is what has to change.
  const derived = new RegExp(`${names.type}|${names.plural}`, 'i');
  const isDerived = (name: string) => existing.has(names.type) && name !== names.type && derived.test(name);
  return own
    .filter((name) => !isDerived(name) && places(name).some((each) => existing.has(each)))
    .filter((name) => !own.includes(name.split('.')[0] ?? '') || !name.includes('.'))
    .map((name) => taken(fault(`模式中的 ${name} `, `${name} of the schema`)));
}

const documentsOf = (files: readonly { path: string; text: string }[]): DocumentNode[] =>
  files.filter(({ path }) => path.endsWith('.graphql')).map(({ text }) => parse(text));

/** The names of types, and of fields as `Type.field`. */
function definedIn(documents: readonly DocumentNode[]): Set<string> {
  const names = new Set<string>();
  for (const { definitions } of documents)
    for (const definition of definitions) {
      if (!('name' in definition) || !definition.name) continue;
      const { value } = definition.name;
      names.add(value);
      if ('fields' in definition)
        for (const field of definition.fields ?? []) names.add(`${value}.${field.name.value}`);
    }
  return names;
}
