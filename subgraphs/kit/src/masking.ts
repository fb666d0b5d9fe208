// Masks personal data for viewers without permission: de-identified display by GB/T 35273, in the usual forms.

import { namesAboveCommunities } from './divisions/division-register.ts';
import { subdistrictCodeOf } from './divisions/divisions.ts';

/** Keeps the surname: 张三丰 -> 张**. */
export const maskName = (name: string | null): string | null =>
  name === null ? null : `${[...name][0] ?? ''}${'*'.repeat(Math.max(1, [...name].length - 1))}`;

/** Keeps the first three and last four digits of a phone number: 138****5678. Short numbers keep their last two. */
export const maskPhone = (phone: string | null): string | null => {
  if (phone === null) return null;
  return phone.length >= 11 ? `${phone.slice(0, 3)}****${phone.slice(-4)}` : `****${phone.slice(-2)}`;
};

/**
 * Keeps the six digits of the division and the three of the serial number. The birthday and the check digit are hidden: with a known
 * year, the check digit would leave only one in eleven days.
 */
export const maskIdNumber = (idNumber: string | null): string | null =>
  idNumber === null ? null : `${idNumber.slice(0, 6)}********${idNumber.slice(-4, -1)}*`;

/** Keeps the year. */
export const maskBirthDate = (birthDate: string | null): string | null => birthDate?.slice(0, 4) ?? null;

/** Rounds a point to 0.01 degrees, about a kilometre. */
export const coarsePoint = (
  longitude: number,
  latitude: number,
): { longitude: number; latitude: number } => ({
  longitude: Math.round(longitude * 100) / 100,
  latitude: Math.round(latitude * 100) / 100,
});

/** Keeps an address up to its subdistrict: the names of divisions that it starts with, with any spacing between them. */
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

const unlessNull =
  <Value>(mask: (value: Value) => unknown) =>
  (value: unknown): unknown =>
    value === null || value === undefined ? null : mask(value as Value);

/** The masks that an @access rule can name. */
export const masks = {
  NAME: unlessNull(maskName),
  PHONE: unlessNull(maskPhone),
  ID_NUMBER: unlessNull(maskIdNumber),
  YEAR: unlessNull(maskBirthDate),
  ADDRESS: unlessNull(maskAddress),
  /** A division up to its subdistrict. */
  SUBDISTRICT: unlessNull(({ code }: { code: string }) => ({ code: subdistrictCodeOf(code) })),
  POINT: unlessNull(({ longitude, latitude }: { longitude: number; latitude: number }) =>
    coarsePoint(longitude, latitude),
  ),
  HIDDEN: () => null,
} as const;

/** A value of a masked field that concerns no person, such as the location of an incident without persons. It is not masked. */
export class Unprotected {
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }
}

export type MaskName = keyof typeof masks;
