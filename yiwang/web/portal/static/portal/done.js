// The report arrived: its key is no longer kept, the next report is another.
(() => {
  "use strict";
  try { localStorage.removeItem("yiwang.portal.report-key"); } catch { /* nothing was kept */ }
})();
