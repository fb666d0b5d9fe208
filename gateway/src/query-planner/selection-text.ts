// Fields and selections as they are written in the operations of fetches.
import {
  type ArgumentNode,
  type ASTNode,
  type FieldNode,
  Kind,
  print,
  type SelectionSetNode,
  stripIgnoredCharacters,
  type ValueNode,
} from 'graphql';
import { NotPlain } from './not-plain.ts';

/** The field as it is written in an operation, without its selections; adds the variables in it. */
export function headOf(
  { alias, name, arguments: args = [], directives = [] }: FieldNode,
  variables: string[],
): string {
  const aliased = alias && alias.value !== name.value ? `${alias.value}:${name.value}` : name.value;
  const written = args.length
    ? `${aliased}(${args.map((each) => argumentText(each, variables)).join(',')})`
    : aliased;
  for (const directive of directives)
    for (const argument of directive.arguments ?? []) variables.push(...variablesIn(argument.value));
  return written + directives.map((each) => compact(each)).join('');
}

function argumentText({ name, value }: ArgumentNode, variables: string[]): string {
  variables.push(...variablesIn(value));
  return `${name.value}:${compact(value)}`;
}

/** The node as text without ignored characters. */
export const compact = (node: ASTNode): string => stripIgnoredCharacters(print(node));

/** The names of the variables in a value. */
export function variablesIn(value: ValueNode): string[] {
  if (value.kind === Kind.VARIABLE) return [value.name.value];
  if (value.kind === Kind.LIST) return value.values.flatMap(variablesIn);
  return value.kind === Kind.OBJECT ? value.fields.flatMap((each) => variablesIn(each.value)) : [];
}

export function wholeText({ selections }: SelectionSetNode, variables: string[]): string {
  const texts = selections.map((selection) => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) throw new NotPlain();
    const inner = selection.selectionSet
      ? `{__typename ${wholeText(selection.selectionSet, variables)}}`
      : '';
    if (selection.kind === Kind.FIELD) return `${headOf(selection, variables)}${inner}`;
    const { typeCondition } = selection;
    return `...${typeCondition ? `on ${typeCondition.name.value}` : ''}${inner}`;
  });
  return texts.join(' ');
}
