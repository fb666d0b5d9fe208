// Spreadsheets as bureaus make them, written in code: titles, totals, headers of two rows, units, and all kinds of dates.
import { checkDigitOf } from '@district-graph/elderly-care/id-number';
import { addDays } from '@district-graph/kit/calendar';
import { gb18030 } from './gb18030.ts';
import { community, csv, type OfficeFile, pointHead, pointRow } from './office-file.ts';
import { type SheetCell, workbook } from './workbook.ts';

/** A valid identity number, different for each ordinal. */
const idNumber = (ordinal: number): string => {
  const digits = `410105${addDays('1940-01-01', ordinal).replaceAll('-', '')}001`;
  return `${digits}${checkDigitOf(digits)}`;
};

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
];
