// Checks the SDL of a foreign subgraph for what composition accepts, but what would take something from the other subgraphs or leave an access rule without effect.
import {
  type ConstDirectiveNode,
  type DirectiveNode,
  type DocumentNode,
  GraphQLError,
  Kind,
  parse,
  visit,
} from 'graphql';

const accessSpec = 'https://district-graph.cn/specs/access/';

export interface ForeignSdlOptions {
  /** The names of the subgraphs of this repository. */
  own: ReadonlySet<string>;
  /** Whether the subgraph enforces its @access rules itself. */
  checksAccess: boolean;
}

/** A line for each fault; empty for an SDL that may be composed. */
export function foreignFaults(sdl: string, { own, checksAccess }: ForeignSdlOptions): string[] {
  let document: DocumentNode;
  try {
    document = parse(sdl);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const { line, column } = error.locations?.[0] ?? { line: 1, column: 1 };
    return [`${line}:${column}: 模式语法有误 The schema has a syntax error：${error.message}`];
  }
  const faults: string[] = [];
  let hasRules = false;
  visit(document, {
    Directive(directive, _key, _parent, _path, ancestors) {
      const place = placeOf(ancestors);
      if (directive.name.value === 'override' && own.has(textOf(directive, 'from') ?? ''))
        faults.push(
          `${place} 不得以 @override 接管本系统子图的字段。 ${place} cannot take over a field of a subgraph of this system with @override.`,
        );
      if (directive.name.value !== 'access') return;
      hasRules = true;
      if (!checksAccess && textOf(directive, 'mask') !== null)
        faults.push(
          `${place} 的 @access 不能有 mask：网关无法脱敏（除非条目有 access "subgraph"）。 The @access rule of ${place} cannot have a mask, which the gateway cannot apply (unless its entry has access "subgraph").`,
        );
    },
  });
  if (hasRules && !isComposed(document))
    faults.push(
      `使用 @access 须有 @link(url: "${accessSpec}v1.0", import: ["@access"]) 与 @composeDirective(name: "@access")，否则组合后规则失效。 @access requires @link(url: "${accessSpec}v1.0", import: ["@access"]) and @composeDirective(name: "@access"): without them its rules are lost in composition.`,
    );
  return faults;
}

/** `Type.field` or `Type`, from the nodes above a directive. */
const placeOf = (ancestors: readonly unknown[]): string =>
  ancestors
    .flatMap((node) => {
      const { kind, name } = node as { kind?: string; name?: { value: string } };
      return kind && kind !== Kind.DOCUMENT && name ? [name.value] : [];
    })
    .join('.');

function isComposed({ definitions }: DocumentNode): boolean {
  const directives = definitions.flatMap((node): readonly ConstDirectiveNode[] =>
    node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION
      ? (node.directives ?? [])
      : [],
  );
  const named = (name: string) => directives.filter((each) => each.name.value === name);
  return (
    named('link').some((each) => textOf(each, 'url')?.startsWith(accessSpec)) &&
    named('composeDirective').some((each) => textOf(each, 'name') === '@access')
  );
}

function textOf({ arguments: args }: DirectiveNode, name: string): string | null {
  const value = args?.find((each) => each.name.value === name)?.value;
  return value?.kind === Kind.STRING ? value.value : null;
}
