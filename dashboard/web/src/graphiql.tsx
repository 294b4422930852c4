/** The page at /graphiql, built apart from the dashboard: its editor is larger than all the rest. */
import 'graphiql/style.css';
import './style/base.css';
import './style/cockpit.css';
import './style/graphiql.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { GraphiqlPage } from './parts/graphiql-page.tsx';
import { SignedIn } from './parts/signed-in.tsx';
import { loadTheme, wearTheme } from './state/session.ts';

wearTheme(loadTheme());
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <SignedIn>{(session) => <GraphiqlPage session={session} />}</SignedIn>
  </StrictMode>,
);
