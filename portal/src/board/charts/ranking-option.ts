// The bars of a ranking, with the mean as a line.
import type { ChartOption } from './chart.tsx';
import type { Palette } from './palette.ts';

interface Bar {
  name: string;
  /** Null where there is no value: `text` says so in its place. */
  value: number | null;
  text: string;
  isSelected: boolean;
}

interface Ranking {
  bars: readonly Bar[];
  mean: { value: number; text: string } | null;
  textOf: (value: number) => string;
  /** Whether the values are whole numbers, so that the axis has no others. */
  isWhole: boolean;
}

export const rowHeight = 26;
export const frameHeight = 56;

export function rankingOption({ bars, mean, textOf, isWhole }: Ranking, palette: Palette): ChartOption {
  return {
    grid: { left: 4, right: 64, top: mean ? 28 : 8, bottom: 24, containLabel: true },
    tooltip: {
      trigger: 'item',
      // As HTML it would need styles that the policy of the page does not allow.
      renderMode: 'richText',
      formatter: ({ name, dataIndex }: { name: string; dataIndex: number }) =>
        `${name}  ${bars[dataIndex]?.text ?? ''}`,
      backgroundColor: palette.surface,
      borderColor: palette.border,
      textStyle: { color: palette.text },
    },
    xAxis: {
      type: 'value',
      splitNumber: 4,
      minInterval: isWhole ? 1 : 0,
      axisLabel: { color: palette.muted, formatter: textOf, hideOverlap: true },
      splitLine: { lineStyle: { color: palette.border } },
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: bars.map(({ name }) => name),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: palette.border } },
      axisLabel: { color: palette.text, interval: 0, width: 120, overflow: 'truncate' },
    },
    series: [
      {
        type: 'bar',
        barMaxWidth: 16,
        data: bars.map(({ value, text, isSelected }) => ({
          value: value ?? 0,
          itemStyle: { color: palette.series[isSelected ? 1 : 0], borderRadius: [0, 3, 3, 0] },
          label: {
            show: true,
            position: 'right',
            formatter: text,
            color: palette.text,
            // Above the line of the mean.
            backgroundColor: palette.surface,
            padding: [0, 2],
          },
        })),
        ...(mean && {
          markLine: {
            symbol: 'none',
            silent: true,
            z: 1,
            animation: false,
            lineStyle: { color: palette.text, type: 'dashed', width: 1.5 },
            label: { formatter: mean.text, color: palette.text, position: 'start', distance: 4 },
            data: [{ xAxis: mean.value }],
          },
        }),
      },
    ],
  };
}
