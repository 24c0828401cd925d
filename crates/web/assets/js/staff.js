// Staff pages: what residents have, the event stream, keys of the queue and the wall's clock.
import { start } from "./parts/start.js";
import "htmx.org/dist/ext/hx-sse.js";
import { startClock } from "./parts/clock.js";
import { listenForKeys } from "./parts/keys.js";
import { startOutbox } from "./parts/outbox.js";
import { startRefresh } from "./parts/refresh.js";

start(startClock);
listenForKeys();
startOutbox();
startRefresh();
