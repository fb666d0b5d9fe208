// Reads a subgraph's SDL: the definitions of base.graphql that it uses, followed by the schema.graphql files of its modules.
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type DefinitionNode, type DocumentNode, GraphQLError, Kind, parse, print, visit } from 'graphql';
import { describeAccess } from '../access/access-descriptions.ts';

const baseFile = new URL('../../../../schema/base.graphql', import.meta.url);

/** The SDL of the subgraph in a folder (a file URL ending in `/`), as it is composed and published. Throws if there is none. */
export function readSdl(subgraph: URL): string {
  const folder = fileURLToPath(subgraph);
  const files = globSync('src/*/schema.graphql', { cwd: folder }).sort();
  if (files.length === 0) throw new Error(`no src/<module>/schema.graphql below ${folder}`);
  const own: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: files.flatMap((file) => parseFile(new URL(file, subgraph)).definitions),
  };
  const definitions = [...usedOf(parseFile(baseFile), own), ...own.definitions];
  return `${print(describeAccess({ kind: Kind.DOCUMENT, definitions }))}\n`;
}

/** Throws one error that names the file and the line. */
function parseFile(url: URL): DocumentNode {
  try {
    return parse(readFileSync(url, 'utf8'));
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const [{ line, column } = { line: 1, column: 1 }] = error.locations ?? [];
    const where = `${fileURLToPath(url)}:${line}:${column}`;
    throw new Error(`模式语法有误 The schema has a syntax error：${where}: ${error.message}`, {
      cause: error,
    });
  }
}

/** The definitions of `base` that `own` names, directly or indirectly; always those of directives and those without a name. */
function usedOf(base: DocumentNode, own: DocumentNode): DefinitionNode[] {
  const byName = new Map(
    base.definitions.flatMap((node) => ('name' in node && node.name ? [[node.name.value, node]] : [])),
  );
  const used = new Set<DefinitionNode>();
  const mark = (node: DefinitionNode | DocumentNode) =>
    visit(node, {
      NamedType: ({ name }) => {
        const definition = byName.get(name.value);
        if (!definition || used.has(definition)) return;
        used.add(definition);
        mark(definition);
      },
    });
  mark(own);
  const isAlways = (node: DefinitionNode) =>
    node.kind === Kind.DIRECTIVE_DEFINITION || !('name' in node && node.name);
  return base.definitions.filter((node) => used.has(node) || isAlways(node));
}
