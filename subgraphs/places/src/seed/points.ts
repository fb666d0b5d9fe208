// Seeds service points: 1,470 in Jinshui, as reported; elsewhere a share by the number of communities.
import { seedId } from '@district-graph/kit/database/ids';
import { Random } from '@district-graph/kit/seed/random';
import type { CopyValue } from '@district-graph/kit/seed/seeding';
import type { SeedScale, SyntheticCity } from '@district-graph/kit/seed/synthetic-city';
import { serviceCircles } from '../service-point/tables.ts';

const names: Record<(typeof serviceCircles)[number], readonly string[]> = {
  LIVING_SERVICES: ['便民超市', '惠民早餐店', '家政服务部', '修配服务部', '理发店', '洗衣店'],
  GOVERNMENT: ['便民服务代办点', '缴费服务点', '证照代办点'],
  HEALTH: ['社区卫生服务站', '惠民药店', '健康小屋'],
  CULTURE_EDUCATION: ['社区书屋', '四点半课堂', '文化活动室'],
  COMMUNITY_WELFARE: ['慈善超市', '老年餐桌', '助残驿站'],
  PUBLIC_SAFETY: ['警务室', '微型消防站', '治安岗亭'],
};

const inJinshui = 1470;

export function* pointRows(city: SyntheticCity, scale: SeedScale): Generator<CopyValue[]> {
  for (const district of city.districts) {
    const communities = city.communitiesOf(district.code);
    const share = new Random(`points/${district.code}`).next() * 0.6 + 0.5;
    const perCommunity = scale === 'city' ? 5 : 0.9;
    const count =
      district.code === '410105' ? inJinshui : Math.round(communities.length * perCommunity * share);
    for (let ordinal = 0; ordinal < count; ordinal += 1) {
      const random = new Random(`point/${district.code}/${ordinal}`);
      const community = communities[ordinal % communities.length];
      if (!community) continue;
      const circle = serviceCircles[ordinal % serviceCircles.length] ?? 'LIVING_SERVICES';
      const discounts = [
        ...(random.chance(0.5) ? ['LOW_INCOME'] : []),
        ...(random.chance(0.4) ? ['AGED_70_LIVING_ALONE'] : []),
      ];
      const shortName = community.name.replace(/(居民委员会|村民委员会|居委会|村委会)$/, '');
      yield [
        seedId('service-point', community.code, ordinal),
        community.code,
        `${district.code}-${String(ordinal + 1).padStart(5, '0')}`,
        `${shortName}${random.pick(names[circle])}`,
        circle,
        `${community.name}便民街 ${random.whole(1, 200)} 号（示例地址）`,
        '0371-00012345',
        discounts,
        Number((community.longitude + (random.next() - 0.5) * 0.012).toFixed(6)),
        Number((community.latitude + (random.next() - 0.5) * 0.01).toFixed(6)),
      ];
    }
  }
}
