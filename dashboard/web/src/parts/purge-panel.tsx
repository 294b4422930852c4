import { useCallback, useEffect, useState } from 'react';
import type { Client } from '../api/client.ts';
import { parseValues, type Accepted, type Selection } from '../api/purge.ts';
import type { Zone } from '../api/account.ts';
import { about, EMPTY } from '../state/draft.ts';
import { formatPlace, type Place } from '../state/place.ts';
import type { Go } from '../state/use-place.ts';
import { Box } from './controls.tsx';
import { PurgeForm } from './purge-form.tsx';
import { PurgeList } from './purge-list.tsx';
import { PurgeReceipt } from './purge-receipt.tsx';
import { PurgeWhy } from './purge-why.tsx';
import { zoneLabel } from './zone-picker.tsx';

const VIEWS = [
  { id: 'new', label: 'New purge' },
  { id: 'recent', label: 'Recent' },
  { id: 'why', label: 'Why?' },
] as const;

/** Everything about purging a zone: a new purge with its preview, receipts, and why a URL was or was not purged. */
export function PurgePanel({
  client,
  zone,
  place,
  go,
  onUnauthorized,
}: {
  readonly client: Client;
  readonly zone: Zone;
  readonly place: Place;
  readonly go: Go;
  readonly onUnauthorized: () => void;
}) {
  const { purge: view, url } = place;
  const [draft, setDraft] = useState(EMPTY);
  const [previewed, setPreviewed] = useState<Selection | null>(null);
  const [accepted, setAccepted] = useState<Accepted | null>(null);

  /** Opens the form with a selection, and previews it: that drops nothing. */
  const compose = useCallback((selection: Selection) => {
    setDraft((before) => about(before, selection));
    setPreviewed(selection);
  }, []);
  // A row of the cockpit, or a link, opens the form with its URL.
  useEffect(() => {
    if (view === 'new' && url !== '') {
      compose({ kind: 'urls', values: [url] });
    }
  }, [view, url, compose]);

  const close = (): void => go({ purge: '', url: '' });
  const linked = url !== '' ? url : (parseValues('urls', draft.texts.urls).values[0] ?? '');
  const to = (purge: string, about = ''): string => formatPlace({ ...place, zone: zone.id, purge, url: about });
  const parts = { client, zone, to, onUnauthorized };

  return (
    <Box title={`Purge ${zoneLabel(zone)}`} size="wide" onClose={close}>
      <nav className="views" aria-label="Purging">
        {VIEWS.map(({ id, label }) => (
          <a key={id} href={to(id, id === 'why' ? linked : '')} aria-current={view === id ? 'page' : undefined}>
            {label}
          </a>
        ))}
      </nav>
      {view === 'new' ? (
        <PurgeForm
          {...parts}
          draft={draft}
          onDraft={setDraft}
          previewed={previewed}
          onPreview={setPreviewed}
          onCompose={compose}
          onAccepted={(one) => {
            setAccepted(one);
            setDraft(EMPTY);
            setPreviewed(null);
            // The list has it, should the answer not have said its id.
            go({ zone: zone.id, purge: one.id || 'recent', url: '' });
          }}
        />
      ) : view === 'recent' ? (
        <PurgeList {...parts} />
      ) : view === 'why' ? (
        <PurgeWhy
          {...parts}
          url={url}
          onUrl={(next) => go({ zone: zone.id, url: next })}
          onCompose={(selection) => {
            compose(selection);
            go({ zone: zone.id, purge: 'new', url: '' });
          }}
        />
      ) : (
        <PurgeReceipt key={view} {...parts} id={view} remarks={accepted?.id === view ? accepted.remarks : []} />
      )}
    </Box>
  );
}

/** What each view of the panel gets. */
export interface ViewParts {
  readonly client: Client;
  readonly zone: Zone;
  /** The address of a view or a receipt. */
  readonly to: (purge: string, about?: string) => string;
  readonly onUnauthorized: () => void;
}
