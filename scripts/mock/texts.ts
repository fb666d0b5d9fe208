// Texts of mock data: fictitious names and words that fit their field.
import type { Random } from '@district-graph/kit/seed/random';

const surnames = [...'王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林罗'];
const givenNames = [
  '秀英',
  '建国',
  '桂兰',
  '志强',
  '玉兰',
  '文博',
  '丽华',
  '海涛',
  '春梅',
  '国庆',
  '晓燕',
  '明远',
];
const roads = [
  '文化路',
  '花园路',
  '经三路',
  '农业路',
  '嵩山路',
  '长江路',
  '航海路',
  '商城路',
  '金水路',
  '伏牛路',
];
const courses = [
  '书法入门',
  '太极拳晨练',
  '智能手机课堂',
  '少儿国画',
  '合唱排练',
  '健康讲座',
  '剪纸工坊',
  '读书会',
];
const places = ['小区东门', '3 号楼前', '菜市场南侧', '公园西入口', '地铁站 C 口', '社区广场', '路口西南角'];
const remarks = [
  '已电话告知家属',
  '按计划完成',
  '现场已拍照',
  '需下周复查',
  '居民已签字确认',
  '已转相关科室',
];

/** What the thing is called, by the name of its type. */
const kinds: readonly (readonly [type: RegExp, names: readonly string[]])[] = [
  [/^ServiceCentre$/, ['党群服务中心', '便民服务中心']],
  [/^ServicePoint$/, ['便民理发', '社区食堂', '家电维修点', '卫生服务站', '图书角', '快递驿站']],
  [/^Venue$/, ['多功能厅', '书画室', '舞蹈室', '图书阅览室', '排练厅']],
  [/^CareInstitution$/, ['日间照料中心', '颐养院', '医养中心']],
  [/Team$|^SanitationCrew$/, ['一队', '二队', '先锋队', '暖阳队']],
  [/^Troupe$/, ['夕阳红艺术团', '豫剧票友社', '民乐团']],
  [/^LoveSupermarket$/, ['爱心超市']],
  [/^Grid$/, ['第一网格', '第二网格', '第三网格']],
  [/^Council$/, ['协商议事会']],
  [/^MonitoringPlatform$/, ['视频监控平台']],
  [/^PollutionSource$/, ['宏达汽修厂', '鑫源印刷厂', '中通加油站', '安居工地']],
];

export const personName = (random: Random): string => `${random.pick(surnames)}${random.pick(givenNames)}`;
/** No number begins with it. */
export const phone = (random: Random): string => `000${String(random.whole(0, 99_999_999)).padStart(8, '0')}`;

/** The name of a thing: its place, and what it is. */
export function thingName(type: string, placeName: string, random: Random): string | null {
  if (type === 'Road') return random.pick(roads);
  const names = kinds.find(([pattern]) => pattern.test(type))?.[1];
  return names
    ? `${placeName.replace(/(社区|村|街道|镇|乡)?(居委会|村委会|居民委员会|村民委员会|办事处)$/, '$1')}${random.pick(names)}`
    : null;
}

const byField: readonly (readonly [field: RegExp, text: (random: Random) => string])[] = [
  [/phone$/i, phone],
  [/^(actor|.*name|organiser|giver|from)$/i, personName],
  [/idNumber$/i, () => '41010500000000000X'],
  [/address$/i, (random) => `${random.pick(roads)} ${random.whole(1, 200)} 号 ${random.whole(1, 20)} 号楼`],
  [/^plateNumber$/, (random) => `豫A${String(random.whole(0, 99_999)).padStart(5, '0')}`],
  [/^title$/, (random) => random.pick(courses)],
  [/^place$|^site$/, (random) => random.pick(places)],
  [/^manufacturer$/, (random) => random.pick(['示例视讯', '示例安防'])],
  [/^model$/, (random) => `DS-${random.whole(100, 999)}`],
  [/^unit$/, (random) => random.pick(['个', '人', '次'])],
  [/^currency$/, () => 'CNY'],
  [
    /^(note|reply|resolution|.*Reason|.*Note|finding|controlMeasure|transferText|description|inscription)$/,
    (random) => random.pick(remarks),
  ],
  [/(Number|^code|Code|serial)$/, (random) => String(random.whole(100_000, 999_999))],
];

/** A text for the field; null where only its description can say what it is. */
export const textFor = (field: string, random: Random): string | null =>
  byField.find(([pattern]) => pattern.test(field))?.[1](random) ?? null;

const ranges: readonly (readonly [field: RegExp, min: number, max: number])[] = [
  [/^version$/, 1, 4],
  [/^severity$/, 1, 4],
  [/^abilityLevel$/, 0, 4],
  [/^rating$/, 3, 5],
  [/^age$/, 62, 96],
  [/^stars$/, 0, 5],
  [/beds$/i, 20, 120],
  [/capacity$/i, 20, 200],
  [/^waterCapacityLitres$/, 8000, 16_000],
  [/^(seats|petitioners)$/, 1, 3],
  [/(seats|places)Left$/, 0, 30],
  [/^floors$/, 1, 4],
  [/^floorArea$/, 300, 3000],
  [/households$/i, 500, 3000],
  [/^residents$/, 1500, 9000],
  [/^premisesArea$/, 20_000, 200_000],
  [/Metres$/, 300, 1500],
  [/^direction$/, 0, 359],
  [/^hoursConfirmed$/, 0, 900],
  [/^hours$/, 1, 4],
  [/^score$/, 0, 100],
  [/^members$/, 12, 60],
  [/^serviceRadiusMetres$/, 500, 1500],
];

/** A number for the field; `scale` is how many times as large counts of a larger division are. */
export function numberFor(field: string, random: Random, scale: number): number {
  const [, min = 0, max = 12] = ranges.find(([pattern]) => pattern.test(field)) ?? [];
  const isCount = max === 12;
  return isCount ? Math.round((1 + random.next() * 11) * scale) : random.whole(min, max);
}

/** A fraction for the field. */
export function fractionFor(field: string, random: Random): number {
  if (/rate$/i.test(field)) return Math.round((0.9 + random.next() * 0.1) * 1000) / 1000;
  if (/rating$/i.test(field)) return Math.round((4 + random.next()) * 10) / 10;
  return Math.round(random.next() * 1000) / 10;
}
