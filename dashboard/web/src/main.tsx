import 'uplot/dist/uPlot.min.css';
import './style/base.css';
import './style/cockpit.css';
import './style/purge.css';
import './style/help.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { ApiHelp } from './parts/api-help.tsx';
import { loadTheme, wearTheme } from './state/session.ts';

wearTheme(loadTheme());
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    {window.location.pathname === '/help/api' ? <ApiHelp /> : <App />}
  </StrictMode>,
);
