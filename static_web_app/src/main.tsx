/** Starts the app: language, theme, session, then the first screen. */
import '@fontsource-variable/inter/wght.css';
import { createRoot } from 'react-dom/client';
import { App, fetchAhead } from './app/App';
import { startApp } from './app/start';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no place for the app.');

const page = fetchAhead(globalThis.location.pathname);
void Promise.allSettled([startApp(), page]).then(() => createRoot(root).render(<App />));
