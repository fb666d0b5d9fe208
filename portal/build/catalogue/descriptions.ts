// Splits descriptions, which are in Chinese, then in English.
import type { Bilingual } from '../../src/page/language.ts';

/** What the composition appends to the description of everything that bears @access. The pages show the rule itself. */
const requirement = /\n\n(?:脱敏；|需要)[^\n]*(?:Masked; |Requires the scope )[^\n]*$/;

/** The last Chinese full stop, with what closes a bracket or quotation after it, ends the Chinese part. */
export function bilingual(description: string | null | undefined): Bilingual {
  const text = (description ?? '').trim().replace(requirement, '');
  const end = text.lastIndexOf('。');
  if (end < 0) return { zh: text, en: text };
  const closing = /^[”’）」]*/.exec(text.slice(end + 1))?.[0].length ?? 0;
  const cut = end + 1 + closing;
  const [zh, en] = [text.slice(0, cut).trim(), text.slice(cut).trim()];
  return { zh: zh || en, en: en || zh };
}

/** The description up to its first full stop, semicolon, comma or bracket: a name for the thing. */
export const labelOf = ({ zh, en }: Bilingual): Bilingual => ({
  zh: /^[^。；，（：]*/.exec(zh)?.[0] ?? zh,
  en: /^[^.;,(:]*/.exec(en)?.[0].trim() ?? en,
});
