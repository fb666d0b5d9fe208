// The version of the code that makes plans: plans that other code made are not used.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { PlannerName } from '../query-planner/query-plan.ts';

const folders = ['apollo-planner', 'planning', 'query-planner', 'supergraph'];
const packages = ['@apollo/federation-internals', '@apollo/query-graphs', '@apollo/query-planner', 'graphql'];

/** A digest of the sources that make plans and of the packages that they use, for one setting of PLANNER. */
export function plannerVersion(planner: PlannerName): string {
  const hash = createHash('sha256').update(planner);
  for (const folder of folders) {
    const url = new URL(`../${folder}/`, import.meta.url);
    for (const name of readdirSync(url, { recursive: true, encoding: 'utf8' }).sort())
      if (name.endsWith('.ts') && !name.endsWith('.test.ts'))
        hash.update(`\n${folder}/${name}\n`).update(readFileSync(new URL(name, url)));
  }
  const require = createRequire(import.meta.url);
  for (const name of packages) hash.update(`\n${name} ${require(`${name}/package.json`).version}`);
  return hash.digest('base64url');
}
