// The map beside its list. The list is the accessible form; the map only chooses from it.
// <div class="lw-map__canvas" data-lw-map data-worker="URL of mapworker.js" data-areas="URL of GeoJSON"
//      data-points="URL of GeoJSON" data-list="ID">
// Areas: properties `id`, `name`, `step` (1..3), `href`. Points: `state` (a chip's state), `href`, `name`.
// Choosing an area shows only the list's elements with that data-area; choosing a point follows its href.
import { LngLatBounds, Map as MapLibre, NavigationControl, setWorkerUrl } from "maplibre-gl";

const STATES = ["received", "active", "due", "overdue", "stopped", "done", "emergency"];

const empty = { type: "FeatureCollection", features: [] };

async function read(url) {
  if (!url) return empty;
  const answer = await fetch(url, { credentials: "same-origin" });
  return answer.ok ? answer.json() : empty;
}

function bounds(collection) {
  const box = new LngLatBounds();
  const add = (part) => (typeof part[0] === "number" ? box.extend(part) : part.forEach(add));
  collection.features.forEach((feature) => add(feature.geometry.coordinates));
  return box;
}

function style(areas, points, token) {
  const dot = (state) => token(state === "emergency" ? "--lw-emergency-tint" : `--lw-${state}`);
  const byState = STATES.flatMap((state) => [state, dot(state)]);
  const steps = [1, 2, 3].flatMap((step) => [step, token(`--lw-area-${step}`)]);
  const chosen = ["boolean", ["feature-state", "chosen"], false];
  return {
    version: 8,
    sources: {
      areas: { type: "geojson", data: areas, promoteId: "id" },
      points: { type: "geojson", data: points, cluster: false },
    },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": token("--lw-surface") } },
      {
        id: "areas",
        type: "fill",
        source: "areas",
        paint: { "fill-color": ["match", ["get", "step"], ...steps, token("--lw-raised")] },
      },
      {
        id: "edges",
        type: "line",
        source: "areas",
        paint: { "line-color": token("--lw-line"), "line-width": ["case", chosen, 4, 1] },
      },
      {
        id: "points",
        type: "circle",
        source: "points",
        paint: {
          "circle-radius": 7,
          "circle-color": ["match", ["get", "state"], ...byState, token("--lw-ink")],
          "circle-stroke-color": token("--lw-bg"),
          "circle-stroke-width": 2,
        },
      },
    ],
  };
}

function choose(map, list, feature, before) {
  if (before !== undefined) map.setFeatureState({ source: "areas", id: before }, { chosen: false });
  const id = feature && feature.id !== before ? feature.id : undefined;
  if (id !== undefined) map.setFeatureState({ source: "areas", id }, { chosen: true });
  for (const row of list?.querySelectorAll("[data-area]") ?? []) {
    row.hidden = id !== undefined && row.dataset.area !== String(id);
  }
  return id;
}

async function draw(element) {
  const { worker, areas, points, list } = element.dataset;
  setWorkerUrl(new URL(worker, location.href).href);
  const styles = getComputedStyle(element);
  const token = (name) => styles.getPropertyValue(name).trim();
  const [ground, dots] = await Promise.all([read(areas), read(points)]);
  const box = bounds(ground.features.length ? ground : dots);
  const map = new MapLibre({
    container: element,
    style: style(ground, dots, token),
    bounds: box.isEmpty() ? undefined : box,
    fitBoundsOptions: { padding: 16 },
    fadeDuration: 0,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
  });
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  let chosen;
  map.on("click", (event) => {
    const [point] = map.queryRenderedFeatures(event.point, { layers: ["points"] });
    if (point?.properties.href) {
      location.assign(point.properties.href);
      return;
    }
    const [area] = map.queryRenderedFeatures(event.point, { layers: ["areas"] });
    chosen = choose(map, document.getElementById(list), area, chosen);
  });
  map.once("idle", () => element.setAttribute("data-drawn", ""));
}

document.querySelectorAll("[data-lw-map]").forEach(draw);
