// Seeds communities: classes and premises, matching the reported counts of Jinshui exactly.
import { Random } from '@district-graph/kit/seed/random';
import type { CopyValue } from '@district-graph/kit/seed/seeding';
import type { SyntheticCity, SyntheticCommunity } from '@district-graph/kit/seed/synthetic-city';

/** Jinshui has 40 class-one communities, 53 with premises of 1000 m² or more, 66 with 500 to 1000 m². */
const jinshui = { classOne: 40, over1000: 53, from500: 66 };

/** 清华园社区: 28 residential and 2 office buildings; its premises are those of its service centre. */
const qinghuayuan = '410108002005';

export function* communityRows(city: SyntheticCity): Generator<CopyValue[]> {
  let ordinalInJinshui = 0;
  for (const community of city.communities) {
    const ordinal = community.districtCode === '410105' ? ordinalInJinshui++ : null;
    yield communityRow(community, ordinal);
  }
}

function communityRow(community: SyntheticCommunity, ordinalInJinshui: number | null): CopyValue[] {
  const { code, rural, households, residents } = community;
  const random = new Random(`premises/${code}`);
  const share = random.next();
  let rank = rural ? 0.9 : share;
  let level = rural ? share * 0.6 + 0.4 : share;
  if (ordinalInJinshui !== null) {
    rank = ordinalInJinshui < jinshui.classOne ? 0 : 0.5 + share / 2;
    level =
      ordinalInJinshui < jinshui.over1000
        ? 0
        : ordinalInJinshui < jinshui.over1000 + jinshui.from500
          ? 0.4
          : 0.9;
  }
  const communityClass = rank < 0.2 ? 'ONE' : rank < 0.7 ? 'TWO' : 'THREE';
  const area =
    level < 0.25 ? random.whole(1000, 2400) : level < 0.6 ? random.whole(500, 999) : random.whole(80, 499);
  if (code === qinghuayuan) return [code, 'ONE', 1100, households, residents, 28, 2];
  const residential = rural ? 0 : Math.max(1, Math.round(households / random.whole(45, 90)));
  return [code, communityClass, area, households, residents, residential, rural ? 0 : random.whole(0, 6)];
}
