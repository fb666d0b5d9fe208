// Names and numbers of seeded people that are evidently made up: no such phone prefix, no such birthday.
import type { Random } from './random.ts';

const surnames = [...'张王李赵刘陈杨黄周吴徐孙马朱胡郭何高'];
const givenNames = ['示例', '样本', '测试', '演示'];

export const madeUpName = (random: Random): string => `${random.pick(surnames)}${random.pick(givenNames)}`;

/** 000 is no mobile prefix. */
export const madeUpPhone = (random: Random): string =>
  `00000${String(random.whole(0, 999_999)).padStart(6, '0')}`;

/** The same birthday for all, so that it identifies nobody. */
export const madeUpIdNumber = (districtCode: string): string => `${districtCode}00000000000X`;
