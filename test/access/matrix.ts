// The text of the access matrix: a table for each type, a line for each field, a column for each role.

import type { Outcome } from './observe-access.ts';
import { protectedTypes } from './protected-fields.ts';
import type { Place, TestViewer } from './viewers.ts';

const letters: Record<Outcome, string> = { allowed: 'A', masked: 'M', nothing: '0', refused: '-' };

export type OutcomeOf = (viewer: TestViewer, field: string) => Outcome;

const legend = `The result for every viewer of every field with @access, measured by every route to it. \`npm run access:matrix\` writes this file.

A  the value      M  its mask      0  null, although there is a value and a mask      -  refused

Each role has four letters, one for each situation of the viewer:
  1 in the division of the record, with a purpose ("." for roles that may not declare one)
  2 in the division of the record, without a purpose
  3 in another subdistrict of the same district, with a purpose if the role may declare one
  4 in another district, with a purpose if the role may declare one
Lists without a division argument (nearest vehicles, access records) return records of the viewer's own divisions: there, A means those records.
Anonymous clients have one letter. "the elder" is the person whom the records are about, signed in as a resident; of the care workers, the elder
sees those who care for them, through their own record and visits.
`;

/** The letters of one column. */
function cell(ofColumn: readonly TestViewer[], field: string, outcomeOf: OutcomeOf): string {
  if (ofColumn.length === 1) return letters[outcomeOf(ofColumn[0] as TestViewer, field)];
  const letterOf = (place: Place, hasPurpose: boolean) => {
    const viewer = ofColumn.find((each) => each.place === place && (each.purpose !== null) === hasPurpose);
    return viewer && letters[outcomeOf(viewer, field)];
  };
  const outside = (place: Place) => letterOf(place, true) ?? letterOf(place, false);
  return [
    letterOf('inside', true) ?? '.',
    letterOf('inside', false),
    outside('beside'),
    outside('outside'),
  ].join('');
}

export function printed(
  testViewers: readonly TestViewer[],
  fields: readonly string[],
  outcomeOf: OutcomeOf,
): string {
  const columns = Map.groupBy(testViewers, ({ name }) => name);
  const names = [...columns.keys()];
  const sections = [...Map.groupBy(fields, (field) => field.split('.')[0] as string)].map(
    ([type, ofType]) => {
      const rows = ofType.map((field) => [
        field,
        ...names.map((name) => cell(columns.get(name) as TestViewer[], field, outcomeOf)),
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
