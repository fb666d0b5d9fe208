// UTF-8 text kept as latin1 strings, one character for each byte: V8 stores those in one byte a character and slices them without decoding.
import { isAscii } from 'node:buffer';

/** The UTF-8 bytes of a text as a latin1 string. */
export function toLatin1(text: string): string {
  for (let index = 0; index < text.length; index += 1)
    if (text.charCodeAt(index) > 127) return Buffer.from(text, 'utf8').toString('latin1');
  return text;
}

/** The text whose UTF-8 bytes a latin1 string holds. */
export const fromLatin1 = (latin1: string): string => Buffer.from(latin1, 'latin1').toString('utf8');

const scratch = Buffer.allocUnsafeSlow(1_048_576);

/** The same for long text, most of which is ASCII: then it is returned as it is. */
export function fromLongLatin1(latin1: string): string {
  if (latin1.length > scratch.length) return fromLatin1(latin1);
  scratch.write(latin1, 'latin1');
  return isAscii(scratch.subarray(0, latin1.length)) ? latin1 : scratch.toString('utf8', 0, latin1.length);
}
