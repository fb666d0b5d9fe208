import { describe, expect, it } from 'vitest';
import { checkText, normalizeText, RefusedCharacter, type TextForm, textFormOf } from './text-forms.ts';

it.each([
  ['plateNumber', 'plate'],
  ['idNumber', 'identity'],
  ['deviceCode', 'code'],
  ['divisionCode', 'code'],
  ['within', 'code'],
  ['signNumber', 'code'],
  ['registrationKey', 'code'],
  ['supervisionPhone', 'code'],
  ['elderId', 'code'],
  ['note', 'prose'],
  ['name', 'line'],
  ['address', 'line'],
] as [string, TextForm][])('finds the form of %s by its name: %s', (name, form) => {
  expect(textFormOf(name)).toBe(form);
});

describe('normalized text', () => {
  it.each([
    ['line', '  桐柏路 \n', '桐柏路'],
    ['line', '　桐柏路　', '桐柏路'],
    ['line', 'cafe\u0301', 'café'],
    ['line', 'café', 'café'],
    ['line', '社区（北）：１号', '社区（北）：１号'],
    ['line', '𠮷野', '𠮷野'],
    ['prose', '一、\r\n\t二 ', '一、\n\t二'],
    ['code', ' ４１０１０５－００００１　', '410105-00001'],
    ['code', 'fw-410105', 'fw-410105'],
    ['identity', '１１０１０１１９４９０１０１００１ｘ', '11010119490101001X'],
    ['plate', '豫A12345', '豫A12345'],
    ['plate', '豫Ａ12345', '豫A12345'],
    ['plate', '豫a12345', '豫A12345'],
    ['plate', '豫A·12345', '豫A12345'],
    ['plate', ' 豫A • 12345 ', '豫A12345'],
    ['plate', `${' '.repeat(50_000)}豫A12345`, '豫A12345'],
  ] as [TextForm, string, string][])('as %s, %j is %j', (form, text, formed) => {
    expect(normalizeText(text, form)).toBe(formed);
    expect(normalizeText(formed, form)).toBe(formed);
  });

  it.each([
    ['a bell', 'a\u0007b', 'U+0007'],
    ['a line break', 'a\nb', 'U+000A'],
    ['a tab', 'a\tb', 'U+0009'],
    ['NUL', 'a\0b', 'U+0000'],
    ['a C1 control', 'a\u0085b', 'U+0085'],
    ['a zero-width space', '张\u200b三', 'U+200B'],
    ['a zero-width joiner', '张\u200d三', 'U+200D'],
    ['a byte order mark inside', '张\ufeff三', 'U+FEFF'],
    ['a change of direction', '张\u202e三', 'U+202E'],
    ['a soft hyphen', 'a\u00adb', 'U+00AD'],
    ['a line separator', 'a\u2028b', 'U+2028'],
    ['a tag', 'a\u{e0041}b', 'U+E0041'],
    ['a noncharacter', 'a\uffffb', 'U+FFFF'],
    ['half a surrogate pair', 'a\ud83db', 'U+D83D'],
  ])('is refused with %s, and the error names only that character', (_what, text, name) => {
    for (const form of ['line', 'code', 'plate', 'identity'] as const) {
      expect(normalizeText(text, form)).toEqual(
        new RefusedCharacter(String.fromCodePoint(Number(`0x${name.slice(2)}`))),
      );
      expect(() => checkText('it', text, form)).toThrow(
        `it 应为不含控制字符和格式字符的文字，收到 "${name}"。 it: expected text without control and format characters, received "${name}".`,
      );
    }
  });

  it('may have line breaks and tabs as prose, and no other control characters', () => {
    expect(normalizeText('一\n二\t三', 'prose')).toBe('一\n二\t三');
    for (const text of ['一\u0007', '一\r二', '一\u200b二', '一\u2028二'])
      expect(normalizeText(text, 'prose')).toBeInstanceOf(RefusedCharacter);
  });
});
