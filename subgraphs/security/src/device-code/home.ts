// Where what this room registers lies, checked before the tables' own constraints do.
import { checkDivisionCode, isInside } from '@district-graph/kit/divisions';
import { badInput } from '@district-graph/kit/errors';

/** 郑州市: every row of the room lies in it. */
const wholeCity = '410100';

/** Refuses what is no division of the city. */
export function checkHome(code: string, argument = 'divisionCode'): string {
  if (isInside(checkDivisionCode(code, argument), wholeCity)) return code;
  throw badInput(argument, { zh: '郑州市内的区划代码', en: 'a division inside Zhengzhou' }, code);
}
