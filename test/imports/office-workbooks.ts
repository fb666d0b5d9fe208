// Spreadsheets as bureaus make them, written in code: hidden rows, several sheets, formulas, merged cells, and a long one.
import { gb18030 } from './gb18030.ts';
import { community, csv, type OfficeFile, pointHead, pointRow } from './office-file.ts';
import { workbook } from './workbook.ts';

export const officeWorkbooks: readonly OfficeFile[] = [
  {
    name: '10 cameras with hidden rows and sheets.xlsx',
    import: 'security.camera',
    make: () => {
      const camera = (nth: number) => [
        ...[`4101050008132070000${nth}`, '410105001003', `示例路口${nth}`, 113.6812, 34.7654, '半球', '是'],
      ];
      return workbook([
        { name: '字典', isHidden: true, rows: [['球机'], ['半球']] },
        {
          name: '摄像机',
          hiddenRows: [3],
          rows: [
            ['国标编码', '区划代码', '名称', '经度', '纬度', '机型', '是否室内'],
            camera(1),
            camera(2),
            ['国标编码', '区划代码', '名称', '经度', '纬度', '机型', '是否室内'],
            camera(3),
          ],
        },
        { name: '统计', rows: [['共 3 台']] },
      ]);
    },
  },
  {
    name: '11 alarm boxes with codes as numbers.xlsx',
    import: 'security.alarm-box',
    make: () =>
      workbook([
        {
          name: 'Sheet1',
          rows: [
            ['设备编码', '区划代码', '名称', '经度', '纬度'],
            [4.10105000813400_7e19, Number(community), '示例求助箱', 113.68, 34.76],
          ],
        },
      ]),
  },
  {
    name: '12 troupes with formulas and formatted text.xlsx',
    import: 'culture.troupe',
    make: () =>
      workbook([
        {
          name: '队伍',
          rows: [
            ['*队伍编号', '*区划代码', '*名 称', '*类 型', '人数\n（人）'],
            [
              ...[{ formula: '"WY-"&"701"', result: 'WY-701' }, community, { rich: ['示例', '合唱队'] }],
              ...['合唱队', { formula: '12+12', result: 24 }],
            ],
          ],
        },
      ]),
  },
  {
    name: '13 activities with merged cells.xlsx',
    import: 'culture.activity',
    make: () =>
      workbook([
        {
          name: '活动',
          merged: ['A2:A4', 'C2:C3'],
          rows: [
            ['区划代码', '活动编号', '类别', '活动名称', '对象', '专题', '主办方'],
            [community, 'HD-701', '演出', '示例演出一', '所有人', '新春', '示例文化站'],
            [null, 'HD-702', null, '示例演出二', '老年人', '', '示例文化站'],
            [null, 'HD-703', '讲座', '示例讲座', '老年人', '敬老月', '示例文化站'],
          ],
        },
      ]),
  },
  {
    name: '14 volunteer teams with ambiguous dates.xlsx',
    import: 'community.volunteer-team',
    options: { skipBad: true },
    make: () =>
      workbook([
        {
          name: '队伍',
          rows: [
            ['队伍编号', '区划代码', '名称', '类型', '成立日期'],
            ['ZY-701', community, '示例队甲', '青年志愿服务队', '1/2/2024'],
            ['ZY-702', community, '示例队乙', '银龄志愿服务队', '2024-02-01'],
            ['ZY-703', community, '=HYPERLINK("http://example.invalid")', '没有的类型', '24/2/1'],
          ],
        },
      ]),
  },
  {
    name: '15 grids with heads.csv',
    import: 'community.grid',
    make: async () =>
      gb18030(
        csv([
          ['示例街道网格一览', '', '', '', ''],
          ['网格编号', '名称', '总户数', '网格长', '网格长电话'],
          ['410105', '示例区网格', '"12,000户"', '示例人员', '13800003331'],
          ['注：以上数据截至 2026 年 1 月', '', '', '', ''],
        ]),
      ),
  },
  {
    name: '16 two sheets, the second one chosen.xlsx',
    import: 'culture.venue',
    options: { sheet: '功能室' },
    make: () =>
      workbook([
        { name: '填表说明', rows: [['请按样例填写'], ['代码为 12 位']] },
        {
          name: '功能室',
          rows: [
            [
              'registrationKey',
              'Division Code',
              'service_centre_id',
              'name',
              'kind',
              'capacity',
              'lng',
              'lat',
            ],
            [
              'GN-701',
              community,
              '01a1fc14-c3c1-7069-8000-000000000001',
              'Dance room',
              'DANCE_ROOM',
              40,
              113.68,
              34.76,
            ],
          ],
        },
      ]),
  },
  {
    name: '17 csv renamed.xlsx',
    import: 'sanitation.road',
    make: async () =>
      Buffer.from(
        `\uFEFF${csv([
          ['道路编号', '区划代码', '名称', '清扫等级', '长度', '经度', '纬度'],
          ['DL-701', '410105', '示例路', '一级', '"1,200米"', '113.68', '34.76'],
        ])}`,
      ),
  },
  {
    name: '18 a hundred thousand service points.xlsx',
    import: 'places.service-point',
    make: () =>
      workbook([
        {
          name: '网点',
          rows: [
            ['金水区便民服务网点'],
            pointHead,
            ...Array.from({ length: 100_000 }, (_row, nth) => pointRow(nth + 100_000)),
          ],
        },
      ]),
  },
];
