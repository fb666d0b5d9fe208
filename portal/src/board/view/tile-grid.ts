// The districts as a grid of tiles that keeps who borders on whom: there are no boundaries under a free licence.
import type { Bilingual, Language } from '../../page/language.ts';

export interface GridTile {
  code: string;
  name: Bilingual;
  /** The name with soft hyphens, for tiles that are narrower than it. */
  label: Bilingual;
}

/** `|` in the English name is where it may be broken. */
const tile = (code: string, zh: string, en: string): GridTile => ({
  code,
  name: { zh, en: en.replace('|', '') },
  label: { zh, en: en.replace('|', '\u00AD') },
});

/** Rows from north to south; null where the city has nothing. */
export const tileGrid: readonly (readonly (GridTile | null)[])[] = [
  [
    null,
    tile('410106', '上街', 'Shang|jie'),
    tile('410172', '高新', 'High-Tech Zone'),
    tile('410108', '惠济', 'Huiji'),
    tile('410105', '金水', 'Jin|shui'),
    null,
  ],
  [
    tile('410181', '巩义', 'Gong|yi'),
    tile('410182', '荥阳', 'Xing|yang'),
    tile('410102', '中原', 'Zhong|yuan'),
    tile('410104', '管城', 'Guan|cheng'),
    tile('410171', '经开', 'Econ|omic Zone'),
    tile('410122', '中牟', 'Zhong|mu'),
  ],
  [
    tile('410185', '登封', 'Deng|feng'),
    tile('410183', '新密', 'Xinmi'),
    tile('410103', '二七', 'Erqi'),
    tile('410184', '新郑', 'Xin|zheng'),
    tile('410173', '航空港', 'Airport Zone'),
    null,
  ],
];

const names = new Map(
  tileGrid
    .flat()
    .filter((each) => each !== null)
    .map(({ code, name }) => [code, name]),
);
names.set('410100', { zh: '郑州市', en: 'Zhengzhou' });

/** The name that stands in running views: in English that of districts and the city is known, others are Chinese. */
export const displayName = ({ code, name }: { code: string; name: string }, language: Language): string =>
  language === 'en' ? (names.get(code)?.en ?? name) : name;

/** The short name of a district in both languages; null for other divisions. */
export const shortName = (code: string): Bilingual | null => names.get(code) ?? null;
