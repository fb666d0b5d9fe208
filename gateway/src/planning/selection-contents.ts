// What is asked of an object and inside of it, told apart whatever the order and the names of fragments.
import { type Conditions, type Fragments, isIncluded } from '@district-graph/kit/operation/collect-fields';
import {
  type DirectiveNode,
  type FieldNode,
  Kind,
  print,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

interface Asked {
  fragments: Fragments;
  conditions: Conditions;
}

/** Numbers what is asked inside of fields: the same for the same, wherever and in whichever order it stands. */
export class Contents {
  #document: Asked;
  #numbers = new Map<string, number>();
  #parts = new Map<SelectionSetNode, ReadonlySet<string>>();

  constructor(document: Asked) {
    this.#document = document;
  }

  of(nodes: readonly FieldNode[]): number {
    return this.#number(nodes.flatMap(({ selectionSet }) => selectionSet ?? []));
  }

  #number(selectionSets: readonly SelectionSetNode[]): number {
    const parts = new Set(selectionSets.flatMap((each) => [...this.#partsOf(each)]));
    const text = [...parts].sort().join('\n');
    const number = this.#numbers.get(text) ?? this.#numbers.size + 1;
    this.#numbers.set(text, number);
    return number;
  }

  #partsOf(selectionSet: SelectionSetNode): ReadonlySet<string> {
    let parts = this.#parts.get(selectionSet);
    if (!parts) {
      parts = new Set(selectionSet.selections.flatMap((selection) => this.#part(selection)));
      this.#parts.set(selectionSet, parts);
    }
    return parts;
  }

  #part(selection: SelectionNode): string[] {
    const { fragments, conditions } = this.#document;
    if (!isIncluded(selection, conditions)) return [];
    if (selection.kind === Kind.FIELD) {
      const { name, alias, selectionSet } = selection;
      const inside = selectionSet ? `{${this.#number([selectionSet])}}` : '';
      return [`${(alias ?? name).value}:${callOf([selection])}${inside}`];
    }
    const fragment =
      selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
    if (!fragment) return [];
    const { typeCondition, selectionSet } = fragment;
    return typeCondition
      ? [`... on ${typeCondition.name.value}{${this.#number([selectionSet])}}`]
      : [...this.#partsOf(selectionSet)];
  }
}

/** What is asked of a field's object, apart from what is asked inside. */
export function callOf([node]: readonly [FieldNode, ...FieldNode[]]): string {
  const { name, arguments: args = [] } = node;
  const directed = (forSubgraphs(node) ?? []).map(print).join(' ');
  return `${name.value}(${args.map(print).sort().join()})${directed}`;
}

/** A field's directives but for @skip and @include, which are followed here; undefined where there are none. */
export function forSubgraphs({ directives = [] }: FieldNode): readonly DirectiveNode[] | undefined {
  if (directives.length === 0) return undefined;
  const others = directives.filter(({ name }) => name.value !== 'skip' && name.value !== 'include');
  return others.length ? others : undefined;
}
