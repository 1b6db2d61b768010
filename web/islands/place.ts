// The pin on the schematic map (Leaflet without tiles). It is loaded when somebody asks for the map.
import L from "leaflet";
import type { Picker } from "./parts/place";

const pick: Picker = async (box, shapes, label, at, picked) => {
  const map = L.map(box, { zoomControl: true, attributionControl: false, zoomAnimation: false });
  box.setAttribute("aria-label", label);
  const outline = L.geoJSON(await (await fetch(shapes)).json(), {
    style: { color: "#0f6b57", weight: 1.5, fillColor: "#7fc0ab", fillOpacity: 0.25 },
    onEachFeature: (feature, layer) => void layer.bindTooltip(document.createTextNode(feature.properties?.name ?? "") as unknown as HTMLElement),
  }).addTo(map);
  map.fitBounds(outline.getBounds());

  const pin = L.circleMarker(at ? [at.lat, at.lon] : map.getCenter(), { radius: 10, color: "#fff", weight: 3, fillColor: "#b3261e", fillOpacity: 1 });
  if (at) {
    pin.addTo(map);
    map.setView([at.lat, at.lon], 13);
  }
  const set = (p: L.LatLng) => {
    pin.setLatLng(p).addTo(map);
    picked({ lat: p.lat, lon: p.lng });
  };
  map.on("click", (event) => set(event.latlng));
  // Without a mouse: move the map by arrow keys, Enter sets the pin in the middle.
  box.addEventListener("keydown", (event) => event.key === "Enter" && set(map.getCenter()));
};

window.banyanPlace = pick;
