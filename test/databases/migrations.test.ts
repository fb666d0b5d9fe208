// The committed migrations match the tables.ts of the subgraphs: there is nothing to generate.
import { globSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { listedSubgraphs } from '@district-graph/schema/registry';
import { generateDrizzleJson, generateMigration } from 'drizzle-kit/api';
import { expect, it } from 'vitest';

const root = new URL('../../', import.meta.url).pathname;

const folders = listedSubgraphs.map(({ name }) => `subgraphs/${name}`);

it.each([...folders, 'scripts/new-subgraph/template'])(
  'the migrations in %s match the tables there',
  async (folder) => {
    const tables: Record<string, unknown> = {};
    for (const file of globSync(`${folder}/src/*/tables.ts`, { cwd: root }))
      Object.assign(tables, await import(pathToFileURL(`${root}${file}`).href));
    const meta = `${root}${folder}/migrations/meta`;
    const { entries } = JSON.parse(readFileSync(`${meta}/_journal.json`, 'utf8'));
    const prefix = String(entries.at(-1).idx).padStart(4, '0');
    const committed = JSON.parse(readFileSync(`${meta}/${prefix}_snapshot.json`, 'utf8'));
    expect(await generateMigration(committed, generateDrizzleJson(tables))).toEqual([]);
  },
);
