// The form in which text is stored, for mutations and imports alike: the same words are the same characters.

import { type Bilingual, badInput } from '../errors.ts';

/** What a field's text is. `line`: one line of words. `prose`: several. `code`: letters and digits that identify something. */
export type TextForm = 'line' | 'prose' | 'code' | 'plate' | 'identity';

const proseFields = new Set(['note', 'description', 'reason', 'controlMeasure']);
const codeField = /(?:^phone|Phone|Code|Number|Key|Id|^id|^within)$/;

/** The form of a field of an input, or of a column of a file, by its name. */
export function textFormOf(name: string): TextForm {
  if (name === 'plateNumber') return 'plate';
  if (name === 'idNumber' || name === 'householdOf') return 'identity';
  if (proseFields.has(name)) return 'prose';
  return codeField.test(name) ? 'code' : 'line';
}

/** ASCII, Chinese characters and Chinese punctuation: in NFC as they are, and nothing among them is refused. */
const ordinary = /^[\x20-\x7e\u3000-\u3029\u4e00-\u9fff\uff01-\uff5e]*$/;
const fullWidth = /[\uff01-\uff5e\u3000]/g;
/** Control and format characters, line and paragraph separators, lone surrogates, noncharacters. */
const refused = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Noncharacter_Code_Point}]/u;
const refusedInProse = /[^\P{Cc}\n\t]|[\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Noncharacter_Code_Point}]/u;

/** The dots and blanks with which plates are written. */
const plateSeparators = /[\s·•・‧∙⋅･-]/g;

const halfWidth = (text: string): string =>
  text.replace(fullWidth, (character) =>
    character === '\u3000' ? ' ' : String.fromCharCode(character.charCodeAt(0) - 0xfee0),
  );

/**
 * The text in NFC without the blanks around it; of a code the characters of half width, of a plate or an identity number
 * the capitals too. A `RefusedCharacter` where the text has what no form may have.
 */
export function inForm(text: string, form: TextForm): string | RefusedCharacter {
  let formed = text;
  if (!ordinary.test(text)) {
    formed = text.normalize('NFC').trim();
    if (form === 'prose') formed = formed.replaceAll('\r\n', '\n');
    const bad = (form === 'prose' ? refusedInProse : refused).exec(formed);
    if (bad) return new RefusedCharacter(bad[0]);
  }
  if (form === 'line' || form === 'prose') return formed.trim();
  formed = halfWidth(formed).trim();
  if (form === 'code') return formed;
  const capitals = formed.toUpperCase();
  return form === 'plate' ? capitals.replace(plateSeparators, '') : capitals;
}

/** A character that no text may have. The text itself may be a person's and is not repeated. */
export class RefusedCharacter {
  /** U+200B. */
  readonly name: string;

  constructor(character: string) {
    this.name = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  }
}

export const withoutControls: Bilingual = {
  zh: '不含控制字符和格式字符的文字',
  en: 'text without control and format characters',
};

/** The text of an argument in its form; refuses what has control or format characters. */
export function checkText(argument: string, text: string, form: TextForm): string {
  const formed = inForm(text, form);
  if (typeof formed === 'string') return formed;
  throw badInput(argument, withoutControls, formed.name);
}
