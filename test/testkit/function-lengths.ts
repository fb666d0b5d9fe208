// Measures the functions of a source text, for the test of the architecture.
import { parseSync } from '@swc/core';

interface Measured {
  name: string;
  lines: number;
}

/** The functions in a source text, which may contain JSX, with their lines less those of template literals. */
export function functionsOf(source: string, tsx = false): Measured[] {
  const bytes = Buffer.from(source);
  const lineStarts = [0];
  for (const [index, byte] of bytes.entries()) if (byte === 10) lineStarts.push(index + 1);
  const { length } = lineStarts;
  const lineAt = (position: number): number => {
    let [low, high] = [0, length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((lineStarts[middle] ?? 0) <= position - 1) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  const functions: Measured[] = [];
  /** Returns the lines of template literals in a node. */
  const walk = (node: unknown, name: string): number => {
    if (typeof node !== 'object' || node === null) return 0;
    if (Array.isArray(node)) return node.reduce<number>((sum, each) => sum + walk(each, name), 0);
    const { type, span, identifier, key, id } = node as Record<string, SyntaxNode | undefined> & {
      type?: string;
      span?: { start: number; end: number };
    };
    const named = [identifier, key, key?.id, id]
      .map((each) => each?.value)
      .find((each) => typeof each === 'string');
    const inner = Object.values(node).reduce<number>(
      (sum, each) => sum + walk(each, String(named ?? name)),
      0,
    );
    if (!span || type === undefined) return inner;
    const lines = lineAt(span.end - 1) - lineAt(span.start) + 1;
    if (type === 'TemplateLiteral') return lines - 1;
    if (isFunction.test(type)) functions.push({ name: String(named ?? name), lines: lines - inner });
    return inner;
  };
  walk(parseSync(source, { syntax: 'typescript', tsx }), '(anonymous)');
  return functions;
}

interface SyntaxNode {
  value?: unknown;
  id?: SyntaxNode;
}

const isFunction =
  /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression|ClassMethod|PrivateMethod|Constructor|MethodProperty|GetterProperty|SetterProperty)$/;
