// Prints the declarations of a subgraph as SDL.
import { inputTypes } from './field-types.ts';
import type { Declaration, Graph, Placement, Subgraph } from './model.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@requires", "@provides", "@external", "@shareable", "@override", "@inaccessible", "@interfaceObject"])`;

export function printSubgraph(graph: Graph, subgraph: Subgraph): string {
  const types = [...subgraph.types.values()].map((declared) => printType(graph, subgraph, declared));
  const text = types.join('\n');
  const named = (name: string, inText: string) => new RegExp(`\\b${name}\\b`).test(inText);
  const inputs = [...inputTypes].filter(([name]) => named(name, text)).map(([, sdl]) => sdl);
  const all = `${text}\n${inputs.join('\n')}`;
  const enums = [...graph.enums].filter(([name]) => named(name, all));
  const scalars = graph.scalars.filter((name) => named(name, all));
  return [
    link,
    ...scalars.map((name) => `scalar ${name}`),
    ...enums.map(([name, values]) => `enum ${name} { ${values.join(' ')} }`),
    all,
  ].join('\n');
}

function printType(graph: Graph, subgraph: Subgraph, declared: Declaration): string {
  const { name, kind, members } = declared;
  if (kind === 'union') return `union ${name} = ${members.join(' | ')}`;
  const keys = declared.keys.map(
    ({ fields, resolvable }) => `@key(fields: "${fields}"${resolvable ? '' : ', resolvable: false'})`,
  );
  if (kind === 'interfaceObject') keys.push('@interfaceObject');
  const implemented = [...subgraph.types.values()].filter(
    (each) => each.kind === 'interface' && each.members.includes(name),
  );
  const isInterface = kind === 'interface';
  const fields = [...declared.fields.values()].map(
    (placement) =>
      `  ${printField(subgraph, placement)}${isInterface ? '' : directives(graph, declared, placement)}`,
  );
  const heading = [
    isInterface ? 'interface' : 'type',
    name,
    ...(implemented.length ? [`implements ${implemented.map((each) => each.name).join(' & ')}`] : []),
    ...keys,
  ];
  return `${heading.join(' ')} {\n${fields.join('\n')}\n}`;
}

function printField(subgraph: Subgraph, { field }: Placement): string {
  const args = field.args.map(
    ({ name, type, fallback }) => `${name}: ${type}${fallback === null ? '' : ` = ${fallback}`}`,
  );
  const strict = field.strictIn.includes(subgraph.name) && !field.type.endsWith('!') ? '!' : '';
  return `${field.name}${args.length ? `(${args.join(', ')})` : ''}: ${field.type}${strict}`;
}

function directives(graph: Graph, declared: Declaration, placement: Placement): string {
  const { field, external, requires, provides, overrideFrom, overridden } = placement;
  const texts: string[] = [];
  const others = graph.subgraphs.flatMap(
    ({ types }) => types.get(declared.name)?.fields.get(field.name) ?? [],
  );
  const shared = others.filter((each) => each !== placement && !each.overridden && !each.overrideFrom);
  if (external) texts.push('@external');
  else if (shared.length && !overridden && !overrideFrom && !requires) texts.push('@shareable');
  if (requires) texts.push(`@requires(fields: ${JSON.stringify(requires)})`);
  if (provides) texts.push(`@provides(fields: ${JSON.stringify(provides)})`);
  if (overrideFrom) texts.push(`@override(from: "${overrideFrom}")`);
  if (field.inaccessible && !external) texts.push('@inaccessible');
  return texts.map((text) => ` ${text}`).join('');
}
