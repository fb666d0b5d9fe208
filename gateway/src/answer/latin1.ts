// UTF-8 text kept as latin1 strings, one character for each byte: V8 stores those in one byte a character and slices them without decoding.

/** The UTF-8 bytes of a text as a latin1 string. */
export function toLatin1(text: string): string {
  for (let index = 0; index < text.length; index += 1)
    if (text.charCodeAt(index) > 127) return Buffer.from(text, 'utf8').toString('latin1');
  return text;
}

/** The text whose UTF-8 bytes a latin1 string holds. */
export const fromLatin1 = (latin1: string): string => Buffer.from(latin1, 'latin1').toString('utf8');
