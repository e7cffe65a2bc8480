import { init } from 'echarts'
import type { EChartsOption } from 'echarts'
import { QUANTILES } from '../measure.ts'
import { figureOf, isBusy, ratioOf } from '../report.ts'
import type { OverloadPoint, Results, Row, ScalePoint } from '../results.ts'

/*
 * Charts as SVG text, drawn here and now: the page needs no script. ECharts wants real colours,
 * so each stands for a variable of the page and is put in its place afterwards: that is how one
 * drawing serves light and dark.
 */
const INK = '#101010'
const FAINT = '#202020'
const GRID = '#303030'
const NODE = '#404040'
const BASELINE = '#505050'
const THIRD = '#606060'
const VARIABLES: Readonly<Record<string, string>> = {
  [INK]: 'ink', [FAINT]: 'faint', [GRID]: 'grid', [NODE]: 'node', [BASELINE]: 'baseline',
  [THIRD]: 'third',
}
const FONT = 'system-ui, sans-serif'
const WIDTH = 640
const LINE_HEIGHT = 340
const ROW_HEIGHT = 52

const axis = {
  axisLabel: { color: FAINT, fontSize: 12 },
  axisLine: { show: true, lineStyle: { color: GRID } },
  axisTick: { show: false },
  splitLine: { lineStyle: { color: GRID } },
  minorSplitLine: { show: false },
  nameTextStyle: { color: FAINT, fontSize: 12 },
}
const legend = { top: 0, left: 0, icon: 'circle', textStyle: { color: INK, fontSize: 12 } }

/** Each door's node and baseline, on one logarithmic scale. */
export function chartDoors(rows: readonly Row[]): string {
  const shown = rows.filter((row) => row.baselinePerSecond !== null).toReversed()
  const baselineOf = (row: Row): number =>
    (isBusy(row) ? row.baselinePerSecond : row.baselinePerCpuSecond ?? row.baselinePerSecond) ?? 0
  const points = (of: (row: Row) => number): [number, number][] =>
    shown.map((row, i) => [of(row), i])
  return draw({
    legend,
    grid: { left: 8, right: 70, top: 36, bottom: 28, containLabel: true },
    xAxis: { ...axis, type: 'log', axisLabel: { ...axis.axisLabel, formatter: short } },
    yAxis: {
      ...axis, type: 'category', data: shown.map(({ door }) => door),
      axisLabel: { color: INK, fontSize: 12, width: 210, overflow: 'break' },
      splitLine: { show: false },
    },
    series: [
      {
        name: 'bare baseline', type: 'scatter', symbol: 'rect', symbolSize: [4, 22],
        itemStyle: { color: BASELINE }, data: points(baselineOf),
      },
      {
        name: 'node', type: 'scatter', symbolSize: 13, itemStyle: { color: NODE },
        data: points(figureOf),
        label: {
          show: true, position: 'top', color: INK, fontSize: 11, distance: 4,
          formatter: ({ dataIndex }) => labelOf(shown[dataIndex]),
        },
      },
    ],
  }, ROW_HEIGHT * shown.length + 70)
}

function labelOf(row: Row | undefined): string {
  return row === undefined ? '' : `${short(figureOf(row))} · ${ratioOf(row).toFixed(2)} ×`
}

/** How latencies are spread, the node's and the baseline's. */
export function chartLatency(rows: readonly Row[]): string {
  const shown = rows.filter((row) => (row.quantilesMs ?? []).some((value) => value !== null))
  const colors = [NODE, BASELINE, THIRD]
  const line = (name: string, data: readonly (number | null)[], color: string, bare: boolean) => ({
    name, type: 'line' as const, data: [...data], symbolSize: 5, color,
    lineStyle: { width: 2, type: bare ? 'dashed' as const : 'solid' as const },
    showSymbol: !bare,
  })
  return draw({
    legend,
    grid: { left: 8, right: 20, top: 62, bottom: 28, containLabel: true },
    xAxis: { ...axis, type: 'category', data: QUANTILES.map((share) => `${share * 100} %`) },
    yAxis: { ...axis, type: 'log', name: 'ms' },
    series: shown.slice(0, colors.length).flatMap((row, i) => {
      const color = colors[i] ?? NODE
      return [
        line(row.door, row.quantilesMs ?? [], color, false),
        line(`${row.door}, bare`, row.baselineQuantilesMs ?? [], color, true),
      ]
    }),
  }, LINE_HEIGHT)
}

