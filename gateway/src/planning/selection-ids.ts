// Identifies equal selections, independent of their order and of the names of fragments.
import { type Conditions, type Fragments, isIncluded } from '@district-graph/kit/operation/collect-fields';
import {
  type DirectiveNode,
  type FieldNode,
  Kind,
  print,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

interface OperationDocument {
  fragments: Fragments;
  conditions: Conditions;
}

/** Numbers the selections inside fields. Selections of the same fields have the same number. */
export class SelectionIds {
  #document: OperationDocument;
  #ids = new Map<string, number>();
  #parts = new Map<SelectionSetNode, ReadonlySet<string>>();

  constructor(document: OperationDocument) {
    this.#document = document;
  }

  of(nodes: readonly FieldNode[]): number {
    return this.#idOf(nodes.flatMap(({ selectionSet }) => selectionSet ?? []));
  }

  #idOf(selectionSets: readonly SelectionSetNode[]): number {
    const parts = new Set(selectionSets.flatMap((each) => [...this.#partsOf(each)]));
    const text = [...parts].sort().join('\n');
    const id = this.#ids.get(text) ?? this.#ids.size + 1;
    this.#ids.set(text, id);
    return id;
  }

  #partsOf(selectionSet: SelectionSetNode): ReadonlySet<string> {
    let parts = this.#parts.get(selectionSet);
    if (!parts) {
      parts = new Set(selectionSet.selections.flatMap((selection) => this.#textsOf(selection)));
      this.#parts.set(selectionSet, parts);
    }
    return parts;
  }

  #textsOf(selection: SelectionNode): string[] {
    const { fragments, conditions } = this.#document;
    if (!isIncluded(selection, conditions)) return [];
    if (selection.kind === Kind.FIELD) {
      const { name, alias, selectionSet } = selection;
      const inside = selectionSet ? `{${this.#idOf([selectionSet])}}` : '';
      return [`${(alias ?? name).value}:${fieldSignature([selection])}${inside}`];
    }
    const fragment =
      selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
    if (!fragment) return [];
    const { typeCondition, selectionSet } = fragment;
    return typeCondition
      ? [`... on ${typeCondition.name.value}{${this.#idOf([selectionSet])}}`]
      : [...this.#partsOf(selectionSet)];
  }
}

/** A field with its arguments and directives, without its selections. */
export function fieldSignature([node]: readonly [FieldNode, ...FieldNode[]]): string {
  const { name, arguments: args = [] } = node;
  const directed = (directivesForSubgraphs(node) ?? []).map(print).join(' ');
  return `${name.value}(${args.map(print).sort().join()})${directed}`;
}

/** The directives of a field without @skip and @include, which the gateway evaluates; undefined where there are none. */
export function directivesForSubgraphs({ directives = [] }: FieldNode): readonly DirectiveNode[] | undefined {
  if (directives.length === 0) return undefined;
  const others = directives.filter(({ name }) => name.value !== 'skip' && name.value !== 'include');
  return others.length ? others : undefined;
}
