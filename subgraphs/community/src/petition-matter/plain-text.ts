// Whether a text contains a value of a person, however it is written.

const numerals = '零一二三四五六七八九';

/** Letters and digits alone, in capitals, half width and Arabic numerals: what separates them, or is not seen, hides nothing. */
const plain = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/[^\p{L}\p{N}]|\p{Default_Ignorable_Code_Point}/gu, '')
    .replace(/[〇零一二三四五六七八九]/g, (numeral) => String(Math.max(0, numerals.indexOf(numeral))))
    .toUpperCase();

/** Whether the text contains what is sought, in any spacing, width or numerals. Nothing contains an empty text. */
export function containsText(text: string, sought: string): boolean {
  const value = plain(sought);
  return value !== '' && plain(text).includes(value);
}
