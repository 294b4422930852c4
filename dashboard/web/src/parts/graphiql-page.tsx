import { GraphiQL } from 'graphiql';
import { useEffect, useMemo, useState } from 'react';
import { firstZone } from '../api/account.ts';
import { asker } from '../api/graphql.ts';
import { draftOf, type DraftQuery } from '../state/draft-query.ts';
import { loadEditorTab, loadTheme } from '../state/session.ts';
import { IconButton } from './controls.tsx';
import { Book, Leave, Mark } from './icons.tsx';
import type { Session } from './signed-in.tsx';
import { ThemeButton } from './theme-button.tsx';

/** The editor of GraphQL queries: completion, errors while one types, the documentation of every field. */
export function GraphiqlPage({ session }: { readonly session: Session }) {
  const [draft, setDraft] = useState<DraftQuery | null>(null);
  const [theme, setTheme] = useState(loadTheme);
  const fetcher = useMemo(() => asker(session.token, session.doubt), [session]);

  useEffect(() => {
    let gone = false;
    void firstZone(session.client).then((zone) => {
      if (!gone) {
        setDraft(draftOf(window.location.hash, loadEditorTab(), zone?.id ?? null, Date.now()));
      }
    });
    return () => {
      gone = true;
    };
  }, [session]);

  return (
    <div className="graphiql-page">
      <header className="top-bar">
        <a className="brand" href="/">
          <Mark />
          <span>Selvage</span>
        </a>
        <h1>GraphQL</h1>
        <div className="top-end">
          <a className="icon-button" href="/help/api" aria-label="The API" title="The API">
            <Book />
          </a>
          <ThemeButton onTurn={setTheme} />
          <IconButton label="Sign out" onClick={session.signOut}>
            <Leave />
          </IconButton>
        </div>
      </header>
      <main>
        {draft !== null && (
          <GraphiQL
            fetcher={fetcher}
            forcedTheme={theme}
            // Tabs of an earlier visit come back by themselves; a query that is in none of them gets one more.
            query={draft.query}
            variables={draft.variables}
            defaultEditorToolsVisibility="variables"
            isHeadersEditorEnabled={false}
          >
            <GraphiQL.Logo>{null}</GraphiQL.Logo>
          </GraphiQL>
        )}
      </main>
    </div>
  );
}
