// A chart of ECharts, which is loaded when the first one is in the page. Its text is read out in its place.
import type { ECharts, EChartsCoreOption } from 'echarts/core';
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { download } from '../../design/data/csv.ts';
import { onThemeChange, type Palette, readPalette } from './palette.ts';

export type ChartOption = EChartsCoreOption;

interface ChartProps {
  /** What the chart shows, for those who do not see it; the table beside it has the figures. */
  label: string;
  /** How high it is: one of the heights of board.css, by the number of its rows, or `wide`. */
  height: number | 'wide';
  option: (palette: Palette) => ChartOption;
  /** Filled with the chart, for downloads. */
  chartRef: RefObject<ECharts | null>;
  onSelect?: (dataIndex: number) => void;
}

export function Chart({ label, height, option, chartRef, onSelect }: ChartProps) {
  const element = useRef<HTMLDivElement>(null);
  const latest = useRef({ option, onSelect });
  latest.current = { option, onSelect };
  useEffect(() => {
    const { current } = element;
    if (!current) return;
    return drawn(current, latest, chartRef);
  }, [chartRef]);
  useEffect(() => {
    if (element.current) draw(chartRef.current, element.current, option);
  });
  return (
    <div
      class="chart"
      role="img"
      aria-label={label}
      ref={(div) => {
        element.current = div;
        // The policy of the page allows no style attributes, but styles that are set.
        if (div) div.style.blockSize = height === 'wide' ? '' : `${height}px`;
      }}
      data-height={height === 'wide' ? 'wide' : undefined}
    />
  );
}

type Latest = RefObject<Pick<ChartProps, 'option' | 'onSelect'>>;

/** Loads ECharts, and draws again when the theme or the size changes. Returns how to end that. */
function drawn(element: HTMLDivElement, latest: Latest, chartRef: ChartProps['chartRef']): () => void {
  let isEnded = false;
  const redraw = (): void => draw(chartRef.current, element, latest.current.option);
  const resized = new ResizeObserver(() => chartRef.current?.resize());
  const unfollow = onThemeChange(redraw);
  void import('./echarts.ts').then(({ init }) => {
    if (isEnded) return;
    const chart = init(element, null, { renderer: 'canvas' });
    chart.on('click', ({ dataIndex }) => latest.current.onSelect?.(dataIndex));
    chartRef.current = chart;
    redraw();
    resized.observe(element);
  });
  return () => {
    isEnded = true;
    unfollow();
    resized.disconnect();
    chartRef.current?.dispose();
    chartRef.current = null;
  };
}

const reducesMotion = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;

function draw(chart: ECharts | null, element: Element, option: ChartProps['option']): void {
  const palette = readPalette(element);
  chart?.setOption(
    {
      animation: !reducesMotion(),
      animationDuration: 200,
      textStyle: { fontFamily: palette.font, color: palette.text },
      ...option(palette),
    },
    { notMerge: true },
  );
}

/** Downloads the chart as an image on the colour of its surface. */
export async function downloadImage(name: string, chart: ECharts | null): Promise<void> {
  if (!chart) return;
  const { surface } = readPalette(chart.getDom());
  const canvas = chart.renderToCanvas({ pixelRatio: 2, backgroundColor: surface });
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (blob) download(`${name}.png`, blob);
}