/** Throughput on equal hot names against the size of the store. */
export function chartScale(points: readonly ScalePoint[]): string {
  return draw({
    grid: { left: 8, right: 24, top: 30, bottom: 40, containLabel: true },
    xAxis: {
      ...axis, type: 'log', name: 'identifiers held', nameLocation: 'middle', nameGap: 28,
      axisLabel: { ...axis.axisLabel, formatter: short },
    },
    yAxis: {
      ...axis, type: 'value', min: 0, name: 'resolutions for each second of a core',
      nameTextStyle: { ...axis.nameTextStyle, align: 'left' },
      axisLabel: { ...axis.axisLabel, formatter: short },
    },
    series: [{
      type: 'line', symbolSize: 9, itemStyle: { color: NODE }, lineStyle: { width: 2 },
      data: points.map(({ identifiers, perCpuSecond }) => [identifiers, perCpuSecond]),
      label: {
        show: true, position: 'bottom', color: INK, fontSize: 12,
        formatter: ({ dataIndex }) => short(points[dataIndex]?.perCpuSecond ?? 0),
      },
    }],
  }, LINE_HEIGHT)
}

/** What is answered, and how soon, when more is offered than can be. */
export function chartOverload(points: readonly OverloadPoint[]): string {
  const offered = points.map(({ offeredPerSecond }) => offeredPerSecond)
  const line = (
    name: string, color: string, values: readonly (number | null)[], right = false,
  ) => ({
    name, type: 'line' as const, color, symbolSize: 7, yAxisIndex: right ? 1 : 0,
    lineStyle: { width: 2, type: right ? 'dashed' as const : 'solid' as const },
    data: values.map((value, i) => [offered[i] ?? 0, value ?? 0]),
  })
  return draw({
    legend,
    grid: { left: 8, right: 8, top: 62, bottom: 40, containLabel: true },
    xAxis: {
      ...axis, type: 'value', name: 'offered a second', nameLocation: 'middle', nameGap: 28,
      axisLabel: { ...axis.axisLabel, formatter: short },
    },
    yAxis: [
      {
        ...axis, type: 'value', min: 0, name: 'answered a second',
        nameTextStyle: { ...axis.nameTextStyle, align: 'left' },
        axisLabel: { ...axis.axisLabel, formatter: short },
      },
      {
        ...axis, type: 'value', min: 0, name: 'ms', splitLine: { show: false },
        nameTextStyle: { ...axis.nameTextStyle, align: 'right' },
      },
    ],
    series: [
      line('answered', NODE, points.map(({ answeredPerSecond }) => answeredPerSecond)),
      line('median ms', THIRD, points.map(({ p50Ms }) => p50Ms), true),
      line('p99 ms', BASELINE, points.map(({ p99Ms }) => p99Ms), true),
    ],
  }, LINE_HEIGHT)
}

/** Each door's ratio to its baseline, now over before. Empty when no door is in both. */
export function chartChange(after: Results, before: Results): string {
  const changes = after.rows.toReversed().flatMap((row) => {
    const old = before.rows.find(({ door }) => door === row.door)
    const change = old === undefined ? Number.NaN : ratioOf(row) / ratioOf(old)
    return Number.isFinite(change) ? [{ door: row.door, change }] : []
  })
  if (changes.length === 0) return ''
  return draw({
    grid: { left: 8, right: 60, top: 8, bottom: 28, containLabel: true },
    xAxis: { ...axis, type: 'value', min: 0 },
    yAxis: {
      ...axis, type: 'category', data: changes.map(({ door }) => door),
      axisLabel: { color: INK, fontSize: 12, width: 210, overflow: 'break' },
    },
    series: [{
      type: 'bar', barWidth: 14, itemStyle: { color: NODE },
      data: changes.map(({ change }) => change),
      label: {
        show: true, position: 'right', color: INK, fontSize: 12,
        formatter: ({ dataIndex }) => `${(changes[dataIndex]?.change ?? 0).toFixed(2)} ×`,
      },
      markLine: {
        silent: true, symbol: 'none', label: { show: false },
        lineStyle: { color: FAINT, type: 'solid' }, data: [{ xAxis: 1 }],
      },
    }],
  }, ROW_HEIGHT * 0.7 * changes.length + 50)
}

function draw(option: EChartsOption, height: number): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height })
  chart.setOption({ animation: false, textStyle: { fontFamily: FONT }, ...option })
  const svg = chart.renderToSVGString()
  chart.dispose()
  const inked = Object.entries(VARIABLES).reduce(
    (text, [color, name]) => text.replaceAll(color, `var(--${name})`), svg,
  )
  // It grows and shrinks with the page.
  return inked.replace(/<svg width="\d+" height="\d+"/, '<svg role="img"')
}

/** 1,234,567 as 1.23M. */
function short(value: number): string {
  return new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 })
    .format(value)
}
