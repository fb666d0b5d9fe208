// Identity numbers (GB 11643): checked, then kept as a mask and a keyed hash only.
import { createHmac } from 'node:crypto';
import { badInput } from '@district-graph/kit/errors';
import { maskIdNumber } from '@district-graph/kit/masking';
import { isDate } from '@district-graph/kit/scalars';

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const checkDigits = '10X98765432';

/** Of what is kept of a number. */
export interface KeptIdNumber {
  idNumberMask: string;
  idNumberHash: string;
  birthDate: string;
}

/** What is kept of a number. Refuses what is none; the refusal does not repeat it. */
export function keptOf(idNumber: string, key: string = keyOf()): KeptIdNumber {
  const number = idNumber.trim().toUpperCase();
  const birthDate = `${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`;
  if (!/^\d{17}[\dX]$/.test(number) || !isDate(birthDate) || number[17] !== checkDigitOf(number))
    throw badInput(
      'idNumber',
      {
        zh: ' GB 11643 规定的 18 位身份证号，校验码须相符',
        en: 'an identity number of 18 digits by GB 11643, its check digit included',
      },
      // Too long and too short ones would show through the mask.
      '******',
    );
  return {
    idNumberMask: maskIdNumber(number) as string,
    idNumberHash: createHmac('sha256', key).update(number).digest('base64url'),
    birthDate,
  };
}

/** The check digit (ISO 7064 MOD 11-2) of the first 17 digits. */
export function checkDigitOf(digits: string): string {
  const sum = weights.reduce((total, weight, index) => total + weight * Number(digits[index]), 0);
  return checkDigits[sum % 11] ?? '';
}

/** Of machines on which nobody's number is kept. */
const keyForDevelopment = 'district-graph, development only';

/**
 * The key, from `ELDERLY_CARE_ID_NUMBER_KEY`: 32 characters at least, the same for as long as the hashes are kept. In
 * production there is no other.
 */
export function keyOf(env: NodeJS.ProcessEnv = process.env): string {
  const key = env.ELDERLY_CARE_ID_NUMBER_KEY || (env.NODE_ENV === 'production' ? '' : keyForDevelopment);
  if (key.length >= 32) return key;
  throw new Error('ELDERLY_CARE_ID_NUMBER_KEY: expected at least 32 characters');
}
