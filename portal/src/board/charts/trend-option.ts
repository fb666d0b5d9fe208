// One line for each division, distinguished by colour, symbol and the name at its end. Values that are not known leave gaps.
import type { ChartOption } from './chart.tsx';
import type { Palette } from './palette.ts';

interface TrendLine {
  name: string;
  values: readonly (number | null)[];
}

interface Trend {
  starts: readonly string[];
  lines: readonly TrendLine[];
  textOf: (value: number) => string;
  isWhole: boolean;
}

const symbols = ['circle', 'rect', 'triangle', 'diamond', 'emptyCircle', 'emptyRect'] as const;

export function trendOption({ starts, lines, textOf, isWhole }: Trend, palette: Palette): ChartOption {
  return {
    color: [...palette.series],
    grid: { left: 4, right: 96, top: 16, bottom: 8, containLabel: true },
    tooltip: {
      trigger: 'axis',
      renderMode: 'richText',
      valueFormatter: (value: unknown) => (typeof value === 'number' ? textOf(value) : '—'),
      backgroundColor: palette.surface,
      borderColor: palette.border,
      textStyle: { color: palette.text },
      axisPointer: { lineStyle: { color: palette.muted } },
    },
    xAxis: {
      type: 'category',
      boundaryGap: false,
      data: [...starts],
      axisLine: { lineStyle: { color: palette.border } },
      axisLabel: { color: palette.muted, hideOverlap: true },
    },
    yAxis: {
      type: 'value',
      // Lines are compared with each other: zero need not be in view.
      scale: true,
      splitNumber: 4,
      minInterval: isWhole ? 1 : 0,
      axisLabel: { color: palette.muted, formatter: textOf },
      splitLine: { lineStyle: { color: palette.border } },
    },
    series: lines.map(({ name, values }, index) => ({
      type: 'line',
      name,
      data: [...values],
      symbol: symbols[index % symbols.length],
      symbolSize: 7,
      lineStyle: { width: 2 },
      connectNulls: false,
      endLabel: { show: true, formatter: '{a}', color: palette.text, distance: 8 },
      labelLayout: { moveOverlap: 'shiftY' },
      emphasis: { focus: 'series' },
    })),
  };
}
