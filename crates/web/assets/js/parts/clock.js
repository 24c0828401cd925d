// The clock of the wall: <time data-lw-clock="Asia/Shanghai">. The server prints the first value.

export function startClock(root) {
  for (const clock of root.querySelectorAll("[data-lw-clock]:not([data-lw-runs])")) {
    clock.dataset.lwRuns = "";
    const form = new Intl.DateTimeFormat("zh-CN", {
      timeZone: clock.dataset.lwClock,
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      hour12: false,
    });
    const beat = () => {
      if (!clock.isConnected) return;
      const now = new Date();
      clock.textContent = form.format(now);
      clock.dateTime = now.toISOString();
      setTimeout(beat, 1000 - now.getMilliseconds());
    };
    beat();
  }
}
