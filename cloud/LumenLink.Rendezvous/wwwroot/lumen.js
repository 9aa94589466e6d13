// The colour choice, which only this browser knows. Set before the first paint, so that nothing flashes.
(() => {
  const key = "lumen-theme";
  const read = () => {
    try { return localStorage.getItem(key); } catch { return null; }
  };
  const mark = value => {
    if (value === "light" || value === "dark") document.documentElement.dataset.theme = value;
    else delete document.documentElement.dataset.theme;
  };
  window.lumen = {
    theme: read,
    keepTheme: value => {
      mark(value);
      try { localStorage.setItem(key, value); } catch { /* A browser that keeps nothing follows the system. */ }
    },
  };
  mark(read());
})();
