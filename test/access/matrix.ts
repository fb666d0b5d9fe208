// The matrix as people read it: a table for each type, a line for each field, a column for each role.

import type { Outcome } from './observe-access.ts';
import { protectedTypes } from './protected-fields.ts';
import type { Place, Walker } from './viewers.ts';

const letters: Record<Outcome, string> = { allowed: 'A', masked: 'M', nothing: '0', refused: '-' };

export type OutcomeOf = (walker: Walker, field: string) => Outcome;

const legend = `Who gets what of everything that bears @access, measured by every way there is to it. \`npm run access:matrix\` writes it anew.

A  the value      M  its mask      0  null, though there is a value and a mask      -  refused

Four letters for each role, one for each standing of who asks:
  1 inside the division of the record, a purpose declared ("." for roles that may declare none)
  2 inside the division, no purpose
  3 another subdistrict of the same district, a purpose declared where the role may
  4 another district, a purpose declared where the role may
What is listed without naming a division (nearest vehicles, access records) is looked for inside the viewer's own: A there is what is theirs.
Anonymous callers have one letter. "the elder" is the one whom the records are about, signed in as a resident; of care workers the elder sees
who cares for them, from the own record and visits.
`;

/** The letters of one role, or whoever the column is of. */
function cell(ofColumn: readonly Walker[], field: string, outcomeOf: OutcomeOf): string {
  if (ofColumn.length === 1) return letters[outcomeOf(ofColumn[0] as Walker, field)];
  const letterOf = (place: Place, hasPurpose: boolean) => {
    const walker = ofColumn.find((each) => each.place === place && (each.purpose !== null) === hasPurpose);
    return walker && letters[outcomeOf(walker, field)];
  };
  const outside = (place: Place) => letterOf(place, true) ?? letterOf(place, false);
  return [
    letterOf('inside', true) ?? '.',
    letterOf('inside', false),
    outside('beside'),
    outside('outside'),
  ].join('');
}

export function printed(walkers: readonly Walker[], fields: readonly string[], outcomeOf: OutcomeOf): string {
  const columns = Map.groupBy(walkers, ({ name }) => name);
  const names = [...columns.keys()];
  const sections = [...Map.groupBy(fields, (field) => field.split('.')[0] as string)].map(
    ([type, ofType]) => {
      const rows = ofType.map((field) => [
        field,
        ...names.map((name) => cell(columns.get(name) as Walker[], field, outcomeOf)),
        ruleText(field),
      ]);
      const wide = Math.max(...ofType.map(({ length }) => length), 10);
      const lines = [['', ...names.map((_, index) => String.fromCharCode(97 + index)), ''], ...rows].map(
        ([first = '', ...rest]) =>
          [first.padEnd(wide), ...rest.slice(0, -1).map((text) => text.padEnd(4)), rest.at(-1)]
            .join('  ')
            .trimEnd(),
      );
      return `${type}\n${lines.join('\n')}\n`;
    },
  );
  const key = names.map((name, index) => `  ${String.fromCharCode(97 + index)}  ${name}`).join('\n');
  return `${legend}\nColumns:\n${key}\n\n${sections.join('\n')}`;
}

function ruleText(field: string): string {
  const [type = '', name = ''] = field.split('.');
  const found = protectedTypes.get(type);
  const rule = found?.fields.get(name) ?? found?.ofType;
  return rule
    ? `${rule.scope}${rule.mask ? ` or ${rule.mask}` : ''}${rule.within ? ` within ${rule.within}` : ''}`
    : '';
}
