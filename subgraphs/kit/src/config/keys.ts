// Secret keys as the text of a setting: `<id>:<base64url of 32 bytes or more>`, separated by commas, the current one first.
import * as v from 'valibot';
import type { Form } from './forms.ts';

const minBytes = 32;

/** The keys by id, in the order of the text; null where one is malformed, too short or has the id of another. */
export function parseKeys(text: string): Map<string, Buffer> | null {
  const keys = new Map<string, Buffer>();
  for (const entry of text.split(',').filter((each) => each.trim() !== '')) {
    const [, id = '', encoded = ''] = /^\s*([\w-]{1,32}):([\w-]+)\s*$/.exec(entry) ?? [];
    const key = Buffer.from(encoded, 'base64url');
    if (!id || key.length < minBytes || keys.has(id)) return null;
    keys.set(id, key);
  }
  return keys;
}

export const keys = (): Form<ReadonlyMap<string, Buffer>> => ({
  schema: v.optional(
    v.pipe(
      v.string(),
      v.rawTransform(({ dataset, addIssue, NEVER }) => {
        const parsed = parseKeys(dataset.value);
        if (parsed) return parsed;
        addIssue();
        return NEVER;
      }),
    ),
    '',
  ),
  expected: {
    zh: `以逗号分隔的 <标识>:<${minBytes} 字节以上的 base64url>，标识各异`,
    en: `<id>:<base64url of ${minBytes} bytes or more>, separated by commas, each id once`,
  },
  shownDefault: null,
  isSecret: true,
});
