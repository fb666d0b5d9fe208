// Whether fields of one response name have types in conflict, so that they cannot be selected side by side (SameResponseShape of the
// GraphQL specification). A field of an interface may have a narrower type in an object type.
import { Kind, type SelectionSetNode } from 'graphql';
import type { IndexedField, IndexedType } from './supergraph-index.ts';

type Types = ReadonlyMap<string, IndexedType>;

/** By response name, the type of the field and the shape of its objects. */
type Shape = Map<string, { type: string; inner: Shape }>;

/** What must be the same of the types of two fields: of objects, only their lists and whether they can be null. */
export function comparedType(field: IndexedField, types: Types, text = field.typeText): string {
  return types.get(field.type)?.kind === 'leaf' ? text : text.replace(field.type, '');
}

/** Whether the selection sets of one object have such fields, at any depth. */
export function hasTypeConflict(
  selectionSets: readonly SelectionSetNode[],
  type: IndexedType,
  types: Types,
): boolean {
  const shape: Shape = new Map();
  return selectionSets.some((each) => conflictsWith(shape, each, type, types));
}

function conflictsWith(
  shape: Shape,
  { selections }: SelectionSetNode,
  type: IndexedType,
  types: Types,
): boolean {
  return selections.some((selection) => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return true;
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const on = selection.typeCondition ? types.get(selection.typeCondition.name.value) : type;
      return !on || conflictsWith(shape, selection.selectionSet, on, types);
    }
    const field = type.fields.get(selection.name.value);
    if (!field) return false;
    const name = (selection.alias ?? selection.name).value;
    const compared = comparedType(field, types);
    const known = shape.get(name) ?? { type: compared, inner: new Map() };
    shape.set(name, known);
    if (known.type !== compared) return true;
    const inner = types.get(field.type);
    return selection.selectionSet && inner
      ? conflictsWith(known.inner, selection.selectionSet, inner, types)
      : false;
  });
}
