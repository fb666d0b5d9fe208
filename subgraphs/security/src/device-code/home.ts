// Where what this room registers lies, checked before the tables' own constraints do.
import { checkDivisionCode, isInside } from '@district-graph/kit/divisions';
import { badInput } from '@district-graph/kit/errors';
import { checkInside, type Write } from '@district-graph/kit/writes';

/** 郑州市: every row of the room lies in it. */
const wholeCity = '410100';

/** Refuses what is no division of the city. */
export function checkHome(code: string, argument = 'divisionCode'): string {
  if (isInside(checkDivisionCode(code, argument), wholeCity)) return code;
  throw badInput(argument, { zh: '郑州市内的区划代码', en: 'a division inside Zhengzhou' }, code);
}

/** The same of what is registered under a code: refused first elsewhere, where whether a code is taken is not told. */
export function checkOwnHome(write: Write, code: string): string {
  const divisionCode = checkHome(code);
  checkInside(write, { type: 'Division', id: divisionCode, divisionCode });
  return divisionCode;
}
