// Sets theme and language on <html> before anything is painted. Kept apart from the app because the page's policy
// allows no inline script.
(function () {
  var theme = null;
  var lang = null;
  try {
    theme = localStorage.getItem('vigor.theme');
    lang = localStorage.getItem('vigor.lang');
  } catch (e) {
    // Storage may be forbidden; the device's own settings will do.
  }
  var dark = theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  var root = document.documentElement;
  root.className = dark ? 'dark' : 'light';
  root.lang = lang || ((navigator.language || 'en').slice(0, 2) === 'de' ? 'de' : 'en');
  var meta = document.querySelector('meta[name="theme-color"]');
  if (meta && dark) meta.setAttribute('content', '#0e1311');
})();
