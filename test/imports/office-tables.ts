// Spreadsheets as bureaus make them, written in code: tables that can be imported, wholly or in part.

import { checkDigitOf } from '@district-graph/elderly-care/id-number';
import { addDays } from '@district-graph/kit/calendar';
import { gb18030 } from './gb18030.ts';
import type { OfficeFile } from './office-file.ts';
import { type SheetCell, workbook } from './workbook.ts';

const community = '410105001003';

/** A valid identity number, different for each ordinal. */
const idNumber = (ordinal: number): string => {
  const digits = `410105${addDays('1940-01-01', ordinal).replaceAll('-', '')}001`;
  return `${digits}${checkDigitOf(digits)}`;
};

const pointHead = ['牌号', '社区代码', '名称', '服务圈', '地址', '监督电话', '优惠人群', '经度', '纬度'];
const pointRow = (nth: number, more: Partial<Record<number, SheetCell>> = {}): SheetCell[] =>
  [
    `410105-7${String(nth).padStart(4, '0')}`,
    community,
    `示例便民店${nth}`,
    '生活服务圈',
    `金水区示例路 ${nth} 号`,
    '0371-00012345',
    '低收入家庭',
    113.6812,
    34.7654,
  ].map((cell, index) => more[index] ?? cell);

const csv = (rows: readonly (readonly (string | number)[])[], separator = ','): string =>
  rows.map((cells) => cells.join(separator)).join('\r\n');

