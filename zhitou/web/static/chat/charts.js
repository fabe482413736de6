// Pictures, drawn by ECharts, which is fetched from this server when the first one is shown.
import { money } from "./elements.js";
import { t } from "./texts.js";

const COLOURS = ["#123b5d", "#c9a25d", "#4f86b0", "#b5523b", "#7aa6a1", "#8a6fa8", "#d9c79a", "#5b6770"];
const UP = "#c8322b";
const DOWN = "#1f8a55";
let library;

function load() {
  library ||= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = "/static/vendor/echarts/echarts.min.js";
    script.onload = () => resolve(window.echarts);
    script.onerror = () => {
      library = undefined;
      reject(new Error("the chart library did not load"));
    };
    document.head.append(script);
  });
  return library;
}

async function draw(place, option, alt) {
  const echarts = await load();
  place.setAttribute("role", "img");
  place.setAttribute("aria-label", alt);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const chart = echarts.init(place, null, { renderer: "svg" });
  chart.setOption({ animation: !still, textStyle: { fontFamily: "inherit" }, color: COLOURS, ...option });
  new ResizeObserver(() => chart.resize()).observe(place);
}

// A fund's total return against its benchmark, in per cent since the first day, drawdown below.
export async function seriesChart(place, series) {
  const days = series.points.map((point) => point[0]);
  const first = series.points[0][2];
  const course = series.points.map((point) => round((point[2] / first - 1) * 100));
  const rising = course[course.length - 1] >= 0;
  const lines = [line(series.name, course, rising ? UP : DOWN, 0)];
  if (series.benchmark && series.benchmark.points) {
    const base = series.benchmark.points[0];
    lines.push(line(series.benchmark.name, series.benchmark.points.map((value) => round((value / base - 1) * 100)), "#8b97a3", 0));
  }
  const drawdown = line(t("drawdown"), (series.drawdown || []).map((value) => round(value * 100)), "#5b6770", 1);
  drawdown.areaStyle = { opacity: 0.25 };
  await draw(
    place,
    {
      legend: { top: 0, type: "scroll", textStyle: { fontSize: 11 } },
      tooltip: { trigger: "axis", valueFormatter: (value) => `${value}%`, confine: true },
      axisPointer: { link: [{ xAxisIndex: "all" }] },
      grid: [
        { left: 44, right: 12, top: 34, height: 118 },
        { left: 44, right: 12, top: 172, height: 48 },
      ],
      xAxis: [0, 1].map((index) => ({
        type: "category", data: days, gridIndex: index, boundaryGap: false,
        axisLabel: { show: index === 1, fontSize: 10 }, axisTick: { show: false },
      })),
      yAxis: [0, 1].map((index) => ({
        type: "value", gridIndex: index, splitNumber: index ? 2 : 4,
        axisLabel: { formatter: "{value}%", fontSize: 10 }, splitLine: { lineStyle: { color: "#e7e2d6" } },
      })),
      series: [...lines, drawdown],
    },
    `${series.name} ${days[0]} – ${days[days.length - 1]}: ${course[course.length - 1]}%`,
  );
}

function line(name, data, colour, axis) {
  return {
    name, data, type: "line", showSymbol: false, xAxisIndex: axis, yAxisIndex: axis,
    lineStyle: { width: 1.6, color: colour }, itemStyle: { color: colour },
  };
}

// How a sum is split, as a ring; the list beside it tells the numbers.
export function allocationChart(place, weights) {
  const data = weights.map((item) => ({ name: item.name || item.asset_class, value: Number(item.weight), amount: item.amount }));
  return draw(
    place,
    {
      tooltip: {
        confine: true,
        formatter: ({ data: item, percent }) => `${item.name} ${percent}%${item.amount ? ` · ${money(item.amount)}` : ""}`,
      },
      series: [{ type: "pie", radius: ["52%", "82%"], data, label: { show: false }, itemStyle: { borderColor: "#fff", borderWidth: 2 } }],
    },
    data.map((item) => `${item.name} ${(item.value * 100).toFixed(0)}%`).join(", "),
  ).catch(() => place.remove());
}

function round(value) {
  return Math.round(value * 100) / 100;
}
