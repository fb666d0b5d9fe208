// Names and numbers that are evidently made up: no such phone prefix, no such birthday.
import type { Random } from '@district-graph/kit/seed/random';

const surnames = [
  '张',
  '王',
  '李',
  '赵',
  '刘',
  '陈',
  '杨',
  '黄',
  '周',
  '吴',
  '徐',
  '孙',
  '马',
  '朱',
  '胡',
  '郭',
  '何',
  '高',
];
const givenNames = ['示例', '样本', '测试', '演示'];

export const madeUpName = (random: Random): string => `${random.pick(surnames)}${random.pick(givenNames)}`;

/** 000 is no mobile prefix. */
export const madeUpPhone = (random: Random): string =>
  `00000${String(random.whole(0, 999_999)).padStart(6, '0')}`;

/** The same birthday for all, so that it identifies nobody. */
export const madeUpIdNumber = (districtCode: string): string => `${districtCode}00000000000X`;
