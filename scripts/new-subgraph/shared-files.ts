// The entries of a new subgraph in the files that all subgraphs share: the list, the lock file, the table of roles.
import { kebab, roleOf, type SubgraphNames } from './names.ts';

/** schema/subgraphs.json with the subgraph at its end. */
export function withListed(text: string, { name, port }: SubgraphNames): string {
  const listed = JSON.parse(text) as { name: string; port: number }[];
  const lines = [...listed, { name, port }].map(
    (each) => `  { "name": ${JSON.stringify(each.name)}, "port": ${each.port} }`,
  );
  return `[\n${lines.join(',\n')}\n]\n`;
}

type Packages = Record<string, unknown>;

/** package-lock.json with the package of the subgraph, as npm writes it. */
export function withPackage(text: string, { name }: SubgraphNames, manifest: Packages): string {
  const lock = JSON.parse(text) as { packages: Packages };
  const { name: packageName, version, dependencies, devDependencies } = manifest;
  const packages = inserted(
    inserted(lock.packages, `node_modules/@district-graph/${name}`, {
      resolved: `subgraphs/${name}`,
      link: true,
    }),
    `subgraphs/${name}`,
    { name: packageName, version, dependencies, devDependencies },
  );
  return `${JSON.stringify({ ...lock, packages }, null, 2)}\n`;
}

/** The record with an entry more, where its order has a place for it. */
function inserted(record: Packages, key: string, value: unknown): Packages {
  const entries = Object.entries(record);
  const next = entries.findIndex(([other]) => other !== '' && other.localeCompare(key, 'en') > 0);
  entries.splice(next < 0 ? entries.length : next, 0, [key, value]);
  return Object.fromEntries(entries);
}

/** Before these lines of roles.ts the scopes and the role of a new subgraph stand. */
const lastScopes = "  'person-count:exact':";
const lastRoles = '  /** Overviews and public data only, in bulk: no person, and no small count. */\n';

/** roles.ts with the scopes of the subgraph, and a role that has them. */
export function withScopes(text: string, { name, plural, zh }: SubgraphNames): string {
  const [read, write] = [`${name}:read`, `${name}:write`];
  const many = kebab(plural).replaceAll('-', ' ');
  const scopes = `  '${read}': '查看${zh}的联系电话 See telephone numbers of ${many}',
  '${write}': '登记、修改、关闭${zh} Register, edit and close ${many}',
`;
  const role = `  '${roleOf(name)}': { scopes: ['${read}', '${write}'], purposes: ['EMERGENCY'] },\n`;
  return insertedBefore(insertedBefore(text, lastScopes, scopes), lastRoles, role);
}

function insertedBefore(text: string, line: string, addition: string): string {
  const at = text.indexOf(line);
  if (at < 0) throw new Error(`roles.ts has no line ${line.trim()}`);
  return `${text.slice(0, at)}${addition}${text.slice(at)}`;
}
