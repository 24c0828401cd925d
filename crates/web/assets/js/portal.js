// Resident pages. Held to 25 KiB gzip together with everything else a resident page loads.
import { start } from "./parts/start.js";

start();
