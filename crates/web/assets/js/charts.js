// Charts over tables. The table stays the source and the accessible form:
// <figure class="lw-chart" data-lw-chart="bar|line|gauge"><div class="lw-chart__canvas"></div><table>…</table></figure>
// First column = names, every other column = a series; a cell may carry its value in data-lw-value.
import { BarChart, GaugeChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([
  AriaComponent,
  BarChart,
  CanvasRenderer,
  GaugeChart,
  GridComponent,
  LegendComponent,
  LineChart,
  TooltipComponent,
]);

const SERIES = ["--lw-link", "--lw-due", "--lw-active", "--lw-overdue"];

function readTable(table) {
  const value = (cell) => Number(cell.dataset.lwValue ?? cell.textContent.replace(/[^\d.-]/g, ""));
  const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
  const rows = [...table.tBodies[0].rows].map((row) => [...row.cells]);
  return {
    names: rows.map((cells) => cells[0].textContent.trim()),
    series: heads.slice(1).map((name, at) => ({
      name,
      values: rows.map((cells) => value(cells[at + 1])),
    })),
  };
}

function options(kind, { names, series }, token, letters) {
  const text = { color: token("--lw-ink"), ...letters };
  const shared = {
    animation: false,
    aria: { enabled: true, decal: { show: series.length > 1 } },
    color: SERIES.map(token),
    textStyle: text,
    // Rich text, because style attributes in a tooltip's HTML are refused by the content policy.
    tooltip: { renderMode: "richText", trigger: kind === "gauge" ? "item" : "axis" },
  };
  if (kind === "gauge") {
    const data = names.map((name, at) => ({ name, value: series[0].values[at] }));
    const detail = { ...text, formatter: "{value}" };
    return { ...shared, series: [{ type: "gauge", data, detail, title: text, axisLabel: text }] };
  }
  const line = { lineStyle: { color: token("--lw-rule") } };
  return {
    ...shared,
    grid: { left: 8, right: 16, top: series.length > 1 ? 48 : 16, bottom: 8, containLabel: true },
    legend: { show: series.length > 1, top: 0, textStyle: text },
    xAxis: { type: "category", data: names, axisLabel: text, axisLine: line },
    yAxis: { type: "value", axisLabel: text, splitLine: line },
    series: series.map(({ name, values }) => ({ type: kind, name, data: values })),
  };
}

function draw(figure) {
  if (figure.closest('[data-mode="elder"]')) return;
  const styles = getComputedStyle(figure);
  const token = (name) => styles.getPropertyValue(name).trim();
  figure.classList.add("lw-chart--drawn");
  const chart = init(figure.querySelector(".lw-chart__canvas"));
  const data = readTable(figure.querySelector("table"));
  const letters = { fontFamily: styles.fontFamily, fontSize: parseFloat(styles.fontSize) * 0.85 };
  chart.setOption(options(figure.dataset.lwChart, data, token, letters));
  new ResizeObserver(() => chart.resize()).observe(figure);
}

document.querySelectorAll("[data-lw-chart]").forEach(draw);
