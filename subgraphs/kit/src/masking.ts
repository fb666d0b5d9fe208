// What is shown of a person to a caller who may not see them: GB/T 35273 de-identified display, in the usual forms.
import { namesAboveCommunities } from './divisions/register.ts';

/** The surname kept: 张三丰 -> 张**. */
export const maskName = (name: string | null): string | null =>
  name === null ? null : `${[...name][0] ?? ''}${'*'.repeat(Math.max(1, [...name].length - 1))}`;

/** First three and last four digits of a phone number: 138****5678. Shorter numbers keep their last two. */
export const maskPhone = (phone: string | null): string | null => {
  if (phone === null) return null;
  return phone.length >= 11 ? `${phone.slice(0, 3)}****${phone.slice(-4)}` : `****${phone.slice(-2)}`;
};

/**
 * Six digits of the place and the three of the serial. Birthday and check digit are hidden: of the days of a known year, the
 * check digit would leave one in eleven.
 */
export const maskIdNumber = (idNumber: string | null): string | null =>
  idNumber === null ? null : `${idNumber.slice(0, 6)}********${idNumber.slice(-4, -1)}*`;

/** The year of a day. */
export const maskBirthDate = (birthDate: string | null): string | null => birthDate?.slice(0, 4) ?? null;

/** A point to 0.01 degrees, about a kilometre. */
export const coarsePoint = (
  longitude: number,
  latitude: number,
): { longitude: number; latitude: number } => ({
  longitude: Math.round(longitude * 100) / 100,
  latitude: Math.round(latitude * 100) / 100,
});

/** An address as far as its subdistrict: the names of the register that it begins with, however it is spaced, and no more. */
export function maskAddress(address: string | null): string | null {
  if (address === null) return null;
  let rest = address.trimStart();
  let kept = '';
  for (const names of namesAboveCommunities()) {
    const name = names.find((each) => rest.startsWith(each));
    if (name === undefined) continue;
    kept += name;
    rest = rest.slice(name.length).trimStart();
  }
  return `${kept}****`;
}

const through =
  <Value>(mask: (value: Value) => unknown) =>
  (value: unknown): unknown =>
    value === null || value === undefined ? null : mask(value as Value);

/** The masks that a rule of the schema can name. */
export const masks = {
  NAME: through(maskName),
  PHONE: through(maskPhone),
  ID_NUMBER: through(maskIdNumber),
  YEAR: through(maskBirthDate),
  ADDRESS: through(maskAddress),
  /** A division as far as its subdistrict. */
  SUBDISTRICT: through(({ code }: { code: string }) => ({ code: code.slice(0, 9) })),
  POINT: through(({ longitude, latitude }: { longitude: number; latitude: number }) =>
    coarsePoint(longitude, latitude),
  ),
  HIDDEN: () => null,
} as const;

/** A value of a masked field that is nobody's: an incident's place, say, that concerns no person. Told as it is. */
export class Unprotected {
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }
}

export type MaskName = keyof typeof masks;
