// Shrinks a failing operation: removes parts as long as it continues to fail in the same way.
import {
  type ASTNode,
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  parse,
  print,
  validate,
  visit,
} from 'graphql';
import type { Operation } from './operations.ts';

const mostRuns = 400;

/** `fails` returns whether an operation still fails in the same way. */
export async function shrink(
  schema: GraphQLSchema,
  operation: Operation,
  fails: (smaller: Operation) => Promise<boolean>,
): Promise<Operation> {
  let current = operation;
  let runs = 0;
  const attempt = async (document: DocumentNode, variables: Record<string, unknown>): Promise<boolean> => {
    const tidy = withoutUnused(document);
    const kept = tidy.definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION);
    if (kept.length === 0 || kept.some(({ selectionSet }) => selectionSet.selections.length === 0))
      return false;
    const names = new Set<string>();
    visit(tidy, { VariableDefinition: ({ variable }) => void names.add(variable.name.value) });
    const given = Object.fromEntries(Object.entries(variables).filter(([name]) => names.has(name)));
    const smaller = { ...current, query: print(tidy), variables: given };
    const size = ({ query, variables: values }: Operation) => query.length + JSON.stringify(values).length;
    if (size(smaller) >= size({ ...current, query: print(parse(current.query)) })) return false;
    if (validate(schema, tidy).length > 0) return false;
    runs += 1;
    if (!(await fails(smaller))) return false;
    current = smaller;
    return true;
  };
  let isSmaller = true;
  while (isSmaller && runs < mostRuns) {
    isSmaller = false;
    const document = parse(current.query, { noLocation: true });
    for (const candidate of candidates(document)) {
      if (runs >= mostRuns) break;
      if (await attempt(candidate, current.variables)) {
        isSmaller = true;
        break;
      }
    }
  }
  return current;
}

/** Smaller documents, the smallest ones first. */
function* candidates(document: DocumentNode): Iterable<DocumentNode> {
  const droppable = new Set<string>([
    Kind.FIELD,
    Kind.INLINE_FRAGMENT,
    Kind.FRAGMENT_SPREAD,
    Kind.DIRECTIVE,
    Kind.ARGUMENT,
    Kind.OBJECT_FIELD,
    Kind.OPERATION_DEFINITION,
  ]);
  const nodes: ASTNode[] = [];
  visit(document, { enter: (node) => void (droppable.has(node.kind) && nodes.push(node)) });
  for (const node of nodes) yield edit(document, node, null);
  for (const node of nodes) {
    if (node.kind === Kind.FIELD && node.alias) yield edit(document, node, { ...node, alias: undefined });
    if (node.kind !== Kind.INLINE_FRAGMENT && node.kind !== Kind.FRAGMENT_SPREAD) continue;
    // The fragment is replaced by its selections.
    const inner =
      node.kind === Kind.INLINE_FRAGMENT
        ? node.selectionSet
        : document.definitions.find(
            (each) => each.kind === Kind.FRAGMENT_DEFINITION && each.name.value === node.name.value,
          );
    const selectionSet =
      inner && 'selections' in inner ? inner : inner && 'selectionSet' in inner && inner.selectionSet;
    if (!selectionSet) continue;
    yield visit(document, {
      SelectionSet: (set) =>
        set.selections.includes(node as never)
          ? {
              ...set,
              selections: set.selections.flatMap((each) =>
                each === node ? selectionSet.selections : [each],
              ),
            }
          : undefined,
    });
    if (node.kind === Kind.FRAGMENT_SPREAD && inner?.kind === Kind.FRAGMENT_DEFINITION)
      yield edit(document, node, {
        kind: Kind.INLINE_FRAGMENT,
        typeCondition: inner.typeCondition,
        selectionSet: inner.selectionSet,
      });
  }
}

const edit = (document: DocumentNode, target: ASTNode, to: ASTNode | null): DocumentNode =>
  visit(document, { enter: (node) => (node === target ? to : undefined) });

/** Removes empty selection sets, unused fragments and unused variables. */
function withoutUnused(document: DocumentNode): DocumentNode {
  let current = document;
  for (let round = 0; round < 8; round += 1) {
    const before = print(current);
    current = visit(current, {
      leave: (node) => {
        if (
          (node.kind === Kind.FIELD ||
            node.kind === Kind.INLINE_FRAGMENT ||
            node.kind === Kind.FRAGMENT_DEFINITION) &&
          node.selectionSet?.selections.length === 0
        )
          return null;
        return undefined;
      },
    });
    const spreads = new Set<string>();
    const variables = new Set<string>();
    visit(current, {
      FragmentSpread: ({ name }) => void spreads.add(name.value),
      VariableDefinition: () => false,
      Variable: ({ name }) => void variables.add(name.value),
    });
    const defined = new Set<string>();
    visit(current, { FragmentDefinition: ({ name }) => void defined.add(name.value) });
    current = visit(current, {
      FragmentDefinition: ({ name }) => (spreads.has(name.value) ? undefined : null),
      FragmentSpread: ({ name }) => (defined.has(name.value) ? undefined : null),
      VariableDefinition: ({ variable }) => (variables.has(variable.name.value) ? undefined : null),
    });
    if (print(current) === before) break;
  }
  return current;
}