export const officeTables: readonly OfficeFile[] = [
  {
    name: '01 service points with titles, totals and signatures.xlsx',
    import: 'places.service-point',
    options: { ignoreUnknown: true },
    make: () =>
      workbook([
        {
          name: '便民网点',
          merged: ['A1:K1', 'A2:K2'],
          rows: [
            ['金水区便民服务网点登记表'],
            ['填报单位：示例街道办事处          填报日期：2026年1月5日'],
            ['序号', ...pointHead, '备注'],
            [1, ...pointRow(1, { 1: Number(community), 6: '低收入家庭、七十岁以上独居老人' }), '新增'],
            [2, ...pointRow(2, { 2: '示例便民店　Ｂ', 7: '113.6812°' }), ''],
            [],
            ['', '小计', '', '', 2],
            [3, ...pointRow(3, { 6: '' })],
            ['合　计', '', '', '3 家'],
            ['说明：本表每季度报送一次。'],
            ['填表人：张三', '', '', '审核人：李四'],
          ],
        },
      ]),
  },
  {
    name: '02 service points with a column of remarks.xlsx',
    import: 'places.service-point',
    make: () =>
      workbook([
        {
          name: 'Sheet1',
          rows: [
            [...pointHead, '备注'],
            [...pointRow(11), '临街'],
          ],
        },
      ]),
  },
  {
    name: '03 service centres with a header of two rows.xlsx',
    import: 'places.service-centre',
    make: () =>
      workbook([
        {
          name: '服务中心',
          merged: ['A1:R1', 'A2:A3', 'B2:B3', 'O2:P2', 'Q2:R2'],
          rows: [
            ['社区服务中心基本情况表（2026 年）'],
            [
              ...['中心编号', '行政区划代码', '名称', '类型', '等级', '地址', '联系电话'],
              ...[
                '建筑面积（㎡）',
                '楼层数',
                '启用时间',
                '服务半径（米）',
                '窗口数',
                '办公室数',
                '联系站点数',
              ],
              ...['服务人数', '', '位置（WGS 84）', ''],
            ],
            [...Array.from({ length: 14 }, () => ''), '下限', '上限', '经度', '纬度'],
            [
              ...['FW-410105-701', community, '示例社区中心', '社区便民服务中心', '普通'],
              ...['金水区示例路 1 号', '0371-00012345', '1,030㎡', '3层', { date: 45_413 }],
              ...['800米', '6 个', 4, { formula: 'N3+1', result: 2 }, '5,000', '８０００人', 113.68, 34.76],
            ],
          ],
        },
      ]),
  },
  {
    name: '04 elders in GB18030.csv',
    import: 'elderly-care.elder',
    options: { skipBad: true },
    make: async () =>
      gb18030(
        csv([
          ['身份证号码', '社区代码', '姓名', '手机号码', '住址', '居住情况', '养老方式'],
          [
            idNumber(1),
            community,
            '示例甲',
            '１３８００００１１１１',
            '金水区示例路 1 号',
            '独居',
            '居家养老服务',
          ],
          [`'${idNumber(2)}`, `${community}.0`, '示例乙', '13800001112', '金水区示例路 2 号', '独居', ''],
          ['4.10105E+17', community, '示例丙', '13800001113', '金水区示例路 3 号', '独居', ''],
          [idNumber(4), '410105', '示例丁', '13800001114', '金水区示例路 4 号', '与猫同住', ''],
        ]),
      ),
  },
  {
    name: '05 elders with identity numbers as numbers.xlsx',
    import: 'elderly-care.elder',
    make: () =>
      workbook([
        {
          name: '老年人',
          rows: [
            ['身份证号', '区划代码', '姓名', '电话', '住址', '居住情况', '养老方式'],
            [
              Number(idNumber(5).replace('X', '0')),
              Number(community),
              '示例戊',
              13_800_001_115,
              '示例路',
              '独居',
              '',
            ],
          ],
        },
      ]),
  },
  {
    name: '06 care institutions with units and all kinds of dates.xlsx',
    import: 'elderly-care.care-institution',
    options: { skipBad: true },
    make: () => {
      const dates: SheetCell[] = [
        { date: 45_413 },
        { date: 45_413.5, format: 'yyyy"年"m"月"d"日"\\ h:mm' },
        45_413,
        20_240_501,
        '2024/5/1',
        '2024.5.1',
        '2024年5月1日',
        '２０２４－０５－０１',
        '2024-05-01 00:00:00',
        '13/5/2024',
      ];
      return workbook([
        {
          name: '机构',
          rows: [
            ['备案编号', '区划代码', '名称', '类型', '床位', '电话', '启用日期', '经度', '纬度'],
            ...dates.map((date, nth) => [
              ...[`YL-410105-7${String(nth).padStart(2, '0')}`, Number(community), `示例照料中心${nth}`],
              ...[
                '社区日间照料中心（托老站）',
                nth % 2 ? '30张' : '1,030 张',
                nth === 9 ? 37_100_012_345 : 13_800_001_116,
                date,
                113.68,
                34.76,
              ],
            ]),
          ],
        },
      ]);
    },
  },
  {
    name: '07 care workers as Unicode text.txt',
    import: 'elderly-care.care-worker',
    make: async () =>
      Buffer.from(
        `\uFEFF${csv(
          [
            ['工号', '区划代码', '姓名', '联系电话', '岗位', '是否持证', '是否在岗'],
            ['HL-410105-701', '410105', '示例护工', '13800002221', '居家养老服务员', '√', '是'],
            ['HL-410105-702', ' 410105\u00a0', '示例社工', '13800002222', '专业社工', '×', 'Y'],
          ],
          '\t',
        )}\r\n`,
        'utf16le',
      ),
  },
  {
    name: '08 vehicles with semicolons.csv',
    import: 'sanitation.sanitation-vehicle',
    make: async () =>
      Buffer.from(
        csv(
          [
            ['车牌号', '区划代码', '车型', '是否在岗', '水箱容量（升）', '经度', '纬度'],
            ['豫A·70001D', '410105', '洒水车', '是', '8,000升', '113.68', '34.76'],
            ['豫a 70002D', '410105', '扫路车', '否', '', '113.68', '34.76'],
            ['', '', '', '', '', '', ''],
            ['总计', '', '2 辆', '', '', '', ''],
          ],
          ';',
        ),
      ),
  },
  {
    name: '09 councils of an old Mac.xlsx',
    import: 'community.council',
    make: () =>
      workbook(
        [
          {
            name: '议事会',
            rows: [
              ['议事会编号', '区划代码', '名称', '成立时间'],
              ['YS-410105-701', community, '示例议事会甲', { date: 43_951 }],
              ['YS-410105-702', community, '示例议事会乙', 43_951],
            ],
          },
        ],
        { is1904: true },
      ),
  },
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
