// A keyed hash by which a person is recognized without their name or number being stored.

import { isId } from '@district-graph/kit/database/ids';
import { blindIndexes } from '@district-graph/kit/encryption/blind-index';
import type { Keyring } from '@district-graph/kit/encryption/keyring';
import { badInput } from '@district-graph/kit/errors';
import { required } from '@district-graph/kit/mutations/mutation';
import type { NamedPerson } from '@district-graph/kit/personal-data/personal-data';

/** The person that a booking is for: a registered elder, or a name with a telephone number. */
export interface Person {
  elderId?: string | null;
  name?: string | null;
  phone?: string | null;
}

const maxNameLength = 50;

/** The text that is hashed for a person, independent of spacing and notation. Throws if it identifies nobody. */
export function checkPerson({ elderId, name, phone }: Person): string {
  const byName = name != null || phone != null;
  if ((elderId != null) === byName)
    throw badInput(
      'elderId',
      { zh: 'elderId，或姓名与电话，二者择一', en: 'either elderId, or name and phone' },
      elderId ?? null,
    );
  if (elderId != null) return `elder/${required(isId(elderId) ? elderId : null, 'elderId', elderId)}`;
  const plainName = plainNameOf(name ?? '');
  // The error repeats neither value: responses may be logged on their way.
  if (plainName === null)
    throw badInput(
      'name',
      { zh: `1 到 ${maxNameLength} 个字的姓名`, en: `a name of 1 to ${maxNameLength} characters` },
      '…',
    );
  const number = plainNumberOf(phone ?? '');
  if (number === null)
    throw badInput('phone', { zh: '7 到 12 位电话号码', en: 'a phone number of 7 to 12 digits' }, '…');
  return hashedOf(plainName, number);
}

function plainNameOf(name: string): string | null {
  const plain = name.normalize('NFKC').replace(/\s/g, '');
  return plain && [...plain].length <= maxNameLength ? plain : null;
}

function plainNumberOf(phone: string): string | null {
  const digits = phone.normalize('NFKC').replace(/[\s()-]/g, '');
  const number = digits.replace(/^(\+86|0086|86(?=1\d{10}$))/, '');
  return /^\d{7,12}$/.test(number) ? number : null;
}

const hashedOf = (plainName: string, number: string): string => `person/${plainName}/${number}`;

/** A new booking stores the first key; an earlier booking of the person may have any of them. */
export const personKeysOf = (keyring: Keyring, checked: string): [string, ...string[]] =>
  blindIndexes(keyring, 'booking.personKey', checked, 'persons');

/**
 * The keys of bookings under this name and telephone number; none where no booking could have been made with them.
 */
export function personKeysNamed(keyring: Keyring, { name, phone }: NamedPerson): string[] {
  const [plainName, number] = [plainNameOf(name), plainNumberOf(phone)];
  return plainName === null || number === null ? [] : personKeysOf(keyring, hashedOf(plainName, number));
}
