// The normal form in which mutations and imports store text, so that equal texts have equal characters.

import { type Bilingual, badInput } from '../errors.ts';

/** The kind of a field's text. `line`: one line. `prose`: several lines. `code`: letters and digits that identify something. */
export type TextForm = 'line' | 'prose' | 'code' | 'plate' | 'identity';

const proseFields = new Set(['note', 'description', 'reason', 'controlMeasure', 'transferText', 'reply']);
const codeField = /(?:^phone|Phone|Code|Number|Key|Id|^id|^within)$/;

/** The form of an input field, or of a column of a file, by its name. */
export function textFormOf(name: string): TextForm {
  if (name === 'plateNumber') return 'plate';
  if (name === 'idNumber' || name === 'householdOf') return 'identity';
  if (proseFields.has(name)) return 'prose';
  return codeField.test(name) ? 'code' : 'line';
}

/** ASCII, Chinese characters and Chinese punctuation: already in NFC, and none of them is refused. */
const ordinary = /^[\x20-\x7e\u3000-\u3029\u4e00-\u9fff\uff01-\uff5e]*$/;
const fullWidth = /[\uff01-\uff5e\u3000]/g;
/** Control and format characters, line and paragraph separators, lone surrogates, noncharacters. */
const refused = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Noncharacter_Code_Point}]/u;
const refusedInProse = /[^\P{Cc}\n\t]|[\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Noncharacter_Code_Point}]/u;

/** Dots and blanks in number plates. */
const plateSeparators = /[\s·•・‧∙⋅･-]/g;

const halfWidth = (text: string): string =>
  text.replace(fullWidth, (character) =>
    character === '\u3000' ? ' ' : String.fromCharCode(character.charCodeAt(0) - 0xfee0),
  );

/**
 * The text in NFC without surrounding blanks; of a code in half-width characters, of a plate or an identity number also in
 * capitals. A `RefusedCharacter` if the text has a character that its form does not allow.
 */
export function normalizeText(text: string, form: TextForm): string | RefusedCharacter {
  let normalized = text;
  if (!ordinary.test(text)) {
    normalized = text.normalize('NFC').trim();
    if (form === 'prose') normalized = normalized.replaceAll('\r\n', '\n');
    const bad = (form === 'prose' ? refusedInProse : refused).exec(normalized);
    if (bad) return new RefusedCharacter(bad[0]);
  }
  if (form === 'line' || form === 'prose') return normalized.trim();
  normalized = halfWidth(normalized).trim();
  if (form === 'code') return normalized;
  const capitals = normalized.toUpperCase();
  return form === 'plate' ? capitals.replace(plateSeparators, '') : capitals;
}

/** A character that a text may not have. The text itself may be personal and is not repeated. */
export class RefusedCharacter {
  /** Such as U+200B. */
  readonly name: string;

  constructor(character: string) {
    this.name = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  }
}

export const textWithoutControls: Bilingual = {
  zh: '不含控制字符和格式字符的文字',
  en: 'text without control and format characters',
};

/** The normalized text of an argument. Throws `BAD_USER_INPUT` for control and format characters. */
export function checkText(argument: string, text: string, form: TextForm): string {
  const normalized = normalizeText(text, form);
  if (typeof normalized === 'string') return normalized;
  throw badInput(argument, textWithoutControls, normalized.name);
}
