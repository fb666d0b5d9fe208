// Identity numbers (GB 11643): validation, and the date of birth they contain.

import { isDate } from '@district-graph/kit/calendar';
import { badInput } from '@district-graph/kit/errors';

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const checkDigits = '10X98765432';

/** A valid number in its stored form, with the date of birth in it. */
export interface IdNumber {
  idNumber: string;
  birthDate: string;
}

/** Throws for an invalid number; the error does not repeat it. */
export function checkIdNumber(text: string): IdNumber {
  const idNumber = text.trim().toUpperCase();
  const birthDate = `${idNumber.slice(6, 10)}-${idNumber.slice(10, 12)}-${idNumber.slice(12, 14)}`;
  if (/^\d{17}[\dX]$/.test(idNumber) && isDate(birthDate) && idNumber[17] === checkDigitOf(idNumber))
    return { idNumber, birthDate };
  throw badInput(
    'idNumber',
    {
      zh: 'GB 11643 规定的 18 位身份证号，校验码须相符',
      en: 'an 18-digit identity number (GB 11643) with a correct check digit',
    },
    // Numbers of a wrong length would show through the mask.
    '******',
  );
}

/** The check digit (ISO 7064 MOD 11-2) of the first 17 digits. */
export function checkDigitOf(digits: string): string {
  const sum = weights.reduce((total, weight, index) => total + weight * Number(digits[index]), 0);
  return checkDigits[sum % 11] ?? '';
}
