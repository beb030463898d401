// Runs before the first paint, so that no wrong theme is ever seen. The page's menu stores what is chosen and sends `themechange`.
(() => {
  const root = document.documentElement;
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const read = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null; // Storage may be forbidden.
    }
  };
  const apply = () => {
    const mode = read('mana.mode');
    const isDark = mode === 'dark' || (mode !== 'light' && dark.matches);
    root.classList.toggle('dark', isDark);
    root.dataset.theme = read('mana.theme') ?? 'paper';
    document.querySelector('meta[name="theme-color"]').content = isDark ? '#141312' : '#faf9f8';
  };
  dark.addEventListener('change', apply);
  addEventListener('storage', apply);
  addEventListener('themechange', apply);
  apply();
})();
