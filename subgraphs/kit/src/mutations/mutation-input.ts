// Normalizes and checks the input of every mutation before it runs: text in its normal form, divisions of the register, points in the city.

import { checkRegistered } from '../divisions/division-register.ts';
import { checkLocation, type GeoPoint } from '../divisions/geography.ts';
import { checkText, textFormOf } from './text-forms.ts';

/** The names of fields with the code of a division. */
export const divisionFields: ReadonlySet<string> = new Set(['divisionCode', 'within']);

/** The normalized input. Errors name an argument by its path, such as `elsewhere.divisionCode`. */
export const checkedInput = <Input extends object>(input: Input): Input => checkedFields(input, '') as Input;

function checkedFields(fields: object, path: string): object {
  const checked: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) checked[name] = checkedValue(value, name, path + name);
  return 'longitude' in checked && 'latitude' in checked
    ? checkLocation(checked as unknown as GeoPoint, path.slice(0, -1))
    : checked;
}

function checkedValue(value: unknown, name: string, path: string): unknown {
  if (typeof value === 'string') {
    const text = checkText(path, value, textFormOf(name));
    return divisionFields.has(name) ? checkRegistered(path, text) : text;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each, index) => checkedValue(each, name, `${path}.${index}`));
  return checkedFields(value, `${path}.`);
}
