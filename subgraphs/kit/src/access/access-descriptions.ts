// Descriptions that say which scope and purposes a type or field requires, generated from its @access rule.
import { type ConstDirectiveNode, type DocumentNode, Kind, type StringValueNode, visit } from 'graphql';
import type { Bilingual } from '../errors.ts';
import { type Purpose, roles } from '../identity/roles.ts';

/** The SDL with a sentence at the end of the description of everything that bears @access. */
export const describeAccess = (sdl: DocumentNode): DocumentNode =>
  visit(sdl, {
    ObjectTypeDefinition: { leave: described },
    InterfaceTypeDefinition: { leave: described },
    FieldDefinition: { leave: described },
  });

function described<
  Node extends { description?: StringValueNode; directives?: readonly ConstDirectiveNode[] },
>(node: Node): Node | undefined {
  const rule = node.directives?.find(({ name }) => name.value === 'access');
  if (!rule || !node.description) return undefined;
  const { zh, en } = requirementOf(rule);
  const value = `${node.description.value.trimEnd()}\n\n${zh} ${en}`;
  return { ...node, description: { kind: Kind.STRING, value, block: true } };
}

function requirementOf(rule: ConstDirectiveNode): Bilingual {
  const argument = (name: string): string | null => {
    const value = rule.arguments?.find((each) => each.name.value === name)?.value;
    return value?.kind === Kind.STRING ? value.value : null;
  };
  const scope = argument('scope') ?? '';
  if (argument('mask') !== null) {
    const purposes = purposesOf(scope).join(', ');
    return {
      zh: `脱敏；原值需要权限 ${scope}，并以请求头 x-purpose 声明用途（${purposes}）。`,
      en: `Masked; the full value requires the scope ${scope} and a purpose in the header x-purpose (${purposes}).`,
    };
  }
  if (argument('within') !== null)
    return {
      zh: `需要在该区划内的权限 ${scope}。`,
      en: `Requires the scope ${scope} in that division.`,
    };
  return { zh: `需要权限 ${scope}。`, en: `Requires the scope ${scope}.` };
}

/** The purposes that roles with the scope may declare. */
function purposesOf(scope: string): Purpose[] {
  const found = new Set<Purpose>();
  for (const role of Object.values(roles))
    if ((role.scopes as readonly string[]).includes(scope))
      for (const purpose of role.purposes) found.add(purpose);
  return [...found].sort();
}
