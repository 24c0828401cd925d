// Resident pages. Held to 25 KiB gzip together with everything else a resident page loads.
import { start } from "./parts/start.js";

start();
// Whoever has signed out leaves no list of cases behind on this device.
window.caches?.delete("lw-crew");
